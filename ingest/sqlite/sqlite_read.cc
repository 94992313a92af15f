// SPDX-License-Identifier: Apache-2.0
// What the API and the command line read.
#include <algorithm>
#include <charconv>
#include <set>

#include "core/base/str_cat.h"
#include "ingest/sqlite/sqlite_ledger.h"
#include "ingest/sqlite/sqlite_rows.h"

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
                SqliteConnection* db) {
  int64_t lowest = 0;
  int64_t highest = 0;
  db->Query(range, [&](const SqliteRow& row) {
    lowest = row.Int(0);
    highest = row.Int(1);
  });
  Window window;
  window.until = std::min(NumberOf(after), highest + 1);
  window.from = std::max(lowest, window.until - kRowsPerPage);
  window.is_last = window.from <= lowest;
  return window;
}

// A page of what was found in a window: `numbers` are those of the rows, one
// more than the limit where there is one.
template <typename Record>
void EndPage(const std::vector<int64_t>& numbers, uint32_t limit,
             const Window& window, Page<Record>* page) {
  if (numbers.size() > limit) {
    page->rows.resize(limit);
    page->next = limit == 0 ? "" : StrCat(numbers[limit - 1]);
  } else if (!window.is_last) {
    page->next = StrCat(window.from);
  }
}

// An alert by the most telling of what is asked for.
std::vector<int64_t> AlertNumbers(const std::string& id,
                                  const std::string& article,
                                  const std::string& story,
                                  SqliteConnection* db) {
  std::vector<int64_t> numbers;
  const std::string packed_id = PackId(id);
  const std::string packed_story = PackId(story);
  const auto keep = [&](const SqliteRow& row) {
    if ((article.empty() || row.View(1) == article) &&
        (story.empty() || row.View(2) == packed_story)) {
      numbers.push_back(row.Int(0));
    }
  };
  if (!id.empty()) {
    db->Query("SELECT n, article, story FROM alerts WHERE id = ?", keep,
              SqliteBlob{packed_id});
  } else if (!article.empty()) {
    db->Query(PRESSHAWK_ALERTS_BY_ARTICLE("a.n, a.article, a.story", "?"), keep,
              article);
  } else {
    db->Query(PRESSHAWK_ALERTS_BY_STORY("a.n, a.article, a.story", "?"), keep,
              SqliteBlob{packed_story});
  }
  std::sort(numbers.begin(), numbers.end(), std::greater<>());
  return numbers;
}

bool Fits(const DeliveryRecord& row, const DeliveryFilter& filter) {
  const auto is = [](const std::string& wanted, const std::string& value) {
    return wanted.empty() || wanted == value;
  };
  return is(filter.subscription, row.subscription) &&
         is(filter.receiver, row.receiver) &&
         (!filter.state || *filter.state == row.state) &&
         (!filter.from || row.created_at >= *filter.from) &&
         (!filter.until || row.created_at < *filter.until);
}

using EventKey = std::pair<std::string, int64_t>;

std::set<EventKey> EventsThatTell(const std::vector<int64_t>& alerts,
                                  SqliteConnection* db) {
  std::set<EventKey> events;
  for (const int64_t alert : alerts) {
    db->Query(
        "SELECT subscription, sequence FROM entries "
        "WHERE alert = ?1 AND sequence > 0 "
        "UNION SELECT subscription, sequence FROM events WHERE alert = ?1",
        [&](const SqliteRow& row) { events.emplace(row.Text(0), row.Int(1)); },
        alert);
  }
  return events;
}

