// SPDX-License-Identifier: Apache-2.0
// The connections of a ledger in SQLite: one that writes, some that read, and
// the thread that keeps its log short.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/file_identity.h"
#include "core/base/mutex.h"
#include "ingest/sqlite/sqlite_connection.h"
#include "ingest/sqlite/sqlite_store.h"

namespace presshawk {

// By how much the numbers of rows change in one transaction, so that Counts()
// need not look at all of them.
class SqliteCounts {
 public:
  void Add(EntryState state, int64_t rows) { Add(0, state, rows); }
  void Add(DeliveryState state, int64_t rows) { Add(1, state, rows); }
  void AddAlerts(int64_t rows) { Add(2, 0, rows); }
  void AddUnreadable(int64_t rows) { Add(2, 1, rows); }
  void Apply(SqliteConnection* connection) const;
  static LedgerCounts Read(SqliteConnection* connection);

 private:
  template <typename State>
  void Add(int kind, State state, int64_t rows) {
    changes_[{kind, static_cast<int>(state)}] += rows;
  }
  std::map<std::pair<int, int>, int64_t> changes_;
};

// What the body of a writing transaction works with.
struct SqliteWork {
  SqliteConnection* db;
  SqliteCounts counts;
};

class SqliteFiles {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteFiles>> Open(
      const SqliteOptions& options);
  ~SqliteFiles();
  SqliteFiles(const SqliteFiles&) = delete;
  SqliteFiles& operator=(const SqliteFiles&) = delete;

  // One transaction. `work(SqliteWork*)` returns a status; it is committed
  // where that is OK and no statement failed.
  template <typename Work>
  absl::Status Write(Work work) {
    if (absl::Status status = CheckFile(); !status.ok()) {
      return status;
    }
    const MutexLock lock(&write_mutex_);
    SqliteWork with{.db = writer_.get(), .counts = {}};
    SqliteTransaction transaction(writer_.get(),
                                  SqliteTransaction::Kind::kWrite);
    if (!writer_->ok()) {
      return writer_->TakeStatus();
    }
    if (absl::Status status = work(&with); !status.ok()) {
      return status;
    }
    with.counts.Apply(writer_.get());
    return transaction.Commit();
  }
  // One state of the ledger. `read(SqliteConnection*)` returns what was found.
  template <typename Read>
  auto ReadOnly(Read read)
      -> absl::StatusOr<decltype(read(std::declval<SqliteConnection*>()))> {
    auto connection = TakeReader();
    if (!connection.ok()) {
      return connection.status();
    }
    SqliteTransaction transaction(connection->get(),
                                  SqliteTransaction::Kind::kRead);
    auto found = read(connection->get());
    if (absl::Status status = transaction.Commit(); !status.ok()) {
      return status;
    }
    GiveBack(*std::move(connection));
    return found;
  }
  // Outside of a transaction, with nobody else writing.
  template <typename Work>
  absl::Status Alone(Work work) {
    const MutexLock lock(&write_mutex_);
    writer_->TakeStatus().IgnoreError();
    work(writer_.get());
    return writer_->TakeStatus();
  }
  absl::StatusOr<std::unique_ptr<SqliteConnection>> TakeReader();
  // Copies all of the log into the file and cuts the log.
  void Truncate();

  const SqliteOptions& options() const { return options_; }
  // Of the file and its log.
  uint64_t BytesOnDisk() const;
  uint64_t FreeBytes() const;
  // Unavailable where the path names no file any more, or another one: what is
  // written to the open one would be lost with it.
  absl::Status CheckFile() const;

 private:
  explicit SqliteFiles(const SqliteOptions& options) : options_(options) {}
  absl::Status OpenWriter();
  void GiveBack(std::unique_ptr<SqliteConnection> connection);
  static int OnCommit(void* self, sqlite3*, const char*, int pages);
  void RunCheckpoints();
  void Checkpoint(SqliteConnection* connection);

  const SqliteOptions options_;
  std::optional<FileIdentity> identity_;  // Of the file that is open.
  Mutex write_mutex_;
  std::unique_ptr<SqliteConnection> writer_;  // Under write_mutex_.
  Mutex readers_mutex_;
  std::vector<std::unique_ptr<SqliteConnection>> readers_
      ABSL_GUARDED_BY(readers_mutex_);

  Mutex log_mutex_;
  std::condition_variable log_changed_;
  bool is_due_ ABSL_GUARDED_BY(log_mutex_) = false;
  bool is_stopping_ ABSL_GUARDED_BY(log_mutex_) = false;
  int restart_at_ = 0;  // In pages of the log; of checkpoints_.
  std::thread checkpoints_;
};

}  // namespace presshawk
