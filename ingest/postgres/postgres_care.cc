// SPDX-License-Identifier: Apache-2.0
// Retention and forgetting.
#include <algorithm>

#include "core/base/str_cat.h"
#include "core/ledger/batch_rules.h"
#include "ingest/postgres/postgres_ledger.h"

namespace presshawk {
namespace {

// How many alerts or deliveries are blanked in one transaction.
constexpr size_t kBlankedAtOnce = 500;

template <typename State>
int64_t CountGone(const PostgresResult& rows, PostgresCounts* counts) {
  for (int row = 0; row < rows.size(); ++row) {
    counts->Add(static_cast<State>(rows.Int(row, 0)), -1);
  }
  return rows.size();
}

int64_t RetainDeliveries(absl::Time before, uint32_t limit,
                         PostgresCounts* counts, PostgresConnection* db) {
  const PostgresResult gone = db->Run(
      "WITH old AS (SELECT n FROM deliveries WHERE created_at < $1 "
      "AND state NOT IN (0, 1) ORDER BY n LIMIT $2 FOR UPDATE SKIP LOCKED), "
      "logged AS (DELETE FROM attempts t USING old WHERE t.delivery = old.n) "
      "DELETE FROM deliveries d USING old WHERE d.n = old.n RETURNING d.state",
      before, limit);
  return CountGone<DeliveryState>(gone, counts);
}

// Removes the events at the start of a feed that nothing needs.
int64_t RetainFeed(std::string_view subscription, absl::Time before,
                   int64_t limit, PostgresConnection* db) {
  const PostgresResult gone = db->Run(
      "WITH first AS (SELECT sequence FROM events WHERE subscription = $1 "
      "ORDER BY sequence LIMIT $3), kept AS (SELECT min(f.sequence) AS "
      "sequence "
      "FROM first f JOIN events e ON e.subscription = $1 "
      "AND e.sequence = f.sequence WHERE e.at >= $2 OR EXISTS (SELECT 1 "
      "FROM deliveries d WHERE d.subscription = $1 "
      "AND d.sequence = f.sequence)) DELETE FROM events e USING first f "
      "WHERE e.subscription = $1 AND e.sequence = f.sequence AND "
      "e.sequence < coalesce((SELECT sequence FROM kept), 9223372036854775807) "
      "RETURNING e.sequence",
      subscription, before, limit);
  int64_t last = 0;
  for (int row = 0; row < gone.size(); ++row) {
    last = std::max(last, gone.Int(row, 0));
  }
  if (last > 0) {
    db->Run(
        "INSERT INTO feeds(subscription, removed_through) VALUES($1, $2) "
        "ON CONFLICT(subscription) DO UPDATE "
        "SET removed_through = excluded.removed_through",
        subscription, last);
  }
  return gone.size();
}

int64_t RetainEvents(absl::Time before, uint32_t limit,
                     PostgresConnection* db) {
  const PostgresResult feeds = db->Run(
      "WITH RECURSIVE feed(s) AS ((SELECT subscription FROM events "
      "ORDER BY subscription LIMIT 1) UNION ALL SELECT (SELECT subscription "
      "FROM events WHERE subscription > s ORDER BY subscription LIMIT 1) "
      "FROM feed WHERE s IS NOT NULL) "
      "SELECT s FROM feed WHERE s IS NOT NULL AND (SELECT at FROM events "
      "WHERE subscription = s ORDER BY sequence LIMIT 1) < $1 ORDER BY s",
      before);
  int64_t removed = 0;
  for (int row = 0; row < feeds.size() && removed < limit; ++row) {
    removed += RetainFeed(feeds.View(row, 0), before, limit - removed, db);
  }
  return removed;
}

int64_t RetainEntries(absl::Time before, uint32_t limit, PostgresCounts* counts,
                      PostgresConnection* db) {
  const PostgresResult gone = db->Run(
      "WITH old AS (SELECT alert, subscription FROM entries e "
      "WHERE accepted_at < $1 AND state != 0 AND NOT EXISTS (SELECT 1 "
      "FROM events v WHERE v.subscription = e.subscription "
      "AND v.sequence = e.sequence) ORDER BY alert, subscription LIMIT $2) "
      "DELETE FROM entries e USING old WHERE e.alert = old.alert "
      "AND e.subscription = old.subscription RETURNING e.state",
      before, limit);
  return CountGone<EntryState>(gone, counts);
}

int64_t RetainAlerts(absl::Time before, uint32_t limit, PostgresCounts* counts,
                     PostgresConnection* db) {
  const PostgresResult gone = db->Run(
      "WITH old AS (SELECT n FROM alerts a WHERE accepted_at < $1 "
      "AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.alert = a.n) "
      "AND NOT EXISTS (SELECT 1 FROM events v WHERE v.alert = a.n) "
      "ORDER BY n LIMIT $2), "
      "body AS (DELETE FROM texts t USING old WHERE t.n = old.n) "
      "DELETE FROM alerts a USING old WHERE a.n = old.n "
      "RETURNING a.unreadable != ''",
      before, limit);
  for (int row = 0; row < gone.size(); ++row) {
    counts->AddAlerts(-1);
    counts->AddUnreadable(gone.Int(row, 0) != 0 ? -1 : 0);
  }
  return gone.size();
}

std::vector<int64_t> NumbersOf(const PostgresResult& rows) {
  std::vector<int64_t> numbers;
  for (int row = 0; row < rows.size(); ++row) {
    numbers.push_back(rows.Int(row, 0));
  }
  return numbers;
}

std::vector<int64_t> MeantBy(const ForgetRequest& request,
                             PostgresConnection* db) {
  if (!request.article.empty()) {
    return NumbersOf(db->Run(
        "SELECT n FROM alerts WHERE article = $1 ORDER BY n", request.article));
  }
  if (!request.source.empty()) {
    return NumbersOf(db->Run("SELECT n FROM alerts WHERE site = $1 ORDER BY n",
                             request.source));
  }
  return NumbersOf(
      db->Run("SELECT n FROM deliveries WHERE address = $1 ORDER BY n",
              request.address));
}

// Blanks those that were not. What waits is cancelled.
uint64_t BlankDeliveries(const std::vector<int64_t>& numbers,
                         PostgresCounts* counts, PostgresConnection* db) {
  const PostgresResult rows = db->Run(
      "SELECT n, state FROM deliveries WHERE n = ANY($1) AND forgotten = 0 "
      "ORDER BY id FOR UPDATE",
      numbers);
  for (int row = 0; row < rows.size(); ++row) {
    if (static_cast<DeliveryState>(rows.Int(row, 1)) ==
        DeliveryState::kWaiting) {
      counts->Add(DeliveryState::kWaiting, -1);
      counts->Add(DeliveryState::kCancelled, 1);
    }
  }
  const std::vector<int64_t> fresh = NumbersOf(rows);
  db->Run("UPDATE attempts SET answer = '' WHERE delivery = ANY($1)", fresh);
  db->Run(
      "UPDATE deliveries SET forgotten = 1, own_body = '', "
      "reason = CASE state WHEN 0 THEN 0 ELSE reason END, "
      "state = CASE state WHEN 0 THEN 6 ELSE state END WHERE n = ANY($1)",
      fresh);
  return fresh.size();
}

uint64_t ForgetAlerts(const std::vector<int64_t>& alerts, uint64_t* deliveries,
                      PostgresCounts* counts, PostgresConnection* db) {
  const int64_t blanked =
      db->Run("UPDATE texts SET json = '' WHERE n = ANY($1) AND json != ''",
              alerts)
          .changed();
  const int64_t cancelled =
      db->Run(
            "UPDATE entries SET state = 4, why = 'forgotten' "
            "WHERE alert = ANY($1) AND state = 0",
            alerts)
          .changed();
  counts->Add(EntryState::kWaiting, -cancelled);
  counts->Add(EntryState::kCancelled, cancelled);
#define PRESSHAWK_TOLD                                                 \
  "WITH told AS (SELECT subscription, sequence FROM entries "          \
  "WHERE alert = ANY($1) AND sequence > 0 UNION SELECT subscription, " \
  "sequence FROM events WHERE alert = ANY($1)) "
  db->Run(PRESSHAWK_TOLD
          "UPDATE events e SET head = '', middle = '', tail = '' FROM told "
          "WHERE e.subscription = told.subscription "
          "AND e.sequence = told.sequence",
          alerts);
  // And the catch-up that told it in place of its delivery: the first that goes
  // as far (SPEC DELIVERY-9).
  const std::vector<int64_t> told = NumbersOf(db->Run(
      PRESSHAWK_TOLD
      ", mine AS (SELECT d.* FROM told JOIN deliveries d "
      "ON d.subscription = told.subscription AND d.sequence = told.sequence) "
      "SELECT n FROM mine UNION SELECT c.n FROM mine JOIN deliveries c "
      "ON c.subscription = mine.subscription AND c.receiver = mine.receiver "
      "AND c.address = mine.address "
      "AND c.type = $2 AND c.sequence = (SELECT min(o.sequence) "
      "FROM deliveries o WHERE o.subscription = mine.subscription "
      "AND o.receiver = mine.receiver "
      "AND o.address = mine.address AND o.type = $2 "
      "AND o.sequence >= mine.sequence) "
      "WHERE mine.state = 6 AND mine.reason BETWEEN 1 AND 3 ORDER BY n",
      alerts, "presshawk.catchup.v1"));
#undef PRESSHAWK_TOLD
  *deliveries += BlankDeliveries(told, counts, db);
  return static_cast<uint64_t>(blanked);
}

}  // namespace

absl::StatusOr<uint64_t> PostgresStore::Retain(absl::Time before,
                                               uint32_t limit) {
  int64_t removed = 0;
  const absl::Status status = pool_.Write([&](PostgresConnection* db) {
    PostgresCounts counts;
    removed = RetainDeliveries(before, limit, &counts, db);
    removed += RetainEvents(before, limit, db);
    removed += RetainEntries(before, limit, &counts, db);
    removed += RetainAlerts(before, limit, &counts, db);
    removed +=
        db->Run("DELETE FROM silences WHERE ends_at < $1", before).changed();
    removed += db->Run(
                     "DELETE FROM story_articles WHERE n IN (SELECT n "
                     "FROM story_articles WHERE accepted_at < $1 "
                     "ORDER BY accepted_at, n LIMIT $2)",
                     before, limit)
                   .changed();
    counts.Apply(db);
    return absl::OkStatus();
  });
  if (!status.ok()) {
    return status;
  }
  return static_cast<uint64_t>(removed);
}

absl::StatusOr<uint64_t> PostgresStore::Forget(const ForgetRequest& request,
                                               absl::Time now) {
  if (absl::Status status = CheckForget(request); !status.ok()) {
    return status;
  }
  const auto meant = pool_.ReadOnly(
      [&](PostgresConnection* db) { return MeantBy(request, db); });
  if (!meant.ok()) {
    return meant.status();
  }
  uint64_t alerts = 0;
  uint64_t deliveries = 0;
  for (size_t at = 0; at < meant->size(); at += kBlankedAtOnce) {
    const std::vector<int64_t> numbers(
        meant->begin() + static_cast<int64_t>(at),
        meant->begin() +
            static_cast<int64_t>(std::min(meant->size(), at + kBlankedAtOnce)));
    const absl::Status status = pool_.Write([&](PostgresConnection* db) {
      PostgresCounts counts;
      if (request.address.empty()) {
        alerts += ForgetAlerts(numbers, &deliveries, &counts, db);
      } else {
        deliveries += BlankDeliveries(numbers, &counts, db);
        db->Run("UPDATE deliveries SET address = '' WHERE n = ANY($1)",
                numbers);
      }
      counts.Apply(db);
      return absl::OkStatus();
    });
    if (!status.ok()) {
      return status;
    }
  }
  const absl::Status audited = pool_.Write([&](PostgresConnection* db) {
    db->Run("INSERT INTO audit(at, who, what) VALUES($1, $2, $3)", now,
            request.who,
            StrCat("forgot ", ForgetText(request), ": ", alerts, " alerts, ",
                   deliveries, " deliveries"));
    return absl::OkStatus();
  });
  if (!audited.ok()) {
    return audited;
  }
  return alerts + deliveries;
}

absl::StatusOr<std::vector<AuditRecord>> PostgresStore::Audit(uint32_t limit) {
  return pool_.ReadOnly([&](PostgresConnection* db) {
    std::vector<AuditRecord> found;
    const PostgresResult rows = db->Run(
        "SELECT at, who, what FROM audit ORDER BY n DESC LIMIT $1", limit);
    for (int row = 0; row < rows.size(); ++row) {
      found.push_back({.at = rows.Time(row, 0),
                       .who = rows.Text(row, 1),
                       .what = rows.Text(row, 2)});
    }
    return found;
  });
}

absl::Status PostgresStore::Backup(const std::string&) {
  return absl::UnimplementedError(StrCat(
      "ledger ", name(),
      ": PostgreSQL makes its own copies: use pg_dump --schema=presshawk "
      "or pg_basebackup"));
}

}  // namespace presshawk