// Those of some alerts: all are found first, since they are few.
Page<DeliveryRecord> DeliveriesThatTell(const DeliveryFilter& filter,
                                        SqliteConnection* db) {
  const int64_t after = NumberOf(filter.after);
  std::vector<std::pair<int64_t, DeliveryRecord>> found;
  for (const auto& [subscription, sequence] : EventsThatTell(
           AlertNumbers(filter.alert, filter.article, filter.story, db), db)) {
    db->Query(
        "SELECT " PRESSHAWK_DELIVERY_COLUMNS
        ", d.n FROM deliveries d "
        "WHERE d.subscription = ? AND d.sequence = ? AND d.n < ?",
        [&](const SqliteRow& row) {
          DeliveryRecord delivery = DeliveryOf(row);
          if (Fits(delivery, filter)) {
            found.emplace_back(row.Int(kDeliveryColumns), std::move(delivery));
          }
        },
        subscription, sequence, after);
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  Page<DeliveryRecord> page;
  for (auto& [number, delivery] : found) {
    if (page.rows.size() == filter.limit) {
      break;
    }
    page.rows.push_back(std::move(delivery));
    page.next = StrCat(number);
  }
  if (found.size() <= filter.limit) {
    page.next.clear();
  }
  return page;
}

Page<DeliveryRecord> DeliveriesByArrival(const DeliveryFilter& filter,
                                         SqliteConnection* db) {
  const Window window = WindowOf(
      "SELECT (SELECT min(n) FROM deliveries), (SELECT max(n) FROM deliveries)",
      filter.after, db);
  Page<DeliveryRecord> page;
  std::vector<int64_t> numbers;
  db->Query(
      "SELECT " PRESSHAWK_DELIVERY_COLUMNS
      ", d.n FROM deliveries d NOT INDEXED "
      "WHERE d.n >= ?1 AND d.n < ?2 AND (?3 = '' OR d.subscription = ?3) "
      "AND (?4 = '' OR d.receiver = ?4) AND (?5 < 0 OR d.state = ?5) "
      "AND d.created_at >= ?6 AND d.created_at < ?7 "
      "ORDER BY d.n DESC LIMIT ?8",
      [&](const SqliteRow& row) {
        page.rows.push_back(DeliveryOf(row));
        numbers.push_back(row.Int(kDeliveryColumns));
      },
      window.from, window.until, filter.subscription, filter.receiver,
      filter.state ? static_cast<int>(*filter.state) : -1,
      filter.from.value_or(absl::InfinitePast()),
      filter.until.value_or(absl::InfiniteFuture()), int64_t{filter.limit} + 1);
  EndPage(numbers, filter.limit, window, &page);
  return page;
}

Page<AlertRecord> AlertsByNumber(const AlertFilter& filter,
                                 SqliteConnection* db) {
  const int64_t after = NumberOf(filter.after);
  Page<AlertRecord> page;
  int64_t last = 0;
  for (const int64_t number :
       AlertNumbers("", filter.article, filter.story, db)) {
    if (number >= after || !page.next.empty()) {
      continue;
    }
    db->Query(
        "SELECT " PRESSHAWK_ALERT_COLUMNS
        " FROM alerts a JOIN texts t ON t.n = a.n "
        "WHERE a.n = ?1 AND (?2 = '' OR a.watchlist = ?2)",
        [&](const SqliteRow& row) {
          if (page.rows.size() == filter.limit) {
            page.next = StrCat(last);
          } else {
            page.rows.push_back(AlertOf(row));
            last = number;
          }
        },
        number, filter.watchlist);
  }
  return page;
}

Page<AlertRecord> AlertsByArrival(const AlertFilter& filter,
                                  SqliteConnection* db) {
  const Window window = WindowOf(
      "SELECT (SELECT min(n) FROM alerts), (SELECT max(n) FROM alerts)",
      filter.after, db);
  Page<AlertRecord> page;
  std::vector<int64_t> numbers;
  db->Query(
      "SELECT " PRESSHAWK_ALERT_COLUMNS
      " FROM alerts a NOT INDEXED CROSS JOIN texts t ON t.n = a.n "
      "WHERE a.n >= ?1 AND a.n < ?2 AND (?3 = '' OR a.watchlist = ?3) "
      "ORDER BY a.n DESC LIMIT ?4",
      [&](const SqliteRow& row) {
        page.rows.push_back(AlertOf(row));
        numbers.push_back(row.Int(0));
      },
      window.from, window.until, filter.watchlist, int64_t{filter.limit} + 1);
  EndPage(numbers, filter.limit, window, &page);
  return page;
}

Page<AlertRecord> AlertsOfDigest(const AlertFilter& filter,
                                 SqliteConnection* db) {
  Page<AlertRecord> page;
  std::vector<int64_t> numbers;
  db->Query(
      "SELECT " PRESSHAWK_ALERT_COLUMNS
      " FROM entries e INDEXED BY entries_digest "
      "CROSS JOIN alerts a ON a.n = e.alert CROSS JOIN texts t ON t.n = a.n "
      "WHERE e.subscription = ?1 AND e.sequence = ?2 AND e.alert < ?3 "
      "AND e.why = 'in a digest' ORDER BY e.alert DESC LIMIT ?4",
      [&](const SqliteRow& row) {
        page.rows.push_back(AlertOf(row));
        numbers.push_back(row.Int(0));
      },
      filter.subscription, filter.sequence, NumberOf(filter.after),
      int64_t{filter.limit} + 1);
  EndPage(numbers, filter.limit, Window(), &page);
  return page;
}

}  // namespace

