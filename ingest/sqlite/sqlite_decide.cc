// SPDX-License-Identifier: Apache-2.0
// Opening, the lease, and what the decider writes and reads.
#include <algorithm>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "core/base/random_hex.h"
#include "core/base/str_cat.h"
#include "core/ledger/batch_rules.h"
#include "ingest/sqlite/sqlite_ledger.h"
#include "ingest/sqlite/sqlite_rows.h"

namespace presshawk {
namespace {

constexpr size_t kTokenBytes = 16;
constexpr size_t kEpochBytes = 4;
// Two openings at once: one settles the epoch, in milliseconds.
constexpr int kSettleTries = 250;
constexpr auto kSettlePause = std::chrono::milliseconds(20);

std::string MetaText(const char* sql, SqliteConnection* db) {
  std::string text;
  db->Query(sql, [&](const SqliteRow& row) { text = row.Text(0); });
  return text;
}

int64_t MetaNumber(const char* sql, SqliteConnection* db) {
  int64_t number = 0;
  db->Query(sql, [&](const SqliteRow& row) { number = row.Int(0); });
  return number;
}

constexpr const char* kToken = "SELECT value FROM meta WHERE name = 'token'";
constexpr const char* kEpoch = "SELECT value FROM meta WHERE name = 'epoch'";
constexpr const char* kLeaseEpoch =
    "SELECT value FROM meta WHERE name = 'lease_epoch'";
constexpr const char* kSetToken =
    "UPDATE meta SET value = ? WHERE name = 'token'";

// Writes a batch row by row.
class BatchWriter {
 public:
  explicit BatchWriter(SqliteWork* work) : db_(work->db), work_(work) {}

  void Put(const AlertRecord& alert) {
    const std::string id = PackId(alert.id);
    const int64_t added = db_->Run(
        "INSERT INTO alerts(id, watchlist, article, site, story, detected_at, "
        "accepted_at, unreadable) VALUES(?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        SqliteBlob{id}, alert.watchlist, alert.article, alert.site,
        SqliteBlob{PackId(alert.story)}, alert.detected_at, alert.accepted_at,
        alert.unreadable);
    if (added == 0) {
      return;
    }
    const int64_t number = db_->last_row();
    fresh_.emplace(alert.id, number);
    db_->Run("INSERT INTO texts(n, json) VALUES(?, ?)", number, alert.json);
    work_->counts.AddAlerts(1);
    if (!alert.unreadable.empty()) {
      work_->counts.AddUnreadable(1);
    }
  }

  void Put(const EntryRecord& entry) {
    const int64_t alert = NumberOf(entry.alert, "an entry");
    if (!fresh_.contains(entry.alert)) {
      db_->Query(
          "SELECT state FROM entries WHERE alert = ? AND subscription = ?",
          [&](const SqliteRow& row) {
            work_->counts.Add(row.As<EntryState>(0), -1);
          },
          alert, entry.subscription);
    }
    db_->Run(
        "INSERT OR REPLACE INTO entries(alert, subscription, watchlist, story, "
        "state, sequence, why, accepted_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        alert, entry.subscription, entry.watchlist,
        SqliteBlob{PackId(entry.story)}, entry.state, entry.sequence, entry.why,
        entry.accepted_at);
    work_->counts.Add(entry.state, 1);
  }

  void Put(const EventRecord& event) {
    constexpr const char* kInsert =
        "INSERT INTO events(subscription, sequence, type, key, at, alert, "
        "head, "
        "middle, tail) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING";
    const auto insert = [&](const auto& alert) {
      return db_->Run(kInsert, event.subscription, event.sequence, event.type,
                      SqliteBlob{event.key}, event.at, alert, event.body.head,
                      event.body.middle, event.body.tail);
    };
    const int64_t added = event.alert.empty()
                              ? insert(nullptr)
                              : insert(NumberOf(event.alert, "an event"));
    if (added == 0 && db_->ok()) {
      db_->Fail(absl::AlreadyExistsError(StrCat("the event ", event.sequence,
                                                " of \"", event.subscription,
                                                "\" is there already")));
    }
  }

