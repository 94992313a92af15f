// SPDX-License-Identifier: Apache-2.0
// Retention, forgetting, and copies.
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <set>

#include "core/base/str_cat.h"
#include "core/ledger/batch_rules.h"
#include "ingest/sqlite/sqlite_ledger.h"
#include "ingest/sqlite/sqlite_rows.h"

namespace presshawk {
namespace {

// Rows stand in the order in which they came, which is that of their times but
// for jumps of the clock: a look ends at a row that is younger by this.
constexpr absl::Duration kClockJump = absl::Hours(24);
// How many pages a call gives back to the disk. A quarter of the file is kept
// for what comes.
constexpr int64_t kPagesGivenBack = 2000;
constexpr int64_t kKeptShare = 4;
// How many alerts or deliveries are blanked in one transaction.
constexpr size_t kBlankedAtOnce = 500;

uint64_t RetainDeliveries(absl::Time before, uint32_t limit, int64_t* from,
                          SqliteWork* work) {
  struct Old {
    int64_t number;
    DeliveryState state;
  };
  std::vector<Old> old;
  int64_t last = 0;
  work->db->Query(
      "SELECT n, state FROM deliveries d NOT INDEXED WHERE n >= ?1 "
      "AND created_at < ?2 AND state NOT IN (0, 1) AND n < coalesce(("
      "SELECT n FROM deliveries NOT INDEXED WHERE n >= ?1 AND created_at >= ?3 "
      "ORDER BY n LIMIT 1), 9223372036854775807) ORDER BY n LIMIT ?4",
      [&](const SqliteRow& row) {
        old.push_back(
            {.number = row.Int(0), .state = row.As<DeliveryState>(1)});
        last = row.Int(0);
      },
      *from, before, before + kClockJump, limit);
  for (const Old& delivery : old) {
    work->db->Run("DELETE FROM attempts WHERE delivery = ?", delivery.number);
    work->db->Run("DELETE FROM deliveries WHERE n = ?", delivery.number);
    work->counts.Add(delivery.state, -1);
  }
  *from = old.size() < limit ? 0 : last + 1;
  return old.size();
}

// Removes the first event of a feed if nothing needs it; false otherwise.
bool RetainFirstEvent(const std::string& subscription, absl::Time before,
                      SqliteConnection* db) {
  int64_t number = 0;
  int64_t sequence = 0;
  db->Query(
      "SELECT n, sequence FROM events e WHERE subscription = ?1 AND sequence = "
      "(SELECT min(sequence) FROM events WHERE subscription = ?1) AND at < ?2 "
      "AND NOT EXISTS (SELECT 1 FROM deliveries d "
      "WHERE d.subscription = ?1 AND d.sequence = e.sequence)",
      [&](const SqliteRow& row) {
        number = row.Int(0);
        sequence = row.Int(1);
      },
      subscription, before);
  if (number == 0) {
    return false;
  }
  db->Run("DELETE FROM events WHERE n = ?", number);
  db->Run(
      "INSERT OR REPLACE INTO feeds(subscription, removed_through) "
      "VALUES(?, ?)",
      subscription, sequence);
  return true;
}

uint64_t RetainEvents(absl::Time before, uint32_t limit, SqliteWork* work) {
  uint64_t removed = 0;
  std::string subscription;
  bool is_there = true;
  bool is_first = true;
  while (is_there && removed < limit && work->db->ok()) {
    is_there = false;
    std::string next;
    const auto take = [&](const SqliteRow& row) {
      is_there = !row.IsNull(0);
      next = row.Text(0);
    };
    if (is_first) {
      work->db->Query("SELECT min(subscription) FROM events", take);
    } else {
      work->db->Query(
          "SELECT min(subscription) FROM events WHERE subscription > ?", take,
          subscription);
    }
    is_first = false;
    subscription = next;
    while (is_there && removed < limit &&
           RetainFirstEvent(subscription, before, work->db)) {
      ++removed;
    }
  }
  return removed;
}

uint64_t RetainEntries(absl::Time before, uint32_t limit,
                       std::pair<int64_t, std::string>* from,
                       SqliteWork* work) {
  struct Old {
    int64_t alert;
    std::string subscription;
    EntryState state;
  };
  std::vector<Old> old;
  work->db->Query(
      "SELECT alert, subscription, state FROM entries e NOT INDEXED "
      "WHERE (alert, subscription) > (?1, ?2) AND accepted_at < ?3 "
      "AND state != 0 AND NOT EXISTS (SELECT 1 FROM events v "
      "WHERE v.subscription = e.subscription AND v.sequence = e.sequence) "
      "AND alert < coalesce((SELECT n FROM alerts NOT INDEXED WHERE n > ?1 "
      "AND accepted_at >= ?4 ORDER BY n LIMIT 1), 9223372036854775807) "
      "ORDER BY alert, subscription LIMIT ?5",
      [&](const SqliteRow& row) {
        old.push_back({.alert = row.Int(0),
                       .subscription = row.Text(1),
                       .state = row.As<EntryState>(2)});
      },
      from->first, from->second, before, before + kClockJump, limit);
  for (const Old& entry : old) {
    work->db->Run("DELETE FROM entries WHERE alert = ? AND subscription = ?",
                  entry.alert, entry.subscription);
    work->counts.Add(entry.state, -1);
  }
  *from = old.size() < limit
              ? std::pair<int64_t, std::string>()
              : std::pair(old.back().alert, old.back().subscription);
  return old.size();
}

uint64_t RetainAlerts(absl::Time before, uint32_t limit, int64_t* from,
                      SqliteWork* work) {
  std::vector<std::pair<int64_t, bool>> old;
  work->db->Query(
      "SELECT n, unreadable != '' FROM alerts a NOT INDEXED WHERE n >= ?1 "
      "AND accepted_at < ?2 "
      "AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.alert = a.n) "
      "AND NOT EXISTS (SELECT 1 FROM events v WHERE v.alert = a.n) "
      "AND n < coalesce((SELECT n FROM alerts NOT INDEXED WHERE n >= ?1 "
      "AND accepted_at >= ?3 ORDER BY n LIMIT 1), 9223372036854775807) "
      "ORDER BY n LIMIT ?4",
      [&](const SqliteRow& row) {
        old.emplace_back(row.Int(0), row.Int(1) != 0);
      },
      *from, before, before + kClockJump, limit);
  for (const auto& [number, is_unreadable] : old) {
    work->db->Run("DELETE FROM texts WHERE n = ?", number);
    work->db->Run("DELETE FROM alerts WHERE n = ?", number);
    work->counts.AddAlerts(-1);
    work->counts.AddUnreadable(is_unreadable ? -1 : 0);
  }
  *from = old.size() < limit ? 0 : old.back().first + 1;
  return old.size();
}

// Goes on where the last call ended, and from the start where little was left.
template <typename Place, typename Step>
uint64_t FromPlace(uint32_t limit, const Place* place, Step remove) {
  const bool is_start = *place == Place();
  uint64_t removed = remove(limit);
  if (!is_start && removed < limit) {
    removed += remove(static_cast<uint32_t>(limit - removed));
  }
  return removed;
}

// Blanks a delivery unless it was. What waits is cancelled.
uint64_t BlankDelivery(int64_t number, SqliteWork* work) {
  DeliveryState state = DeliveryState::kWaiting;
  bool is_forgotten = true;
  work->db->Query(
      "SELECT state, forgotten FROM deliveries WHERE n = ?",
      [&](const SqliteRow& row) {
        state = row.As<DeliveryState>(0);
        is_forgotten = row.Int(1) != 0;
      },
      number);
  if (is_forgotten) {
    return 0;
  }
  work->db->Run("UPDATE attempts SET answer = '' WHERE delivery = ?", number);
  work->db->Run(
      "UPDATE deliveries SET forgotten = 1, own_body = '', "
      "reason = CASE state WHEN 0 THEN 0 ELSE reason END, "
      "state = CASE state WHEN 0 THEN 6 ELSE state END WHERE n = ?",
      number);
  if (state == DeliveryState::kWaiting) {
    work->counts.Add(DeliveryState::kWaiting, -1);
    work->counts.Add(DeliveryState::kCancelled, 1);
  }
  return 1;
}

std::vector<int64_t> Numbers(const char* sql, const std::string& value,
                             SqliteConnection* db) {
  std::vector<int64_t> numbers;
  db->Query(
      sql, [&](const SqliteRow& row) { numbers.push_back(row.Int(0)); }, value);
  return numbers;
}

std::vector<int64_t> MeantBy(const ForgetRequest& request,
                             SqliteConnection* db) {
  if (!request.article.empty()) {
    return Numbers(PRESSHAWK_ALERTS_BY_ARTICLE("a.n", "?") " ORDER BY a.n",
                   request.article, db);
  }
  if (!request.source.empty()) {
    return Numbers("SELECT n FROM alerts WHERE site = ? ORDER BY n",
                   request.source, db);
  }
  return Numbers("SELECT n FROM deliveries WHERE address = ? ORDER BY n",
                 request.address, db);
}

}  // namespace

absl::StatusOr<uint64_t> SqliteStore::Retain(absl::Time before,
                                             uint32_t limit) {
  const MutexLock lock(&retain_mutex_);
  uint64_t removed = 0;
  const absl::Status status = files_->Write([&](SqliteWork* work) {
    removed = FromPlace(limit, &retain_deliveries_, [&](uint32_t rows) {
      return RetainDeliveries(before, rows, &retain_deliveries_, work);
    });
    removed += RetainEvents(before, limit, work);
    removed += FromPlace(limit, &retain_entries_, [&](uint32_t rows) {
      return RetainEntries(before, rows, &retain_entries_, work);
    });
    removed += FromPlace(limit, &retain_alerts_, [&](uint32_t rows) {
      return RetainAlerts(before, rows, &retain_alerts_, work);
    });
    removed += static_cast<uint64_t>(
        work->db->Run("DELETE FROM silences WHERE ends_at < ?", before));
    removed += static_cast<uint64_t>(work->db->Run(
        "DELETE FROM story_articles WHERE n IN (SELECT n FROM story_articles "
        "WHERE accepted_at < ? ORDER BY accepted_at, n LIMIT ?)",
        before, limit));
    return absl::OkStatus();
  });
  if (!status.ok()) {
    return status;
  }
  const absl::Status given_back = files_->Alone([](SqliteConnection* db) {
    int64_t free = 0;
    int64_t pages = 0;
    db->Query("PRAGMA freelist_count",
              [&](const SqliteRow& row) { free = row.Int(0); });
    db->Query("PRAGMA page_count",
              [&](const SqliteRow& row) { pages = row.Int(0); });
    if (free > pages / kKeptShare) {
      static_assert(kPagesGivenBack == 2000);
      db->Run("PRAGMA incremental_vacuum(2000)");
    }
  });
  if (!given_back.ok()) {
    return given_back;
  }
  return removed;
}

uint64_t SqliteStore::ForgetAlerts(const std::vector<int64_t>& alerts,
                                   uint64_t* deliveries, SqliteWork* work) {
  SqliteConnection* db = work->db;
  uint64_t blanked = 0;
  std::set<std::pair<std::string, int64_t>> events;
  for (const int64_t alert : alerts) {
    blanked += static_cast<uint64_t>(db->Run(
        "UPDATE texts SET json = '' WHERE n = ? AND json != ''", alert));
    db->Query(
        "SELECT subscription, sequence FROM entries "
        "WHERE alert = ?1 AND sequence > 0 "
        "UNION SELECT subscription, sequence FROM events WHERE alert = ?1",
        [&](const SqliteRow& row) { events.emplace(row.Text(0), row.Int(1)); },
        alert);
    const int64_t cancelled = db->Run(
        "UPDATE entries SET state = 4, why = 'forgotten' "
        "WHERE alert = ? AND state = 0",
        alert);
    work->counts.Add(EntryState::kWaiting, -cancelled);
    work->counts.Add(EntryState::kCancelled, cancelled);
  }
  for (const auto& [subscription, sequence] : events) {
    db->Run(
        "UPDATE events SET head = '', middle = '', tail = '' "
        "WHERE subscription = ? AND sequence = ?",
        subscription, sequence);
    // And the catch-up that told it in place of its delivery: the first that
    // goes as far (SPEC DELIVERY-9).
    std::vector<int64_t> numbers;
    db->Query(
        "SELECT n FROM deliveries WHERE subscription = ?1 AND sequence = ?2 "
        "UNION SELECT c.n FROM deliveries d CROSS JOIN deliveries c "
        "ON c.subscription = d.subscription AND c.sequence = (SELECT "
        "min(sequence) FROM deliveries o WHERE o.subscription = ?1 AND "
        "o.sequence >= ?2 AND o.receiver = d.receiver AND "
        "o.address = d.address AND o.type = ?3) "
        "WHERE d.subscription = ?1 AND d.sequence = ?2 AND d.state = 6 AND "
        "d.reason BETWEEN 1 AND 3 AND c.receiver = d.receiver AND "
        "c.address = d.address AND c.type = ?3",
        [&](const SqliteRow& row) { numbers.push_back(row.Int(0)); },
        subscription, sequence, "presshawk.catchup.v1");
    for (const int64_t number : numbers) {
      *deliveries += BlankDelivery(number, work);
    }
  }
  return blanked;
}

absl::StatusOr<uint64_t> SqliteStore::Forget(const ForgetRequest& request,
                                             absl::Time now) {
  if (absl::Status status = CheckForget(request); !status.ok()) {
    return status;
  }
  const auto meant = files_->ReadOnly(
      [&](SqliteConnection* db) { return MeantBy(request, db); });
  if (!meant.ok()) {
    return meant.status();
  }
  uint64_t alerts = 0;
  uint64_t deliveries = 0;
  const auto blank = [&](const std::vector<int64_t>& numbers,
                         SqliteWork* work) {
    // What is overwritten must not be found in the file either.
    work->db->Script("PRAGMA secure_delete = ON");
    if (request.address.empty()) {
      alerts += ForgetAlerts(numbers, &deliveries, work);
    } else {
      for (const int64_t number : numbers) {
        deliveries += BlankDelivery(number, work);
        work->db->Run("UPDATE deliveries SET address = '' WHERE n = ?", number);
      }
    }
    work->db->Script("PRAGMA secure_delete = OFF");
    return absl::OkStatus();
  };
  for (size_t at = 0; at < meant->size(); at += kBlankedAtOnce) {
    const std::vector<int64_t> numbers(
        meant->begin() + static_cast<int64_t>(at),
        meant->begin() +
            static_cast<int64_t>(std::min(meant->size(), at + kBlankedAtOnce)));
    const absl::Status status =
        files_->Write([&](SqliteWork* work) { return blank(numbers, work); });
    if (!status.ok()) {
      return status;
    }
  }
  const absl::Status audited = files_->Write([&](SqliteWork* work) {
    work->db->Run("INSERT INTO audit(at, who, what) VALUES(?, ?, ?)", now,
                  request.who,
                  StrCat("forgot ", ForgetText(request), ": ", alerts,
                         " alerts, ", deliveries, " deliveries"));
    return absl::OkStatus();
  });
  if (!audited.ok()) {
    return audited;
  }
  files_->Truncate();  // The log has the text, too.
  return alerts + deliveries;
}

absl::StatusOr<std::vector<AuditRecord>> SqliteStore::Audit(uint32_t limit) {
  return files_->ReadOnly([&](SqliteConnection* db) {
    std::vector<AuditRecord> rows;
    db->Query(
        "SELECT at, who, what FROM audit ORDER BY n DESC LIMIT ?",
        [&](const SqliteRow& row) {
          rows.push_back(
              {.at = row.Time(0), .who = row.Text(1), .what = row.Text(2)});
        },
        limit);
    return rows;
  });
}

// The copy is made under another name, so that half of one is never taken for a
// backup.
absl::Status SqliteStore::Backup(const std::string& path) {
  const std::string partial = path + ".partial";
  if (access(path.c_str(), F_OK) == 0) {
    return absl::AlreadyExistsError(
        StrCat(path, ": is there already; a backup needs a new name"));
  }
  std::remove(partial.c_str());
  auto source = files_->TakeReader();
  if (!source.ok()) {
    return source.status();
  }
  auto copy = SqliteConnection::Open(partial, SqliteConnection::Access::kWrite,
                                     absl::ZeroDuration());
  if (!copy.ok()) {
    return copy.status();
  }
  sqlite3_backup* backup = sqlite3_backup_init((*copy)->handle(), "main",
                                               (*source)->handle(), "main");
  if (backup == nullptr) {
    return (*copy)->Failure(sqlite3_errcode((*copy)->handle()));
  }
  const int stepped = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (stepped != SQLITE_DONE) {
    std::remove(partial.c_str());
    return (*copy)->Failure(stepped);
  }
  // No file beside the copy, wherever it is put, has this token.
  (*copy)->Script(
      "PRAGMA journal_mode = DELETE;"
      "UPDATE meta SET value = 'backup' WHERE name = 'token';");
  if (absl::Status status = (*copy)->TakeStatus(); !status.ok()) {
    return status;
  }
  copy->reset();
  if (std::rename(partial.c_str(), path.c_str()) != 0) {
    return absl::UnavailableError(StrCat(path, ": ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

}  // namespace presshawk