absl::StatusOr<std::optional<AlertRecord>> SqliteStore::FindAlert(
    const std::string& id) {
  return files_->ReadOnly([&](SqliteConnection* db) {
    std::optional<AlertRecord> alert;
    const std::string packed = PackId(id);
    db->Query(
        "SELECT " PRESSHAWK_ALERT_COLUMNS
        " FROM alerts a JOIN texts t ON t.n = a.n WHERE a.id = ?",
        [&](const SqliteRow& row) { alert = AlertOf(row); },
        SqliteBlob{packed});
    return alert;
  });
}

absl::StatusOr<Page<AlertRecord>> SqliteStore::Alerts(
    const AlertFilter& filter) {
  return files_->ReadOnly([&](SqliteConnection* db) {
    if (filter.sequence > 0) {
      return AlertsOfDigest(filter, db);
    }
    return filter.article.empty() && filter.story.empty()
               ? AlertsByArrival(filter, db)
               : AlertsByNumber(filter, db);
  });
}

absl::StatusOr<std::vector<EntryRecord>> SqliteStore::EntriesOf(
    const std::string& alert) {
  return files_->ReadOnly([&](SqliteConnection* db) {
    std::vector<EntryRecord> rows;
    const std::string id = PackId(alert);
    db->Query(
        "SELECT " PRESSHAWK_ENTRY_COLUMNS
        " FROM alerts a CROSS JOIN entries e ON e.alert = a.n "
        "WHERE a.id = ? ORDER BY e.subscription",
        [&](const SqliteRow& row) { rows.push_back(EntryOf(row)); },
        SqliteBlob{id});
    return rows;
  });
}

absl::StatusOr<std::vector<std::pair<EventRecord, std::string>>>
SqliteStore::Events(const std::string& subscription, uint64_t after,
                    uint32_t limit) {
  uint64_t removed = 0;
  auto found = files_->ReadOnly([&](SqliteConnection* db) {
    db->Query(
        "SELECT removed_through FROM feeds WHERE subscription = ?",
        [&](const SqliteRow& row) { removed = row.As<uint64_t>(0); },
        subscription);
    std::vector<std::pair<EventRecord, std::string>> rows;
    db->Query(
        "SELECT e.sequence, e.type, e.key, e.at, a.id, e.head, e.middle, "
        "e.tail, t.json FROM events e LEFT JOIN alerts a ON a.n = e.alert "
        "LEFT JOIN texts t ON t.n = e.alert "
        "WHERE e.subscription = ? AND e.sequence > ? "
        "ORDER BY e.sequence LIMIT ?",
        [&](const SqliteRow& row) {
          rows.emplace_back(EventRecord{.subscription = subscription,
                                        .sequence = row.As<uint64_t>(0),
                                        .type = row.Text(1),
                                        .key = row.Text(2),
                                        .at = row.Time(3),
                                        .alert = row.Id(4),
                                        .body = {.head = row.Text(5),
                                                 .middle = row.Text(6),
                                                 .tail = row.Text(7)}},
                            row.Text(8));
        },
        subscription, std::min<uint64_t>(after, INT64_MAX), limit);
    return rows;
  });
  if (found.ok() && after < removed) {
    return absl::OutOfRangeError(StrCat("the first event of \"", subscription,
                                        "\" that is kept is ", removed + 1));
  }
  return found;
}

absl::StatusOr<std::optional<ClaimedDelivery>> SqliteStore::FindDelivery(
    const std::string& id) {
  return files_->ReadOnly([&](SqliteConnection* db) {
    std::optional<ClaimedDelivery> found;
    const std::string packed = PackId(id);
    db->Query(
        PRESSHAWK_CLAIMED "WHERE d.id = ?",
        [&](const SqliteRow& row) { found = ClaimedOf(row); },
        SqliteBlob{packed});
    return found;
  });
}

absl::StatusOr<Page<DeliveryRecord>> SqliteStore::Deliveries(
    const DeliveryFilter& filter) {
  return files_->ReadOnly([&](SqliteConnection* db) {
    return filter.alert.empty() && filter.article.empty() &&
                   filter.story.empty()
               ? DeliveriesByArrival(filter, db)
               : DeliveriesThatTell(filter, db);
  });
}

