// SPDX-License-Identifier: Apache-2.0
// From rows of SQLite to records. Each list of columns belongs to the function
// below it.
#pragma once

#include <string>

#include "core/ledger/ledger_store.h"
#include "ingest/sqlite/sqlite_connection.h"

namespace presshawk {

// Of `deliveries d`.
#define PRESSHAWK_DELIVERY_COLUMNS                                            \
  "d.id, d.subscription, d.sequence, d.receiver, d.address, d.type, "         \
  "d.state, d.reason, d.created_at, d.due, d.attempts, d.last_at, d.replay, " \
  "d.own_body"
inline constexpr int kDeliveryColumns = 14;

inline DeliveryRecord DeliveryOf(const SqliteRow& row) {
  DeliveryRecord delivery;
  delivery.id = row.Id(0);
  delivery.subscription = row.Text(1);
  delivery.sequence = row.As<uint64_t>(2);
  delivery.receiver = row.Text(3);
  delivery.address = row.Text(4);
  delivery.type = row.Text(5);
  delivery.state = row.As<DeliveryState>(6);
  delivery.reason = row.As<WaitReason>(7);
  delivery.created_at = row.Time(8);
  delivery.due = row.Time(9);
  delivery.attempts = row.As<uint32_t>(10);
  delivery.last_at = row.Time(11);
  delivery.replay = row.Int(12) != 0;
  delivery.own_body = row.Text(13);
  return delivery;
}

// False where it is there already.
inline bool InsertDelivery(const DeliveryRecord& delivery,
                           SqliteConnection* db) {
  const std::string id = PackId(delivery.id);
  return db->Run(
             "INSERT INTO deliveries(id, subscription, sequence, receiver, "
             "address, type, state, reason, created_at, due, attempts, "
             "last_at, "
             "replay, own_body) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
             "?) "
             "ON CONFLICT DO NOTHING",
             SqliteBlob{id}, delivery.subscription, delivery.sequence,
             delivery.receiver, delivery.address, delivery.type, delivery.state,
             delivery.reason, delivery.created_at, delivery.due,
             delivery.attempts, delivery.last_at, delivery.replay,
             delivery.own_body) > 0;
}

// Of `deliveries d` with its body, by a condition on d.
#define PRESSHAWK_CLAIMED                                                    \
  "SELECT " PRESSHAWK_DELIVERY_COLUMNS                                       \
  ", e.head, e.middle, t.json, e.tail FROM deliveries d LEFT JOIN events e " \
  "ON e.subscription = d.subscription AND e.sequence = d.sequence "          \
  "LEFT JOIN texts t ON t.n = e.alert "

inline ClaimedDelivery ClaimedOf(const SqliteRow& row) {
  ClaimedDelivery claimed;
  claimed.record = DeliveryOf(row);
  if (!claimed.record.own_body.empty()) {
    claimed.body = claimed.record.own_body;
  } else if (!row.IsNull(kDeliveryColumns)) {
    claimed.body = ComposeBody(row.View(kDeliveryColumns), claimed.record.id,
                               row.View(kDeliveryColumns + 1),
                               row.View(kDeliveryColumns + 2),
                               row.View(kDeliveryColumns + 3));
  }
  return claimed;
}

// Alerts by article or by story: `columns` of `alerts a`. One parameter.
#define PRESSHAWK_BLOCKS                                                  \
  "WITH RECURSIVE block(b) AS (SELECT (SELECT min(n) FROM alerts) >> 16 " \
  "UNION ALL SELECT b + 1 FROM block "                                    \
  "WHERE b < (SELECT max(n) FROM alerts) >> 16) "
#define PRESSHAWK_ALERTS_BY_ARTICLE(columns, article)          \
  PRESSHAWK_BLOCKS                                             \
  "SELECT " columns                                            \
  " FROM block CROSS JOIN alerts a INDEXED BY alerts_article " \
  "ON a.n >> 16 = b AND a.article = " article
#define PRESSHAWK_ALERTS_BY_STORY(columns, story)                             \
  PRESSHAWK_BLOCKS "SELECT " columns                                          \
                   " FROM block CROSS JOIN alerts a INDEXED BY alerts_story " \
                   "ON a.n >> 16 = b AND a.story = " story                    \
                   " AND a.story != x''"

// Of `alerts a JOIN texts t`.
#define PRESSHAWK_ALERT_COLUMNS                                         \
  "a.n, a.id, a.watchlist, a.article, a.site, a.story, a.detected_at, " \
  "a.accepted_at, a.unreadable, t.json"

inline AlertRecord AlertOf(const SqliteRow& row) {
  AlertRecord alert;
  alert.id = row.Id(1);
  alert.watchlist = row.Text(2);
  alert.article = row.Text(3);
  alert.site = row.Text(4);
  alert.story = row.Id(5);
  alert.detected_at = row.Time(6);
  alert.accepted_at = row.Time(7);
  alert.unreadable = row.Text(8);
  alert.json = row.Text(9);
  return alert;
}

// Of `entries e JOIN alerts a`.
#define PRESSHAWK_ENTRY_COLUMNS                                              \
  "e.subscription, a.id, e.watchlist, e.story, e.state, e.sequence, e.why, " \
  "e.accepted_at"

inline EntryRecord EntryOf(const SqliteRow& row) {
  EntryRecord entry;
  entry.subscription = row.Text(0);
  entry.alert = row.Id(1);
  entry.watchlist = row.Text(2);
  entry.story = row.Id(3);
  entry.state = row.As<EntryState>(4);
  entry.sequence = row.As<uint64_t>(5);
  entry.why = row.Text(6);
  entry.accepted_at = row.Time(7);
  return entry;
}

}  // namespace presshawk