  void Put(const DeliveryRecord& delivery) {
    if (InsertDelivery(delivery, db_)) {
      work_->counts.Add(delivery.state, 1);
      return;
    }
    const std::string id = PackId(delivery.id);
    const int64_t changed = db_->Run(
        "UPDATE deliveries SET subscription = ?, sequence = ?, receiver = ?, "
        "address = ?, type = ?, state = ?, reason = ?, created_at = ?, "
        "due = ?, attempts = ?, last_at = ?, replay = ?, own_body = ? "
        "WHERE id = ? AND state = 0",
        delivery.subscription, delivery.sequence, delivery.receiver,
        delivery.address, delivery.type, delivery.state, delivery.reason,
        delivery.created_at, delivery.due, delivery.attempts, delivery.last_at,
        delivery.replay, delivery.own_body, SqliteBlob{id});
    work_->counts.Add(DeliveryState::kWaiting, -changed);
    work_->counts.Add(delivery.state, changed);
  }

  void Put(const SubscriptionRecord& row) {
    db_->Run(
        "INSERT OR REPLACE INTO subscriptions(id, next_sequence, vanished_at) "
        "VALUES(?, ?, ?)",
        row.id, row.next_sequence, row.vanished_at);
  }
  void Put(const PositionRecord& row) {
    db_->Run(
        "INSERT OR REPLACE INTO positions(topic, partition, next) "
        "VALUES(?, ?, ?)",
        row.topic, row.partition, row.next);
  }
  void Put(const StoryArticleRecord& row) {
    db_->Run(
        "INSERT INTO story_articles(article, version, site, published_at, "
        "signature, accepted_at) VALUES(?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        row.article, row.version, row.site, row.published_at,
        SqliteBlob{row.signature}, row.accepted_at);
  }
  void Put(const std::pair<std::string, std::string>& note) {
    if (note.second.empty()) {
      db_->Run("DELETE FROM notes WHERE name = ?", note.first);
    } else {
      db_->Run(
          "INSERT INTO notes(name, value) VALUES(?, ?) "
          "ON CONFLICT DO UPDATE SET value = excluded.value",
          note.first, SqliteBlob{note.second});
    }
  }

 private:
  int64_t NumberOf(const std::string& alert, const char* who) {
    if (const auto found = fresh_.find(alert); found != fresh_.end()) {
      return found->second;
    }
    int64_t number = 0;
    const std::string id = PackId(alert);
    db_->Query(
        "SELECT n FROM alerts WHERE id = ?",
        [&](const SqliteRow& row) { number = row.Int(0); }, SqliteBlob{id});
    if (number == 0 && db_->ok()) {
      db_->Fail(
          absl::InvalidArgumentError(StrCat(who, " names the alert \"", alert,
                                            "\", which is not in the ledger")));
    }
    return number;
  }