absl::StatusOr<std::vector<AttemptRecord>> SqliteStore::Attempts(
    const std::string& delivery) {
  return files_->ReadOnly([&](SqliteConnection* db) {
    std::vector<AttemptRecord> rows;
    const std::string id = PackId(delivery);
    db->Query(
        "SELECT t.number, t.at, t.outcome, t.status, t.took, t.peer, t.bytes, "
        "t.sha256, t.answer, t.why, t.next FROM deliveries d "
        "CROSS JOIN attempts t ON t.delivery = d.n WHERE d.id = ? "
        "ORDER BY t.number, t.at",
        [&](const SqliteRow& row) {
          rows.push_back({.delivery = delivery,
                          .number = row.As<uint32_t>(0),
                          .at = row.Time(1),
                          .outcome = row.As<AttemptOutcome>(2),
                          .status = row.As<int>(3),
                          .took = absl::Microseconds(row.Int(4)),
                          .peer = row.Text(5),
                          .bytes = row.As<uint64_t>(6),
                          .sha256 = row.Text(7),
                          .answer = row.Text(8),
                          .why = row.Text(9),
                          .next = row.Time(10)});
        },
        SqliteBlob{id});
    return rows;
  });
}

absl::StatusOr<std::vector<SilenceRecord>> SqliteStore::Silences() {
  return files_->ReadOnly([](SqliteConnection* db) {
    std::vector<SilenceRecord> rows;
    db->Query(
        "SELECT id, matchers, author, comment, tell, starts_at, ends_at, "
        "end_told FROM silences ORDER BY id",
        [&](const SqliteRow& row) {
          rows.push_back({.id = row.Text(0),
                          .matchers = row.Text(1),
                          .author = row.Text(2),
                          .comment = row.Text(3),
                          .tell = row.Text(4),
                          .starts_at = row.Time(5),
                          .ends_at = row.Time(6),
                          .end_told = row.Int(7) != 0});
        });
    return rows;
  });
}

absl::Status SqliteStore::PutSilence(const SilenceRecord& silence) {
  return files_->Write([&](SqliteWork* work) {
    work->db->Run(
        "INSERT OR REPLACE INTO silences(id, matchers, author, comment, tell, "
        "starts_at, ends_at, end_told) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        silence.id, silence.matchers, silence.author, silence.comment,
        silence.tell, silence.starts_at, silence.ends_at, silence.end_told);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<TokenRecord>> SqliteStore::Tokens() {
  return files_->ReadOnly([](SqliteConnection* db) {
    std::vector<TokenRecord> rows;
    db->Query(
        "SELECT id, hash, scope, name, created_at, expires_at, used_at "
        "FROM tokens ORDER BY id",
        [&](const SqliteRow& row) {
          rows.push_back({.id = row.Text(0),
                          .hash = row.Text(1),
                          .scope = row.As<TokenScope>(2),
                          .name = row.Text(3),
                          .created_at = row.Time(4),
                          .expires_at = row.Time(5),
                          .used_at = row.Time(6)});
        });
    return rows;
  });
}

absl::Status SqliteStore::PutToken(const TokenRecord& token) {
  return files_->Write([&](SqliteWork* work) {
    work->db->Run(
        "INSERT OR REPLACE INTO tokens(id, hash, scope, name, created_at, "
        "expires_at, used_at) VALUES(?, ?, ?, ?, ?, ?, ?)",
        token.id, token.hash, static_cast<int>(token.scope), token.name,
        token.created_at, token.expires_at, token.used_at);
    return absl::OkStatus();
  });
}

absl::Status SqliteStore::UseToken(const std::string& id, absl::Time used_at) {
  return files_->Write([&](SqliteWork* work) {
    work->db->Run("UPDATE tokens SET used_at = ? WHERE id = ?", used_at, id);
    return absl::OkStatus();
  });
}

absl::StatusOr<bool> SqliteStore::RemoveToken(const std::string& id) {
  int64_t removed = 0;
  const absl::Status status = files_->Write([&](SqliteWork* work) {
    removed = work->db->Run("DELETE FROM tokens WHERE id = ?", id);
    return absl::OkStatus();
  });
  if (!status.ok()) {
    return status;
  }
  return removed > 0;
}

absl::StatusOr<LedgerCounts> SqliteStore::Counts() {
  auto counts = files_->ReadOnly(
      [](SqliteConnection* db) { return SqliteCounts::Read(db); });
  if (counts.ok()) {
    counts->bytes = files_->BytesOnDisk();
  }
  return counts;
}

absl::StatusOr<std::vector<WaitingCount>> SqliteStore::Waiting() {
  return files_->ReadOnly([](SqliteConnection* db) {
    std::vector<WaitingCount> rows;
    db->Query(
        "SELECT receiver, reason, count(*), min(created_at) "
        "FROM deliveries INDEXED BY deliveries_waiting WHERE state = 0 "
        "GROUP BY receiver, reason ORDER BY receiver, reason",
        [&](const SqliteRow& row) {
          rows.push_back({.receiver = row.Text(0),
                          .reason = row.As<WaitReason>(1),
                          .count = row.As<uint64_t>(2),
                          .oldest = row.Time(3)});
        });
    return rows;
  });
}

}  // namespace presshawk
