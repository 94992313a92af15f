// SPDX-License-Identifier: Apache-2.0
// What the API and the command line read.
#include <algorithm>
#include <charconv>

#include "core/base/str_cat.h"
#include "ingest/postgres/postgres_ledger.h"

namespace presshawk {
namespace {

// How many rows a page looks through at most, if few of them fit.
constexpr int64_t kRowsPerPage = 200'000;

int64_t NumberOf(const std::string& after) {
  int64_t number = INT64_MAX;
  std::from_chars(after.data(), after.data() + after.size(), number);
  return number;
}

// The numbers above which a page looks, and below which.
struct Window {
  int64_t from = 0;   // Inclusive.
  int64_t until = 0;  // Exclusive.
  bool is_last = true;
};

Window WindowOf(const char* range, const std::string& after,
                PostgresConnection* db) {
  const PostgresResult row = db->Run(range);
  Window window;
  if (!db->ok() || row.IsNull(0, 0)) {
    return window;
  }
  window.until = std::min(NumberOf(after), row.Int(0, 1) + 1);
  window.from = std::max(row.Int(0, 0), window.until - kRowsPerPage);
  window.is_last = window.from <= row.Int(0, 0);
  return window;
}

// Takes rows into a page: there is one more than the limit where there is a next
// one. `number` is the column of the number.
template <typename Record, typename Read>
Page<Record> PageOf(const PostgresResult& rows, int number, uint32_t limit,
                    const Window& window, Read read) {
  Page<Record> page;
  for (int row = 0; row < rows.size(); ++row) {
    if (page.rows.size() == limit) {
      page.next = row == 0 ? "" : StrCat(rows.Int(row - 1, number));
      return page;
    }
    page.rows.push_back(read(rows, row));
  }
  page.next = window.is_last ? "" : StrCat(window.from);
  return page;
}

Page<DeliveryRecord> DeliveriesByArrival(const DeliveryFilter& filter,
                                         PostgresConnection* db) {
  const Window window =
      WindowOf("SELECT min(n), max(n) FROM deliveries", filter.after, db);
  const PostgresResult rows = db->Run(
      "SELECT " PRESSHAWK_DELIVERY_COLUMNS
      ", d.n FROM deliveries d WHERE d.n >= $1 AND d.n < $2 "
      "AND ($3 = ''::bytea OR d.subscription = $3) "
      "AND ($4 = ''::bytea OR d.receiver = $4) AND ($5 < 0 OR d.state = $5) "
      "AND d.created_at >= $6 AND d.created_at < $7 "
      "ORDER BY d.n DESC LIMIT $8",
      window.from, window.until, filter.subscription, filter.receiver,
      filter.state ? static_cast<int>(*filter.state) : -1,
      filter.from.value_or(absl::InfinitePast()),
      filter.until.value_or(absl::InfiniteFuture()), int64_t{filter.limit} + 1);
  return PageOf<DeliveryRecord>(rows, kDeliveryColumns, filter.limit, window,
                                DeliveryOf);
}

// Those of some alerts, which are few.
#define PRESSHAWK_DELIVERIES_OF(ALERTS)                                   \
  "SELECT " PRESSHAWK_DELIVERY_COLUMNS                                    \
  ", d.n FROM (SELECT e.subscription, e.sequence FROM alerts a "          \
  "JOIN entries e ON e.alert = a.n AND e.sequence > 0 WHERE " ALERTS      \
  " UNION SELECT v.subscription, v.sequence FROM alerts a "               \
  "JOIN events v ON v.alert = a.n WHERE " ALERTS                          \
  ") k JOIN deliveries d ON d.subscription = k.subscription "             \
  "AND d.sequence = k.sequence WHERE d.n < $4 "                           \
  "AND ($5 = ''::bytea OR d.subscription = $5) "                          \
  "AND ($6 = ''::bytea OR d.receiver = $6) AND ($7 < 0 OR d.state = $7) " \
  "AND d.created_at >= $8 AND d.created_at < $9 "                         \
  "ORDER BY d.n DESC LIMIT $10"

Page<DeliveryRecord> DeliveriesThatTell(const DeliveryFilter& filter,
                                        PostgresConnection* db) {
  const char* sql = PRESSHAWK_DELIVERIES_OF(
      "a.story = $3 AND a.story != '' AND $1 = ''::bytea AND $2 = ''::bytea");
  if (!filter.alert.empty()) {
    sql = PRESSHAWK_DELIVERIES_OF(
        "a.id = $1 AND ($2 = ''::bytea OR a.article = $2) "
        "AND ($3 = ''::bytea OR a.story = $3)");
  } else if (!filter.article.empty()) {
    sql = PRESSHAWK_DELIVERIES_OF(
        "a.article = $2 AND ($3 = ''::bytea OR a.story = $3) "
        "AND $1 = ''::bytea");
  }
  const PostgresResult rows = db->Run(
      sql, PackId(filter.alert), filter.article, PackId(filter.story),
      NumberOf(filter.after), filter.subscription, filter.receiver,
      filter.state ? static_cast<int>(*filter.state) : -1,
      filter.from.value_or(absl::InfinitePast()),
      filter.until.value_or(absl::InfiniteFuture()), int64_t{filter.limit} + 1);
  return PageOf<DeliveryRecord>(rows, kDeliveryColumns, filter.limit, Window(),
                                DeliveryOf);
}

Page<AlertRecord> AlertsByArrival(const AlertFilter& filter,
                                  PostgresConnection* db) {
  const Window window =
      WindowOf("SELECT min(n), max(n) FROM alerts", filter.after, db);
  const PostgresResult rows = db->Run(
      "SELECT " PRESSHAWK_ALERT_COLUMNS
      " FROM alerts a JOIN texts t ON t.n = a.n WHERE a.n >= $1 AND a.n < $2 "
      "AND ($3 = ''::bytea OR a.watchlist = $3) ORDER BY a.n DESC LIMIT $4",
      window.from, window.until, filter.watchlist, int64_t{filter.limit} + 1);
  return PageOf<AlertRecord>(rows, 0, filter.limit, window, AlertOf);
}

Page<AlertRecord> AlertsByIndex(const AlertFilter& filter,
                                PostgresConnection* db) {
  const char* sql =
      filter.article.empty()
          ? "SELECT " PRESSHAWK_ALERT_COLUMNS
            " FROM alerts a JOIN texts t ON t.n = a.n WHERE a.story = $1 "
            "AND a.story != '' AND $2 = ''::bytea AND a.n < $3 "
            "AND ($4 = ''::bytea OR a.watchlist = $4) "
            "ORDER BY a.n DESC LIMIT $5"
          : "SELECT " PRESSHAWK_ALERT_COLUMNS
            " FROM alerts a JOIN texts t ON t.n = a.n WHERE a.article = $2 "
            "AND ($1 = ''::bytea OR a.story = $1) AND a.n < $3 "
            "AND ($4 = ''::bytea OR a.watchlist = $4) "
            "ORDER BY a.n DESC LIMIT $5";
  const PostgresResult rows =
      db->Run(sql, PackId(filter.story), filter.article, NumberOf(filter.after),
              filter.watchlist, int64_t{filter.limit} + 1);
  return PageOf<AlertRecord>(rows, 0, filter.limit, Window(), AlertOf);
}

Page<AlertRecord> AlertsOfDigest(const AlertFilter& filter,
                                 PostgresConnection* db) {
  const PostgresResult rows =
      db->Run("SELECT " PRESSHAWK_ALERT_COLUMNS
              " FROM entries e JOIN alerts a ON a.n = e.alert "
              "JOIN texts t ON t.n = a.n "
              "WHERE e.subscription = $1 AND e.sequence = $2 AND e.alert < $3 "
              "AND e.why = 'in a digest' ORDER BY e.alert DESC LIMIT $4",
              filter.subscription, filter.sequence, NumberOf(filter.after),
              int64_t{filter.limit} + 1);
  return PageOf<AlertRecord>(rows, 0, filter.limit, Window(), AlertOf);
}

}  // namespace

absl::StatusOr<std::optional<AlertRecord>> PostgresStore::FindAlert(
    const std::string& id) {
  return pool_.ReadOnly([&](PostgresConnection* db) {
    const PostgresResult rows =
        db->Run("SELECT " PRESSHAWK_ALERT_COLUMNS
                " FROM alerts a JOIN texts t ON t.n = a.n WHERE a.id = $1",
                PackId(id));
    return rows.size() == 0 ? std::nullopt
                            : std::optional<AlertRecord>(AlertOf(rows, 0));
  });
}

absl::StatusOr<Page<AlertRecord>> PostgresStore::Alerts(
    const AlertFilter& filter) {
  return pool_.ReadOnly([&](PostgresConnection* db) {
    if (filter.sequence > 0) {
      return AlertsOfDigest(filter, db);
    }
    return filter.article.empty() && filter.story.empty()
               ? AlertsByArrival(filter, db)
               : AlertsByIndex(filter, db);
  });
}

absl::StatusOr<std::vector<EntryRecord>> PostgresStore::EntriesOf(
    const std::string& alert) {
  return pool_.ReadOnly([&](PostgresConnection* db) {
    std::vector<EntryRecord> found;
    const PostgresResult rows =
        db->Run("SELECT " PRESSHAWK_ENTRY_COLUMNS
                " FROM alerts a JOIN entries e ON e.alert = a.n "
                "WHERE a.id = $1 ORDER BY e.subscription",
                PackId(alert));
    for (int row = 0; row < rows.size(); ++row) {
      found.push_back(EntryOf(rows, row));
    }
    return found;
  });
}

absl::StatusOr<std::vector<std::pair<EventRecord, std::string>>>
PostgresStore::Events(const std::string& subscription, uint64_t after,
                      uint32_t limit) {
  uint64_t removed = 0;
  auto found = pool_.ReadOnly([&](PostgresConnection* db) {
    const PostgresResult feed =
        db->Run("SELECT removed_through FROM feeds WHERE subscription = $1",
                subscription);
    removed = feed.size() == 0 ? 0 : static_cast<uint64_t>(feed.Int(0, 0));
    std::vector<std::pair<EventRecord, std::string>> events;
    const PostgresResult rows = db->Run(
        "SELECT e.sequence, e.type, e.key, e.at, a.id, e.head, e.middle, "
        "e.tail, t.json FROM (SELECT * FROM events WHERE subscription = $1 "
        "AND sequence > $2 ORDER BY sequence LIMIT $3) e "
        "LEFT JOIN alerts a ON a.n = e.alert "
        "LEFT JOIN texts t ON t.n = e.alert ORDER BY e.sequence",
        subscription, std::min<uint64_t>(after, INT64_MAX), limit);
    for (int row = 0; row < rows.size(); ++row) {
      events.emplace_back(
          EventRecord{.subscription = subscription,
                      .sequence = static_cast<uint64_t>(rows.Int(row, 0)),
                      .type = rows.Text(row, 1),
                      .key = rows.Text(row, 2),
                      .at = rows.Time(row, 3),
                      .alert = rows.Id(row, 4),
                      .body = {.head = rows.Text(row, 5),
                               .middle = rows.Text(row, 6),
                               .tail = rows.Text(row, 7)}},
          rows.Text(row, 8));
    }
    return events;
  });
  if (found.ok() && after < removed) {
    return absl::OutOfRangeError(StrCat("the first event of \"", subscription,
                                        "\" that is kept is ", removed + 1));
  }
  return found;
}

absl::StatusOr<std::optional<ClaimedDelivery>> PostgresStore::FindDelivery(
    const std::string& id) {
  return pool_.ReadOnly([&](PostgresConnection* db) {
    const PostgresResult rows =
        db->Run(PRESSHAWK_CLAIMED "WHERE d.id = $1", PackId(id));
    return rows.size() == 0
               ? std::nullopt
               : std::optional<ClaimedDelivery>(ClaimedOf(rows, 0));
  });
}

absl::StatusOr<Page<DeliveryRecord>> PostgresStore::Deliveries(
    const DeliveryFilter& filter) {
  return pool_.ReadOnly([&](PostgresConnection* db) {
    return filter.alert.empty() && filter.article.empty() &&
                   filter.story.empty()
               ? DeliveriesByArrival(filter, db)
               : DeliveriesThatTell(filter, db);
  });
}

absl::StatusOr<std::vector<AttemptRecord>> PostgresStore::Attempts(
    const std::string& delivery) {
  return pool_.ReadOnly([&](PostgresConnection* db) {
    std::vector<AttemptRecord> found;
    const PostgresResult rows = db->Run(
        "SELECT t.number, t.at, t.outcome, t.status, t.took, t.peer, t.bytes, "
        "t.sha256, t.answer, t.why, t.next FROM deliveries d "
        "JOIN attempts t ON t.delivery = d.n WHERE d.id = $1 "
        "ORDER BY t.number, t.at",
        PackId(delivery));
    for (int row = 0; row < rows.size(); ++row) {
      found.push_back({.delivery = delivery,
                       .number = static_cast<uint32_t>(rows.Int(row, 0)),
                       .at = rows.Time(row, 1),
                       .outcome = static_cast<AttemptOutcome>(rows.Int(row, 2)),
                       .status = static_cast<int>(rows.Int(row, 3)),
                       .took = absl::Microseconds(rows.Int(row, 4)),
                       .peer = rows.Text(row, 5),
                       .bytes = static_cast<uint64_t>(rows.Int(row, 6)),
                       .sha256 = rows.Text(row, 7),
                       .answer = rows.Text(row, 8),
                       .why = rows.Text(row, 9),
                       .next = rows.Time(row, 10)});
    }
    return found;
  });
}

absl::StatusOr<std::vector<SilenceRecord>> PostgresStore::Silences() {
  return pool_.ReadOnly([](PostgresConnection* db) {
    std::vector<SilenceRecord> found;
    const PostgresResult rows = db->Run(
        "SELECT id, matchers, author, comment, tell, starts_at, ends_at, "
        "end_told FROM silences ORDER BY id");
    for (int row = 0; row < rows.size(); ++row) {
      found.push_back({.id = rows.Text(row, 0),
                       .matchers = rows.Text(row, 1),
                       .author = rows.Text(row, 2),
                       .comment = rows.Text(row, 3),
                       .tell = rows.Text(row, 4),
                       .starts_at = rows.Time(row, 5),
                       .ends_at = rows.Time(row, 6),
                       .end_told = rows.Int(row, 7) != 0});
    }
    return found;
  });
}

absl::Status PostgresStore::PutSilence(const SilenceRecord& silence) {
  return pool_.Write([&](PostgresConnection* db) {
    db->Run(
        "INSERT INTO silences(id, matchers, author, comment, tell, starts_at, "
        "ends_at, end_told) VALUES($1, $2, $3, $4, $5, $6, $7, $8) "
        "ON CONFLICT(id) DO UPDATE SET matchers = excluded.matchers, "
        "author = excluded.author, comment = excluded.comment, "
        "tell = excluded.tell, starts_at = excluded.starts_at, "
        "ends_at = excluded.ends_at, end_told = excluded.end_told",
        silence.id, silence.matchers, silence.author, silence.comment,
        silence.tell, silence.starts_at, silence.ends_at, silence.end_told);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<TokenRecord>> PostgresStore::Tokens() {
  return pool_.ReadOnly([](PostgresConnection* db) {
    std::vector<TokenRecord> found;
    const PostgresResult rows = db->Run(
        "SELECT id, hash, scope, name, created_at, expires_at, used_at "
        "FROM tokens ORDER BY id");
    for (int row = 0; row < rows.size(); ++row) {
      found.push_back({.id = rows.Text(row, 0),
                       .hash = rows.Text(row, 1),
                       .scope = static_cast<TokenScope>(rows.Int(row, 2)),
                       .name = rows.Text(row, 3),
                       .created_at = rows.Time(row, 4),
                       .expires_at = rows.Time(row, 5),
                       .used_at = rows.Time(row, 6)});
    }
    return found;
  });
}

absl::Status PostgresStore::PutToken(const TokenRecord& token) {
  return pool_.Write([&](PostgresConnection* db) {
    db->Run(
        "INSERT INTO tokens(id, hash, scope, name, created_at, expires_at, "
        "used_at) VALUES($1, $2, $3, $4, $5, $6, $7) "
        "ON CONFLICT(id) DO UPDATE SET hash = excluded.hash, "
        "scope = excluded.scope, name = excluded.name, "
        "created_at = excluded.created_at, expires_at = excluded.expires_at, "
        "used_at = excluded.used_at",
        token.id, token.hash, static_cast<int>(token.scope), token.name,
        token.created_at, token.expires_at, token.used_at);
    return absl::OkStatus();
  });
}

absl::Status PostgresStore::UseToken(const std::string& id,
                                     absl::Time used_at) {
  return pool_.Write([&](PostgresConnection* db) {
    db->Run("UPDATE tokens SET used_at = $1 WHERE id = $2", used_at, id);
    return absl::OkStatus();
  });
}

absl::StatusOr<bool> PostgresStore::RemoveToken(const std::string& id) {
  bool removed = false;
  const absl::Status status = pool_.Write([&](PostgresConnection* db) {
    removed =
        db->Run("DELETE FROM tokens WHERE id = $1 RETURNING id", id).size() > 0;
    return absl::OkStatus();
  });
  if (!status.ok()) {
    return status;
  }
  return removed;
}

absl::StatusOr<LedgerCounts> PostgresStore::Counts() {
  return pool_.ReadOnly([](PostgresConnection* db) {
    LedgerCounts counts;
    const PostgresResult rows = db->Run(
        "SELECT kind, state, sum(change)::bigint FROM count_changes "
        "GROUP BY kind, state HAVING sum(change) != 0 ORDER BY kind, state");
    for (int row = 0; row < rows.size(); ++row) {
      const auto count = static_cast<uint64_t>(rows.Int(row, 2));
      if (rows.Int(row, 0) == 0) {
        counts.entries.emplace_back(static_cast<EntryState>(rows.Int(row, 1)),
                                    count);
      } else if (rows.Int(row, 0) == 1) {
        counts.deliveries.emplace_back(
            static_cast<DeliveryState>(rows.Int(row, 1)), count);
      } else {
        (rows.Int(row, 1) == 0 ? counts.alerts : counts.unreadable) = count;
      }
    }
    const PostgresResult bytes = db->Run(
        "SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint "
        "FROM pg_class WHERE relkind = 'r' "
        "AND relnamespace = 'presshawk'::regnamespace");
    counts.bytes =
        bytes.size() == 0 ? 0 : static_cast<uint64_t>(bytes.Int(0, 0));
    return counts;
  });
}

absl::StatusOr<std::vector<WaitingCount>> PostgresStore::Waiting() {
  return pool_.ReadOnly([](PostgresConnection* db) {
    std::vector<WaitingCount> found;
    const PostgresResult rows = db->Run(
        "SELECT receiver, reason, count(*), min(created_at) FROM deliveries "
        "WHERE state = 0 GROUP BY receiver, reason ORDER BY receiver, reason");
    for (int row = 0; row < rows.size(); ++row) {
      found.push_back({.receiver = rows.Text(row, 0),
                       .reason = static_cast<WaitReason>(rows.Int(row, 1)),
                       .count = static_cast<uint64_t>(rows.Int(row, 2)),
                       .oldest = rows.Time(row, 3)});
    }
    return found;
  });
}

}  // namespace presshawk