  SqliteConnection* const db_;
  SqliteWork* const work_;
  absl::flat_hash_map<std::string, int64_t> fresh_;  // Alerts of the batch.
};

}  // namespace

absl::StatusOr<std::unique_ptr<LedgerStore>> OpenSqliteStore(
    const SqliteOptions& options, absl::Time) {
  auto store = SqliteStore::Open(options);
  if (!store.ok()) {
    return store.status();
  }
  return std::unique_ptr<LedgerStore>(*std::move(store));
}

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(
    const SqliteOptions& options) {
  auto files = SqliteFiles::Open(options);
  if (!files.ok()) {
    return files.status();
  }
  std::unique_ptr<SqliteStore> store(new SqliteStore(*std::move(files)));
  if (absl::Status status = store->SettleEpoch(); !status.ok()) {
    return status;
  }
  if (absl::Status status = store->CountOpening(); !status.ok()) {
    return status;
  }
  return store;
}

// Under the lock, so that no decider changes the tokens meanwhile. Where one has
// it, the ledger is in use, and the epoch is what it is.
absl::Status SqliteStore::SettleEpoch() {
  const std::string& path = files_->options().path;
  for (int attempt = 0; attempt < kSettleTries; ++attempt) {
    const auto lock = SqliteLock::Take(path, "a program that opens it");
    if (lock.ok()) {
      return files_->Write([&](SqliteWork* work) -> absl::Status {
        const std::string token = MetaText(kToken, work->db);
        const std::vector<std::string> tokens = ReadTokens(path);
        epoch_ = MetaText(kEpoch, work->db);
        if (!work->db->ok() ||
            (!epoch_.empty() &&
             std::find(tokens.begin(), tokens.end(), token) != tokens.end())) {
          return absl::OkStatus();
        }
        epoch_ = RandomHex(kEpochBytes);
        const std::string fresh = RandomHex(kTokenBytes);
        work->db->Run("UPDATE meta SET value = ? WHERE name = 'epoch'", epoch_);
        work->db->Run(kSetToken, fresh);
        return WriteTokens(path, {fresh});
      });
    }
    if (!absl::IsAlreadyExists(lock.status())) {
      return lock.status();
    }
    const auto found = files_->ReadOnly(
        [](SqliteConnection* db) { return MetaText(kEpoch, db); });
    if (!found.ok()) {
      return found.status();
    }
    if (!found->empty()) {
      epoch_ = *found;
      return absl::OkStatus();
    }
    std::this_thread::sleep_for(kSettlePause);
  }
  return absl::UnavailableError(
      StrCat("ledger ", name(), ": ", path,
             ".lock cannot be locked: end the other program that has it"));
}

absl::Status SqliteStore::CountOpening() {
  return files_->Write([&](SqliteWork* work) {
    work->db->Run("UPDATE meta SET value = value + 1 WHERE name = 'openings'");
    opening_ =
        MetaNumber("SELECT value FROM meta WHERE name = 'openings'", work->db);
    return absl::OkStatus();
  });
}

// lease_mutex_ is taken inside of transactions, so that none begins under it.
absl::StatusOr<Lease> SqliteStore::AcquireLease(const std::string& holder,
                                                absl::Time) {
  const MutexLock one_at_a_time(&acquire_mutex_);
  if (const std::optional<Lease> held = HeldLease()) {
    if (held->holder != holder) {
      return absl::AlreadyExistsError(
          StrCat("ledger ", name(), ": ", held->holder, " has the lease"));
    }
    const auto epoch = files_->ReadOnly(
        [](SqliteConnection* db) { return MetaNumber(kLeaseEpoch, db); });
    if (!epoch.ok()) {
      return epoch.status();
    }
    if (static_cast<uint64_t>(*epoch) == held->epoch) {
      return *held;
    }
    // Somebody has removed the lock's file, and locked anew.
    SetLock(nullptr, {});
  }
  auto taken = SqliteLock::Take(files_->options().path, holder);
  if (!taken.ok()) {
    return taken.status();
  }
  auto lease = TakeLease(holder);
  if (lease.ok()) {
    SetLock(*std::move(taken), *lease);
  }
  return lease;
}

std::optional<Lease> SqliteStore::HeldLease() {
  const MutexLock lock(&lease_mutex_);
  return lock_ == nullptr ? std::nullopt : std::optional<Lease>(lease_);
}

void SqliteStore::SetLock(std::unique_ptr<SqliteLock> lock, Lease lease) {
  const MutexLock guard(&lease_mutex_);
  lock_ = std::move(lock);
  lease_ = std::move(lease);
}

// The file has both tokens while the ledger may have either.
absl::StatusOr<Lease> SqliteStore::TakeLease(const std::string& holder) {
  const std::string& path = files_->options().path;
  const std::string fresh = RandomHex(kTokenBytes);
  Lease lease{.holder = holder, .epoch = 0};
  const absl::Status status =
      files_->Write([&](SqliteWork* work) -> absl::Status {
        const std::string token = MetaText(kToken, work->db);
        work->db->Run(kSetToken, fresh);
        work->db->Run("UPDATE meta SET value = ? WHERE name = 'lease_holder'",
                      holder);
        work->db->Run(
            "UPDATE meta SET value = value + 1 WHERE name = 'lease_epoch'");
        lease.epoch = static_cast<uint64_t>(MetaNumber(kLeaseEpoch, work->db));
        return WriteTokens(path, {token, fresh});
      });
  if (!status.ok()) {
    return status;
  }
  if (absl::Status written = WriteTokens(path, {fresh}); !written.ok()) {
    return written;
  }
  return lease;
}

absl::Status SqliteStore::CheckLease(const Lease& lease, SqliteConnection* db) {
  const std::optional<Lease> held = HeldLease();
  const auto epoch = static_cast<uint64_t>(MetaNumber(kLeaseEpoch, db));
  if (!held || held->holder != lease.holder || held->epoch != lease.epoch ||
      (db->ok() && epoch != lease.epoch)) {
    return absl::AbortedError(StrCat("ledger ", name(), ": ", lease.holder,
                                     " has not the lease any more"));
  }
  return absl::OkStatus();
}

absl::Status SqliteStore::ReleaseLease(const Lease& lease) {
  const absl::Status held = files_->Write([&](SqliteWork* work) {
    absl::Status status = CheckLease(lease, work->db);
    if (status.ok()) {
      work->db->Run("UPDATE meta SET value = '' WHERE name = 'lease_holder'");
    }
    return status;
  });
  if (!absl::IsAborted(held)) {  // A full disk does not keep it.
    SetLock(nullptr, {});
  }
  return held;
}

absl::Status SqliteStore::CheckReserve() const {
  const uint64_t reserve = files_->options().reserve;
  const uint64_t free = files_->FreeBytes();
  if (free >= reserve) {
    return absl::OkStatus();
  }
  constexpr uint64_t kMebibyte = uint64_t{1} << 20U;
  return absl::UnavailableError(StrCat(
      "ledger ", name(), ": the disk has ", free / kMebibyte,
      " MiB free, less than the reserve of ", reserve / kMebibyte,
      " MiB: no new alerts are taken until there is room; make some, or set a "
      "smaller `store: reserve`"));
}

absl::Status SqliteStore::Commit(const LedgerBatch& batch, absl::Time) {
  if (absl::Status status = CheckBatch(batch); !status.ok()) {
    return status;
  }
  return files_->Write([&](SqliteWork* work) {
    if (absl::Status status = CheckLease(batch.lease, work->db); !status.ok()) {
      return status;
    }
    if (!batch.alerts.empty()) {
      if (absl::Status status = CheckReserve(); !status.ok()) {
        return status;
      }
    }
    BatchWriter writer(work);
    const auto put_all = [&](const auto& rows) {
      for (const auto& row : rows) {
        writer.Put(row);
      }
    };
    put_all(batch.alerts);
    put_all(batch.entries);
    put_all(batch.events);
    put_all(batch.deliveries);
    put_all(batch.subscriptions);
    put_all(batch.positions);
    put_all(batch.story_articles);
    put_all(batch.notes);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>>
SqliteStore::KnownEntries(absl::Span<const std::string> alerts) {
  return files_->ReadOnly([&](SqliteConnection* db) {
    std::vector<std::pair<std::string, std::string>> found;
    for (const std::string& alert : alerts) {
      const std::string id = PackId(alert);
      db->Query(
          "SELECT e.subscription FROM alerts a JOIN entries e ON e.alert = a.n "
          "WHERE a.id = ?",
          [&](const SqliteRow& row) { found.emplace_back(row.Text(0), alert); },
          SqliteBlob{id});
    }
    return found;
  });
}

absl::StatusOr<std::vector<SubscriptionRecord>> SqliteStore::Subscriptions() {
  return files_->ReadOnly([](SqliteConnection* db) {
    std::vector<SubscriptionRecord> rows;
    db->Query(
        "SELECT id, next_sequence, vanished_at FROM subscriptions ORDER BY id",
        [&](const SqliteRow& row) {
          rows.push_back({.id = row.Text(0),
                          .next_sequence = row.As<uint64_t>(1),
                          .vanished_at = row.Time(2)});
        });
    return rows;
  });
}

absl::StatusOr<std::vector<PositionRecord>> SqliteStore::Positions() {
  return files_->ReadOnly([](SqliteConnection* db) {
    std::vector<PositionRecord> rows;
    db->Query(
        "SELECT topic, partition, next FROM positions "
        "ORDER BY topic, partition",
        [&](const SqliteRow& row) {
          rows.push_back({.topic = row.Text(0),
                          .partition = row.As<int32_t>(1),
                          .next = row.Int(2)});
        });
    return rows;
  });
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>>
SqliteStore::Notes(const std::string& prefix) {
  return files_->ReadOnly([&](SqliteConnection* db) {
    std::vector<std::pair<std::string, std::string>> rows;
    db->Query(
        "SELECT name, value FROM notes "
        "WHERE name >= ?1 AND substr(name, 1, length(?1)) = ?1 ORDER BY name",
        [&](const SqliteRow& row) {
          rows.emplace_back(row.Text(0), row.Text(1));
        },
        prefix);
    return rows;
  });
}

absl::Status SqliteStore::ForEachStoryArticle(
    absl::Time since, absl::FunctionRef<void(const StoryArticleRecord&)> take) {
  return files_
      ->ReadOnly([&](SqliteConnection* db) {
        db->Query(
            "SELECT article, version, site, published_at, signature, "
            "accepted_at FROM story_articles INDEXED BY "
            "story_articles_accepted "
            "WHERE accepted_at >= ? ORDER BY accepted_at, n",
            [&](const SqliteRow& row) {
              take({.article = row.Text(0),
                    .version = row.Text(1),
                    .site = row.Text(2),
                    .published_at = row.Text(3),
                    .signature = row.Text(4),
                    .accepted_at = row.Time(5)});
            },
            since);
        return true;
      })
      .status();
}

absl::StatusOr<std::vector<DeliveryRecord>> SqliteStore::WaitingDeliveries(
    const std::string& receiver, bool held, uint32_t limit) {
  return files_->ReadOnly([&](SqliteConnection* db) {
    std::vector<DeliveryRecord> rows;
    // Those that the decider holds are at the end of the index.
    db->Query(
        "SELECT " PRESSHAWK_DELIVERY_COLUMNS
        " FROM deliveries d INDEXED BY deliveries_waiting "
        "WHERE d.state = 0 AND d.receiver = ?1 AND d.due >= ?2 "
        "AND (d.reason BETWEEN 1 AND 3) = ?3 "
        "ORDER BY d.subscription, d.address, d.sequence, d.n LIMIT ?4",
        [&](const SqliteRow& row) { rows.push_back(DeliveryOf(row)); },
        receiver, held ? absl::InfiniteFuture() : absl::InfinitePast(),
        int64_t{held}, int64_t{limit});
    return rows;
  });
}

absl::StatusOr<std::vector<EntryRecord>> SqliteStore::WaitingEntries(
    const std::string& subscription, uint32_t limit) {
  return files_->ReadOnly([&](SqliteConnection* db) {
    std::vector<EntryRecord> rows;
    db->Query(
        "SELECT " PRESSHAWK_ENTRY_COLUMNS
        " FROM entries e INDEXED BY entries_waiting "
        "CROSS JOIN alerts a ON a.n = e.alert "
        "WHERE e.subscription = ? AND e.state = 0 "
        "ORDER BY e.alert LIMIT ?",
        [&](const SqliteRow& row) { rows.push_back(EntryOf(row)); },
        subscription, limit);
    return rows;
  });
}

absl::StatusOr<uint64_t> SqliteStore::CancelWaiting(
    const Lease& lease, const std::string& subscription,
    const std::string& article, const std::string& why, absl::Time) {
  int64_t cancelled = 0;
  const absl::Status status = files_->Write([&](SqliteWork* work)
                                                -> absl::Status {
    SqliteConnection* db = work->db;
    if (absl::Status held = CheckLease(lease, db); !held.ok()) {
      return held;
    }
    int64_t entries = 0;
    if (subscription.empty() && article.empty()) {
      return absl::InvalidArgumentError(
          "neither a subscription nor an article was named to be cancelled");
    }
    if (article.empty()) {
      entries = db->Run(
          "UPDATE entries SET state = 4, why = ?2 "
          "WHERE subscription = ?1 AND state = 0",
          subscription, why);
      cancelled = db->Run(
          "UPDATE deliveries INDEXED BY deliveries_waiting "
          "SET state = 6, reason = 0 "
          "WHERE state = 0 AND subscription = ?",
          subscription);
    } else {
      entries = db->Run(
          "UPDATE entries SET state = 4, why = ?3 WHERE state = 0 "
          "AND alert IN (" PRESSHAWK_ALERTS_BY_ARTICLE("a.n", "?1") ") "
          "AND (?2 = '' OR subscription = ?2)",
          article, subscription, why);
      cancelled = db->Run(
          "UPDATE deliveries SET state = 6, reason = 0 WHERE state = 0 "
          "AND type != 'presshawk.catchup.v1' AND n IN ("
          "SELECT d.n FROM (" PRESSHAWK_ALERTS_BY_ARTICLE("a.n", "?1")
          ") m CROSS JOIN events e ON e.alert = m.n "
          "CROSS JOIN deliveries d ON d.subscription = e.subscription "
          "AND d.sequence = e.sequence "
          "WHERE ?2 = '' OR e.subscription = ?2)",
          article, subscription);
    }
    work->counts.Add(EntryState::kWaiting, -entries);
    work->counts.Add(EntryState::kCancelled, entries);
    work->counts.Add(DeliveryState::kWaiting, -cancelled);
    work->counts.Add(DeliveryState::kCancelled, cancelled);
    return absl::OkStatus();
  });
  if (!status.ok()) {
    return status;
  }
  return static_cast<uint64_t>(cancelled);
}

}  // namespace presshawk
