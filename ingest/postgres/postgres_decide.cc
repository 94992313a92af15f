// SPDX-License-Identifier: Apache-2.0
// Opening, the lease, and what the decider writes and reads.
#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "core/base/random_hex.h"
#include "core/base/str_cat.h"
#include "core/ledger/batch_rules.h"
#include "ingest/postgres/postgres_ledger.h"
#include "ingest/postgres/postgres_schema.h"

namespace presshawk {
namespace {

constexpr size_t kEpochBytes = 4;
// Any number that only presshawk locks; in the schema's database.
constexpr const char* kLockLease =
    "SELECT pg_try_advisory_lock(7020393947362982)";

// "postgres:host:port/database", without user and password.
std::string NameOf(const std::string& url) {
  std::string host = "localhost";
  std::string port;
  std::string database;
  PQconninfoOption* options = PQconninfoParse(url.c_str(), nullptr);
  for (PQconninfoOption* option = options;
       option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val == nullptr) {
      continue;
    }
    const std::string_view keyword(option->keyword);
    if (keyword == "host") {
      host = option->val;
    } else if (keyword == "port") {
      port = StrCat(":", option->val);
    } else if (keyword == "dbname") {
      database = option->val;
    }
  }
  PQconninfoFree(options);
  return StrCat("postgres:", host, port, "/", database);
}

// Writes a batch, a kind of row at once.
class BatchWriter {
 public:
  BatchWriter(const LedgerBatch& batch, int64_t* next_alert,
              PostgresConnection* db)
      : batch_(batch), next_alert_(next_alert), db_(db) {}

  absl::Status Write() {
    PutAlerts();
    if (absl::Status status = CheckReferences(); !status.ok()) {
      return status;
    }
    PutEntries();
    if (absl::Status status = PutEvents(); !status.ok()) {
      return status;
    }
    InsertDeliveries(batch_.deliveries, true, &counts_, db_);
    PutSubscriptions();
    PutPositions();
    PutStoryArticles();
    PutNotes();
    counts_.Apply(db_);
    return absl::OkStatus();
  }

 private:
  void PutAlerts();
  void FindAlerts();
  absl::Status CheckReferences() const;
  void PutEntries();
  absl::Status PutEvents();
  void PutSubscriptions();
  void PutPositions();
  void PutStoryArticles();
  void PutNotes();

