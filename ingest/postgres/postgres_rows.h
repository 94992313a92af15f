// SPDX-License-Identifier: Apache-2.0
// From rows of PostgreSQL to records and back. Each list of columns belongs to
// the function below it.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/ledger/ledger_store.h"
#include "ingest/postgres/postgres_connection.h"

namespace presshawk {

// Of `deliveries d`.
#define PRESSHAWK_DELIVERY_COLUMNS                                            \
  "d.id, d.subscription, d.sequence, d.receiver, d.address, d.type, "         \
  "d.state, d.reason, d.created_at, d.due, d.attempts, d.last_at, d.replay, " \
  "d.own_body"
inline constexpr int kDeliveryColumns = 14;

inline DeliveryRecord DeliveryOf(const PostgresResult& rows, int row) {
  DeliveryRecord delivery;
  delivery.id = rows.Id(row, 0);
  delivery.subscription = rows.Text(row, 1);
  delivery.sequence = static_cast<uint64_t>(rows.Int(row, 2));
  delivery.receiver = rows.Text(row, 3);
  delivery.address = rows.Text(row, 4);
  delivery.type = rows.Text(row, 5);
  delivery.state = static_cast<DeliveryState>(rows.Int(row, 6));
  delivery.reason = static_cast<WaitReason>(rows.Int(row, 7));
  delivery.created_at = rows.Time(row, 8);
  delivery.due = rows.Time(row, 9);
  delivery.attempts = static_cast<uint32_t>(rows.Int(row, 10));
  delivery.last_at = rows.Time(row, 11);
  delivery.replay = rows.Int(row, 12) != 0;
  delivery.own_body = rows.Text(row, 13);
  return delivery;
}

// Of `deliveries d` with its body, by a condition on d.
#define PRESSHAWK_CLAIMED                                                    \
  "SELECT " PRESSHAWK_DELIVERY_COLUMNS                                       \
  ", e.head, e.middle, t.json, e.tail FROM deliveries d LEFT JOIN events e " \
  "ON e.subscription = d.subscription AND e.sequence = d.sequence "          \
  "LEFT JOIN texts t ON t.n = e.alert "

inline ClaimedDelivery ClaimedOf(const PostgresResult& rows, int row) {
  ClaimedDelivery claimed;
  claimed.record = DeliveryOf(rows, row);
  if (!claimed.record.own_body.empty()) {
    claimed.body = claimed.record.own_body;
  } else if (!rows.IsNull(row, kDeliveryColumns)) {
    claimed.body =
        ComposeBody(rows.View(row, kDeliveryColumns), claimed.record.id,
                    rows.View(row, kDeliveryColumns + 1),
                    rows.View(row, kDeliveryColumns + 2),
                    rows.View(row, kDeliveryColumns + 3));
  }
  return claimed;
}

// Of `alerts a JOIN texts t`.
#define PRESSHAWK_ALERT_COLUMNS                                         \
  "a.n, a.id, a.watchlist, a.article, a.site, a.story, a.detected_at, " \
  "a.accepted_at, a.unreadable, t.json"

inline AlertRecord AlertOf(const PostgresResult& rows, int row) {
  AlertRecord alert;
  alert.id = rows.Id(row, 1);
  alert.watchlist = rows.Text(row, 2);
  alert.article = rows.Text(row, 3);
  alert.site = rows.Text(row, 4);
  alert.story = rows.Id(row, 5);
  alert.detected_at = rows.Time(row, 6);
  alert.accepted_at = rows.Time(row, 7);
  alert.unreadable = rows.Text(row, 8);
  alert.json = rows.Text(row, 9);
  return alert;
}

// Of `entries e JOIN alerts a`.
#define PRESSHAWK_ENTRY_COLUMNS                                              \
  "e.subscription, a.id, e.watchlist, e.story, e.state, e.sequence, e.why, " \
  "e.accepted_at"

inline EntryRecord EntryOf(const PostgresResult& rows, int row) {
  EntryRecord entry;
  entry.subscription = rows.Text(row, 0);
  entry.alert = rows.Id(row, 1);
  entry.watchlist = rows.Text(row, 2);
  entry.story = rows.Id(row, 3);
  entry.state = static_cast<EntryState>(rows.Int(row, 4));
  entry.sequence = static_cast<uint64_t>(rows.Int(row, 5));
  entry.why = rows.Text(row, 6);
  entry.accepted_at = rows.Time(row, 7);
  return entry;
}

// Columns of rows that are written at once, as arrays.
template <typename Rows, typename Value>
std::vector<int64_t> Ints(const Rows& rows, Value value) {
  std::vector<int64_t> column;
  column.reserve(rows.size());
  for (const auto& row : rows) {
    column.push_back(static_cast<int64_t>(value(row)));
  }
  return column;
}
template <typename Rows, typename Value>
std::vector<std::string> Texts(const Rows& rows, Value value) {
  std::vector<std::string> column;
  column.reserve(rows.size());
  for (const auto& row : rows) {
    column.emplace_back(value(row));
  }
  return column;
}

// By how much the numbers of rows change in one transaction.
class PostgresCounts {
 public:
  void Add(EntryState state, int64_t rows) {
    changes_[{0, static_cast<int64_t>(state)}] += rows;
  }
  void Add(DeliveryState state, int64_t rows) {
    changes_[{1, static_cast<int64_t>(state)}] += rows;
  }
  void AddAlerts(int64_t rows) { changes_[{2, 0}] += rows; }
  void AddUnreadable(int64_t rows) { changes_[{2, 1}] += rows; }
  void Apply(PostgresConnection* db) const;

 private:
  std::map<std::pair<int64_t, int64_t>, int64_t> changes_;
};

// Inserts deliveries. Those that are there and wait are replaced where
// `replace`, and others stay.
void InsertDeliveries(absl::Span<const DeliveryRecord> rows, bool replace,
                      PostgresCounts* counts, PostgresConnection* db);

}  // namespace presshawk