  const LedgerBatch& batch_;
  int64_t* const next_alert_;
  PostgresConnection* const db_;
  absl::flat_hash_map<std::string, int64_t> numbers_;  // Of alerts, by id.
  int64_t first_fresh_ = 0;  // Alerts from here on are of this batch.
  PostgresCounts counts_;
};

// The numbers of the alerts that the batch names and that are there.
void BatchWriter::FindAlerts() {
  std::vector<std::string> ids;
  for (const AlertRecord& alert : batch_.alerts) {
    ids.push_back(PackId(alert.id));
  }
  for (const EntryRecord& entry : batch_.entries) {
    ids.push_back(PackId(entry.alert));
  }
  for (const EventRecord& event : batch_.events) {
    ids.push_back(PackId(event.alert));
  }
  if (ids.empty()) {
    return;
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  const PostgresResult rows =
      db_->Run("SELECT id, n FROM alerts WHERE id = ANY($1)", ids);
  for (int row = 0; row < rows.size(); ++row) {
    numbers_[rows.Id(row, 0)] = rows.Int(row, 1);
  }
}

void BatchWriter::PutAlerts() {
  FindAlerts();
  first_fresh_ = *next_alert_;
  std::vector<const AlertRecord*> fresh;
  for (const AlertRecord& alert : batch_.alerts) {
    if (numbers_.try_emplace(alert.id, *next_alert_).second) {
      ++*next_alert_;
      fresh.push_back(&alert);
      counts_.AddAlerts(1);
      counts_.AddUnreadable(alert.unreadable.empty() ? 0 : 1);
    }
  }
  if (fresh.empty()) {
    return;
  }
  using Row = const AlertRecord*;
  const auto numbers = Ints(fresh, [&](Row row) { return numbers_[row->id]; });
  db_->Run(
      "INSERT INTO alerts(n, id, watchlist, article, site, story, detected_at, "
      "accepted_at, unreadable) SELECT * FROM unnest($1::bigint[], "
      "$2::bytea[], "
      "$3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bigint[], "
      "$8::bigint[], $9::bytea[])",
      numbers, Texts(fresh, [](Row row) { return PackId(row->id); }),
      Texts(fresh, [](Row row) { return row->watchlist; }),
      Texts(fresh, [](Row row) { return row->article; }),
      Texts(fresh, [](Row row) { return row->site; }),
      Texts(fresh, [](Row row) { return PackId(row->story); }),
      Ints(fresh, [](Row row) { return StoredTime(row->detected_at); }),
      Ints(fresh, [](Row row) { return StoredTime(row->accepted_at); }),
      Texts(fresh, [](Row row) { return row->unreadable; }));
  db_->Run(
      "INSERT INTO texts(n, json) "
      "SELECT * FROM unnest($1::bigint[], $2::bytea[])",
      numbers,
      Texts(fresh, [](Row row) -> const std::string& { return row->json; }));
}

absl::Status BatchWriter::CheckReferences() const {
  const auto missing = [](const char* who, const std::string& alert) {
    return absl::InvalidArgumentError(StrCat(who, " names the alert \"", alert,
                                             "\", which is not in the ledger"));
  };
  for (const EntryRecord& entry : batch_.entries) {
    if (!numbers_.contains(entry.alert)) {
      return missing("an entry", entry.alert);
    }
  }
  for (const EventRecord& event : batch_.events) {
    if (!event.alert.empty() && !numbers_.contains(event.alert)) {
      return missing("an event", event.alert);
    }
  }
  return absl::OkStatus();
}

void BatchWriter::PutEntries() {
  const auto& rows = batch_.entries;
  if (rows.empty()) {
    return;
  }
  const auto alerts =
      Ints(rows, [&](const auto& row) { return numbers_[row.alert]; });
  const auto subscriptions =
      Texts(rows, [](const auto& row) { return row.subscription; });
  bool any_old = false;
  for (const int64_t alert : alerts) {
    any_old = any_old || alert < first_fresh_;
  }
  if (any_old) {
    const PostgresResult old = db_->Run(
        "SELECT e.state FROM unnest($1::bigint[], $2::bytea[]) AS k(a, s) "
        "JOIN entries e ON e.alert = k.a AND e.subscription = k.s "
        "FOR UPDATE OF e",
        alerts, subscriptions);
    for (int row = 0; row < old.size(); ++row) {
      counts_.Add(static_cast<EntryState>(old.Int(row, 0)), -1);
    }
  }
  db_->Run(
      "INSERT INTO entries(alert, subscription, watchlist, story, state, "
      "sequence, why, accepted_at) SELECT * FROM unnest($1::bigint[], "
      "$2::bytea[], $3::bytea[], $4::bytea[], $5::bigint[], $6::bigint[], "
      "$7::bytea[], $8::bigint[]) ON CONFLICT(alert, subscription) DO UPDATE "
      "SET watchlist = excluded.watchlist, story = excluded.story, "
      "state = excluded.state, sequence = excluded.sequence, "
      "why = excluded.why, accepted_at = excluded.accepted_at",
      alerts, subscriptions,
      Texts(rows, [](const auto& row) { return row.watchlist; }),
      Texts(rows, [](const auto& row) { return PackId(row.story); }),
      Ints(rows, [](const auto& row) { return row.state; }),
      Ints(rows, [](const auto& row) { return row.sequence; }),
      Texts(rows, [](const auto& row) { return row.why; }),
      Ints(rows, [](const auto& row) { return StoredTime(row.accepted_at); }));
  for (const EntryRecord& row : rows) {
    counts_.Add(row.state, 1);
  }
}

absl::Status BatchWriter::PutEvents() {
  const auto& rows = batch_.events;
  if (rows.empty()) {
    return absl::OkStatus();
  }
  const PostgresResult added = db_->Run(
      "INSERT INTO events(subscription, sequence, type, key, at, alert, head, "
      "middle, tail) SELECT s, q, t, k, a, nullif(l, 0), h, m, e FROM unnest("
      "$1::bytea[], $2::bigint[], $3::bytea[], $4::bytea[], $5::bigint[], "
      "$6::bigint[], $7::bytea[], $8::bytea[], $9::bytea[]) "
      "AS r(s, q, t, k, a, l, h, m, e) ON CONFLICT DO NOTHING",
      Texts(rows, [](const auto& row) { return row.subscription; }),
      Ints(rows, [](const auto& row) { return row.sequence; }),
      Texts(rows, [](const auto& row) { return row.type; }),
      Texts(rows, [](const auto& row) { return row.key; }),
      Ints(rows, [](const auto& row) { return StoredTime(row.at); }),
      Ints(rows,
           [&](const auto& row) {
             return row.alert.empty() ? 0 : numbers_[row.alert];
           }),
      Texts(rows, [](const auto& row) { return row.body.head; }),
      Texts(rows, [](const auto& row) { return row.body.middle; }),
      Texts(rows, [](const auto& row) { return row.body.tail; }));
  if (db_->ok() && added.changed() != static_cast<int64_t>(rows.size())) {
    return absl::AlreadyExistsError(
        StrCat("an event of \"", rows[0].subscription,
               "\" or of another subscription of the batch is there already"));
  }
  return absl::OkStatus();
}

void BatchWriter::PutSubscriptions() {
  const auto& rows = batch_.subscriptions;
  if (rows.empty()) {
    return;
  }
  db_->Run(
      "INSERT INTO subscriptions(id, next_sequence, vanished_at) "
      "SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bigint[]) "
      "ON CONFLICT(id) DO UPDATE SET next_sequence = excluded.next_sequence, "
      "vanished_at = excluded.vanished_at",
      Texts(rows, [](const auto& row) { return row.id; }),
      Ints(rows, [](const auto& row) { return row.next_sequence; }),
      Ints(rows, [](const auto& row) { return StoredTime(row.vanished_at); }));
}

void BatchWriter::PutPositions() {
  for (const PositionRecord& row : batch_.positions) {
    db_->Run(
        "INSERT INTO positions(topic, partition, next) VALUES($1, $2, $3) "
        "ON CONFLICT(topic, partition) DO UPDATE SET next = excluded.next",
        row.topic, row.partition, row.next);
  }
}

void BatchWriter::PutStoryArticles() {
  const auto& rows = batch_.story_articles;
  if (rows.empty()) {
    return;
  }
  db_->Run(
      "INSERT INTO story_articles(article, version, site, published_at, "
      "signature, accepted_at) SELECT a, v, s, p, g, t FROM "
      "unnest($1::bytea[], "
      "$2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bigint[]) "
      "WITH ORDINALITY AS r(a, v, s, p, g, t, o) ORDER BY o "
      "ON CONFLICT DO NOTHING",
      Texts(rows, [](const auto& row) { return row.article; }),
      Texts(rows, [](const auto& row) { return row.version; }),
      Texts(rows, [](const auto& row) { return row.site; }),
      Texts(rows, [](const auto& row) { return row.published_at; }),
      Texts(rows, [](const auto& row) { return row.signature; }),
      Ints(rows, [](const auto& row) { return StoredTime(row.accepted_at); }));
}

void BatchWriter::PutNotes() {
  std::vector<std::string> removed;
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (const auto& [name, value] : batch_.notes) {
    if (value.empty()) {
      removed.push_back(name);
    } else {
      names.push_back(name);
      values.push_back(value);
    }
  }
  if (!removed.empty()) {
    db_->Run("DELETE FROM notes WHERE name = ANY($1)", removed);
  }
  if (!names.empty()) {
    db_->Run(
        "INSERT INTO notes(name, value) "
        "SELECT * FROM unnest($1::bytea[], $2::bytea[]) "
        "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
        names, values);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<LedgerStore>> OpenPostgresStore(
    const PostgresOptions& options, absl::Time) {
  auto store = PostgresStore::Open(options);
  if (!store.ok()) {
    return store.status();
  }
  return std::unique_ptr<LedgerStore>(*std::move(store));
}

absl::StatusOr<std::unique_ptr<PostgresStore>> PostgresStore::Open(
    const PostgresOptions& options) {
  const std::string name = NameOf(options.url);
  std::unique_ptr<PostgresStore> store(new PostgresStore(options.url, name));
  auto connection = store->pool_.Connect();
  if (!connection.ok()) {
    return connection.status();
  }
  if (absl::Status status = MigratePostgres(name, connection->get());
      !status.ok()) {
    return status;
  }
  const absl::Status settled = PostgresPool::Transact(
      connection->get(),
      [&](PostgresConnection* db) { return store->Settle(db); });
  if (!settled.ok()) {
    return settled;
  }
  return store;
}

// A ledger belongs to one cluster, one database of it and one timeline. After a
// restore or a failover it is another, and so is the epoch.
absl::Status PostgresStore::Settle(PostgresConnection* db) {
  const PostgresResult rows = db->Run(
      "SELECT m.name, convert_to(m.value, 'UTF8'), convert_to("
      "(SELECT system_identifier FROM pg_control_system())::text || '/' || "
      "(SELECT oid FROM pg_database WHERE datname = current_database())::text "
      "|| '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8), 'UTF8') "
      "FROM meta m WHERE m.name IN ('cluster', 'epoch') ORDER BY m.name "
      "FOR UPDATE");
  if (!db->ok()) {
    return db->TakeStatus();
  }
  epoch_ = rows.Text(1, 1);
  if (epoch_.empty() || rows.View(0, 1) != rows.View(0, 2)) {
    epoch_ = RandomHex(kEpochBytes);
    constexpr const char* kSet =
        "UPDATE meta SET value = convert_from($2, 'UTF8') "
        "WHERE name = convert_from($1, 'UTF8')";
    db->Run(kSet, "epoch", epoch_);
    db->Run(kSet, "cluster", rows.View(0, 2));
  }
  opening_ = db->Run("SELECT nextval('openings')").Int(0, 0);
  return absl::OkStatus();
}

absl::StatusOr<Lease> PostgresStore::AcquireLease(const std::string& holder,
                                                  absl::Time) {
  const MutexLock lock(&mutex_);
  if (decider_ != nullptr) {
    if (lease_.holder != holder) {
      return absl::AlreadyExistsError(
          StrCat("ledger ", name(), ": ", lease_.holder, " has the lease"));
    }
    auto extended = ExtendLease();
    if (extended.ok()) {
      return extended;
    }
    decider_ = nullptr;  // The session has ended, and the lock with it.
  }
  return TakeLease(holder);
}

// Adds up the changes of the numbers of rows, too: this is called regularly.
absl::StatusOr<Lease> PostgresStore::ExtendLease() {
  const Lease lease = lease_;
  const absl::Status status =
      PostgresPool::Transact(decider_.get(), [&](PostgresConnection* db) {
        const PostgresResult row = db->Run("SELECT epoch FROM lease");
        if (db->ok() && static_cast<uint64_t>(row.Int(0, 0)) != lease.epoch) {
          return absl::AbortedError("taken over");
        }
        db->Run(
            "WITH gone AS (DELETE FROM count_changes RETURNING *) "
            "INSERT INTO count_changes SELECT kind, state, sum(change) "
            "FROM gone GROUP BY kind, state");
        return absl::OkStatus();
      });
  if (!status.ok()) {
    return status;
  }
  return lease;
}

absl::StatusOr<Lease> PostgresStore::TakeLease(const std::string& holder) {
  auto connection = pool_.Connect();
  if (!connection.ok()) {
    return connection.status();
  }
  Lease lease{.holder = holder, .epoch = 0};
  int64_t next = 1;
  const absl::Status status =
      PostgresPool::Transact(connection->get(), [&](PostgresConnection* db) {
        const PostgresResult locked = db->Run(kLockLease);
        if (db->ok() && locked.Int(0, 0) == 0) {
          const PostgresResult row = db->Run("SELECT holder FROM lease");
          return absl::AlreadyExistsError(
              StrCat("ledger ", name(), ": ",
                     row.size() > 0 ? row.View(0, 0) : std::string_view(),
                     " has the lease"));
        }
        // A decider that hangs, or whose process is stopped, is followed by
        // another one within 15 s. It renews its lease more often than that.
        db->Run("SELECT set_config('idle_session_timeout', '12s', false)");
        const PostgresResult row = db->Run(
            "UPDATE lease SET holder = $1, epoch = epoch + 1 RETURNING epoch",
            holder);
        const PostgresResult last =
            db->Run("SELECT coalesce(max(n), 0) FROM alerts");
        if (db->ok()) {
          lease.epoch = static_cast<uint64_t>(row.Int(0, 0));
          next = last.Int(0, 0) + 1;
        }
        return absl::OkStatus();
      });
  if (!status.ok()) {
    return status;
  }
  decider_ = *std::move(connection);
  lease_ = lease;
  next_alert_ = next;
  return lease;
}

// The row of the lease is locked, so that a take-over waits for the end of this
// transaction and then sees what it wrote.
template <typename Work>
absl::Status PostgresStore::Decide(const Lease& lease, Work work) {
  const MutexLock lock(&mutex_);
  const absl::Status lost = absl::AbortedError(StrCat(
      "ledger ", name(), ": ", lease.holder, " has not the lease any more"));
  if (decider_ == nullptr || lease_.holder != lease.holder ||
      lease_.epoch != lease.epoch) {
    return lost;
  }
  const absl::Status status = PostgresPool::Transact(
      decider_.get(), [&](PostgresConnection* db) -> absl::Status {
        const PostgresResult row = db->Run("SELECT epoch FROM lease FOR SHARE");
        if (!db->ok()) {
          return db->TakeStatus();
        }
        if (static_cast<uint64_t>(row.Int(0, 0)) != lease.epoch) {
          return lost;
        }
        return work(db);
      });
  if (!decider_->IsAlive()) {
    decider_ = nullptr;
  }
  return status;
}

absl::Status PostgresStore::ReleaseLease(const Lease& lease) {
  const absl::Status status =
      Decide(lease, [](PostgresConnection*) { return absl::OkStatus(); });
  if (!absl::IsAborted(status)) {
    const MutexLock lock(&mutex_);
    decider_ = nullptr;
  }
  return status;
}

absl::Status PostgresStore::Commit(const LedgerBatch& batch, absl::Time) {
  if (absl::Status status = CheckBatch(batch); !status.ok()) {
    return status;
  }
  return Decide(batch.lease,
                [&](PostgresConnection* db) ABSL_NO_THREAD_SAFETY_ANALYSIS {
                  return BatchWriter(batch, &next_alert_, db).Write();
                });
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>>
PostgresStore::KnownEntries(absl::Span<const std::string> alerts) {
  return pool_.ReadOnly([&](PostgresConnection* db) {
    std::vector<std::pair<std::string, std::string>> found;
    const PostgresResult rows = db->Run(
        "SELECT e.subscription, a.id FROM alerts a "
        "JOIN entries e ON e.alert = a.n WHERE a.id = ANY($1)",
        Texts(alerts, [](const std::string& id) { return PackId(id); }));
    for (int row = 0; row < rows.size(); ++row) {
      found.emplace_back(rows.Text(row, 0), rows.Id(row, 1));
    }
    return found;
  });
}

absl::StatusOr<std::vector<SubscriptionRecord>> PostgresStore::Subscriptions() {
  return pool_.ReadOnly([](PostgresConnection* db) {
    std::vector<SubscriptionRecord> found;
    const PostgresResult rows = db->Run(
        "SELECT id, next_sequence, vanished_at FROM subscriptions ORDER BY id");
    for (int row = 0; row < rows.size(); ++row) {
      found.push_back({.id = rows.Text(row, 0),
                       .next_sequence = static_cast<uint64_t>(rows.Int(row, 1)),
                       .vanished_at = rows.Time(row, 2)});
    }
    return found;
  });
}

absl::StatusOr<std::vector<PositionRecord>> PostgresStore::Positions() {
  return pool_.ReadOnly([](PostgresConnection* db) {
    std::vector<PositionRecord> found;
    const PostgresResult rows = db->Run(
        "SELECT topic, partition, next FROM positions "
        "ORDER BY topic, partition");
    for (int row = 0; row < rows.size(); ++row) {
      found.push_back({.topic = rows.Text(row, 0),
                       .partition = static_cast<int32_t>(rows.Int(row, 1)),
                       .next = rows.Int(row, 2)});
    }
    return found;
  });
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>>
PostgresStore::Notes(const std::string& prefix) {
  return pool_.ReadOnly([&](PostgresConnection* db) {
    std::vector<std::pair<std::string, std::string>> found;
    const PostgresResult rows = db->Run(
        "SELECT name, value FROM notes WHERE name >= $1 "
        "AND substring(name FROM 1 FOR octet_length($1)) = $1 ORDER BY name",
        prefix);
    for (int row = 0; row < rows.size(); ++row) {
      found.emplace_back(rows.Text(row, 0), rows.Text(row, 1));
    }
    return found;
  });
}

// In pages, each a transaction of its own, so that a long start does not keep
// dead rows alive.
absl::Status PostgresStore::ForEachStoryArticle(
    absl::Time since, absl::FunctionRef<void(const StoryArticleRecord&)> take) {
  constexpr int kPage = 5000;
  int64_t time = StoredTime(since);
  int64_t number = 0;
  for (int found = kPage; found == kPage;) {
    const absl::Status status = pool_.Write([&](PostgresConnection* db) {
      const PostgresResult rows = db->Run(
          "SELECT article, version, site, published_at, signature, "
          "accepted_at, n FROM story_articles "
          "WHERE (accepted_at, n) > ($1, $2) ORDER BY accepted_at, n LIMIT $3",
          time, number, kPage);
      found = rows.size();
      for (int row = 0; row < found; ++row) {
        take({.article = rows.Text(row, 0),
              .version = rows.Text(row, 1),
              .site = rows.Text(row, 2),
              .published_at = rows.Text(row, 3),
              .signature = rows.Text(row, 4),
              .accepted_at = rows.Time(row, 5)});
        time = rows.Int(row, 5);
        number = rows.Int(row, 6);
      }
      return absl::OkStatus();
    });
    if (!status.ok()) {
      return status;
    }
    // Reading all of them may take longer than the decider's session may idle.
    const MutexLock lock(&mutex_);
    if (decider_ != nullptr) {
      if (const auto lease = ExtendLease(); !lease.ok()) {
        return lease.status();
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<DeliveryRecord>> PostgresStore::WaitingDeliveries(
    const std::string& receiver, bool held, uint32_t limit) {
  return pool_.ReadOnly([&](PostgresConnection* db) {
    std::vector<DeliveryRecord> found;
    // Those that the decider holds are at the end of the index.
    const PostgresResult rows =
        db->Run("SELECT " PRESSHAWK_DELIVERY_COLUMNS
                " FROM deliveries d WHERE d.state = 0 AND d.receiver = $1 "
                "AND d.due >= $2 AND (d.reason BETWEEN 1 AND 3) = ($3 != 0) "
                "ORDER BY d.subscription, d.address, d.sequence, d.n LIMIT $4",
                receiver, held ? absl::InfiniteFuture() : absl::InfinitePast(),
                int64_t{held}, int64_t{limit});
    for (int row = 0; row < rows.size(); ++row) {
      found.push_back(DeliveryOf(rows, row));
    }
    return found;
  });
}

absl::StatusOr<std::vector<EntryRecord>> PostgresStore::WaitingEntries(
    const std::string& subscription, uint32_t limit) {
  return pool_.ReadOnly([&](PostgresConnection* db) {
    std::vector<EntryRecord> found;
    const PostgresResult rows = db->Run(
        "SELECT " PRESSHAWK_ENTRY_COLUMNS
        " FROM (SELECT * FROM entries WHERE subscription = $1 AND state = 0 "
        "ORDER BY alert LIMIT $2) e JOIN alerts a ON a.n = e.alert "
        "ORDER BY e.alert",
        subscription, limit);
    for (int row = 0; row < rows.size(); ++row) {
      found.push_back(EntryOf(rows, row));
    }
    return found;
  });
}

absl::StatusOr<uint64_t> PostgresStore::CancelWaiting(
    const Lease& lease, const std::string& subscription,
    const std::string& article, const std::string& why, absl::Time) {
  int64_t cancelled = 0;
  const absl::Status status =
      Decide(lease, [&](PostgresConnection* db) -> absl::Status {
        if (subscription.empty() && article.empty()) {
          return absl::InvalidArgumentError(
              "neither a subscription nor an article was named to be "
              "cancelled");
        }
        int64_t entries = 0;
        if (article.empty()) {
          entries = db->Run(
                          "UPDATE entries SET state = 4, why = $2 "
                          "WHERE subscription = $1 AND state = 0",
                          subscription, why)
                        .changed();
          cancelled = db->Run(
                            "UPDATE deliveries SET state = 6, reason = 0 "
                            "WHERE state = 0 AND subscription = $1",
                            subscription)
                          .changed();
        } else {
          entries =
              db->Run(
                    "UPDATE entries SET state = 4, why = $3 WHERE state = 0 "
                    "AND alert IN (SELECT n FROM alerts WHERE article = $1) "
                    "AND ($2 = ''::bytea OR subscription = $2)",
                    article, subscription, why)
                  .changed();
          cancelled = db->Run(
                            "UPDATE deliveries SET state = 6, reason = 0 WHERE "
                            "state = 0 "
                            "AND type != 'presshawk.catchup.v1' "
                            "AND n IN (SELECT d.n FROM alerts a "
                            "JOIN events e ON e.alert = a.n JOIN deliveries d "
                            "ON d.subscription = e.subscription "
                            "AND d.sequence = e.sequence WHERE a.article = $1 "
                            "AND ($2 = ''::bytea OR e.subscription = $2))",
                            article, subscription)
                          .changed();
        }
        PostgresCounts counts;
        counts.Add(EntryState::kWaiting, -entries);
        counts.Add(EntryState::kCancelled, entries);
        counts.Add(DeliveryState::kWaiting, -cancelled);
        counts.Add(DeliveryState::kCancelled, cancelled);
        counts.Apply(db);
        return absl::OkStatus();
      });
  if (!status.ok()) {
    return status;
  }
  return static_cast<uint64_t>(cancelled);
}

}  // namespace presshawk
