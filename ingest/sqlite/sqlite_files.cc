// SPDX-License-Identifier: Apache-2.0
#include "ingest/sqlite/sqlite_files.h"

#include <filesystem>

#include <sys/stat.h>
#include <sys/statvfs.h>

#include "core/base/str_cat.h"
#include "ingest/sqlite/sqlite_schema.h"

namespace presshawk {
namespace {

constexpr int kPageBytes = 4096;
constexpr size_t kIdleReaders = 8;
// What is left to copy when writers are held up for the rest.
constexpr int kLastPages = 512;
constexpr int kRounds = 8;
// How long writers stand for readers that hold up the log.
constexpr absl::Duration kRestartWait = absl::Milliseconds(200);

uint64_t BytesOf(const std::string& file) {
  struct stat found = {};
  return stat(file.c_str(), &found) == 0 ? static_cast<uint64_t>(found.st_size)
                                         : 0;
}

}  // namespace

void SqliteCounts::Apply(SqliteConnection* connection) const {
  for (const auto& [key, change] : changes_) {
    if (change != 0) {
      connection->Run(
          "INSERT INTO counts(kind, state, count) VALUES(?, ?, ?) "
          "ON CONFLICT DO UPDATE SET count = count + excluded.count",
          key.first, key.second, change);
    }
  }
}

LedgerCounts SqliteCounts::Read(SqliteConnection* connection) {
  LedgerCounts counts;
  connection->Query(
      "SELECT kind, state, count FROM counts WHERE count != 0 "
      "ORDER BY kind, state",
      [&](const SqliteRow& row) {
        const auto count = static_cast<uint64_t>(row.Int(2));
        switch (row.Int(0)) {
          case 0:
            counts.entries.emplace_back(row.As<EntryState>(1), count);
            break;
          case 1:
            counts.deliveries.emplace_back(row.As<DeliveryState>(1), count);
            break;
          default:
            (row.Int(1) == 0 ? counts.alerts : counts.unreadable) = count;
        }
      });
  return counts;
}

absl::StatusOr<std::unique_ptr<SqliteFiles>> SqliteFiles::Open(
    const SqliteOptions& options) {
  std::unique_ptr<SqliteFiles> files(new SqliteFiles(options));
  if (absl::Status status = files->OpenWriter(); !status.ok()) {
    return status;
  }
  files->checkpoints_ =
      std::thread([self = files.get()] { self->RunCheckpoints(); });
  return files;
}

absl::Status SqliteFiles::OpenWriter() {
  auto writer = SqliteConnection::Open(
      options_.path, SqliteConnection::Access::kWrite, options_.busy);
  if (!writer.ok()) {
    return writer.status();
  }
  writer_ = *std::move(writer);
  // The first two hold for a new file only.
  writer_->Script(
      "PRAGMA page_size = 4096;"
      "PRAGMA auto_vacuum = INCREMENTAL;"
      "PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = FULL;"
      "PRAGMA cache_size = -65536;"
      "PRAGMA temp_store = MEMORY;"
      "PRAGMA journal_size_limit = 67108864;");
  if (!writer_->ok()) {
    return writer_->TakeStatus();
  }
  sqlite3_wal_hook(writer_->handle(), &SqliteFiles::OnCommit, this);
  if (absl::Status status = MigrateSqlite(options_.path, writer_.get());
      !status.ok()) {
    return status;
  }
  identity_ = IdentifyFile(options_.path);
  return absl::OkStatus();
}

SqliteFiles::~SqliteFiles() {
  if (checkpoints_.joinable()) {
    {
      const MutexLock lock(&log_mutex_);
      is_stopping_ = true;
    }
    log_changed_.notify_all();
    checkpoints_.join();
  }
}

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteFiles::TakeReader() {
  {
    const MutexLock lock(&readers_mutex_);
    if (!readers_.empty()) {
      auto connection = std::move(readers_.back());
      readers_.pop_back();
      return connection;
    }
  }
  auto connection = SqliteConnection::Open(
      options_.path, SqliteConnection::Access::kRead, options_.busy);
  if (connection.ok()) {
    (*connection)->Script("PRAGMA query_only = ON; PRAGMA cache_size = -8192;");
  }
  return connection;
}

void SqliteFiles::GiveBack(std::unique_ptr<SqliteConnection> connection) {
  const MutexLock lock(&readers_mutex_);
  if (readers_.size() < kIdleReaders) {
    readers_.push_back(std::move(connection));
  }
}

uint64_t SqliteFiles::BytesOnDisk() const {
  return BytesOf(options_.path) + BytesOf(options_.path + "-wal");
}

absl::Status SqliteFiles::CheckFile() const {
  if (IdentifyFile(options_.path) == identity_) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(
      StrCat("ledger: the file ", options_.path,
             " was removed or replaced while it was open: bring it back and "
             "start the program again"));
}

uint64_t SqliteFiles::FreeBytes() const {
  const std::string folder =
      std::filesystem::path(options_.path).parent_path().string();
  struct statvfs found = {};
  if (statvfs(folder.empty() ? "." : folder.c_str(), &found) != 0) {
    return UINT64_MAX;  // A disk that is away fails the writes themselves.
  }
  return uint64_t{found.f_bavail} * found.f_frsize;
}

int SqliteFiles::OnCommit(void* self, sqlite3*, const char*, int pages) {
  auto* files = static_cast<SqliteFiles*>(self);
  const uint64_t bytes = uint64_t{kPageBytes} * static_cast<uint64_t>(pages);
  if (bytes >= files->options_.checkpoint_bytes) {
    {
      const MutexLock lock(&files->log_mutex_);
      files->is_due_ = true;
    }
    files->log_changed_.notify_one();
  }
  return SQLITE_OK;
}

void SqliteFiles::RunCheckpoints() {
  std::unique_ptr<SqliteConnection> connection;
  while (true) {
    {
      MutexLock lock(&log_mutex_);
      while (!is_due_ && !is_stopping_) {
        lock.Wait(&log_changed_);
      }
      if (is_stopping_) {
        return;
      }
      is_due_ = false;
    }
    if (connection == nullptr) {
      auto opened = SqliteConnection::Open(
          options_.path, SqliteConnection::Access::kWrite, kRestartWait);
      if (!opened.ok()) {
        continue;  // The next commit asks again.
      }
      connection = *std::move(opened);
      connection->Script(
          "PRAGMA synchronous = FULL;"
          "PRAGMA journal_size_limit = 67108864;");
    }
    Checkpoint(connection.get());
  }
}

// A log starts again only when all of it is in the file and no reader needs it.
// So most of it is copied while writers add to it, and the last pages while they
// wait. Where readers follow each other without a gap, the log grows, and now
// and then new ones are waited for.
void SqliteFiles::Checkpoint(SqliteConnection* connection) {
  int pages = 0;
  const auto copy = [&](int mode) {
    int copied = 0;
    sqlite3_wal_checkpoint_v2(connection->handle(), nullptr, mode, &pages,
                              &copied);
    return pages - copied;
  };
  int left = copy(SQLITE_CHECKPOINT_PASSIVE);
  for (int round = 1; left > kLastPages && round < kRounds; ++round) {
    const int before = left;
    left = copy(SQLITE_CHECKPOINT_PASSIVE);
    if (left >= before) {
      break;  // A reader holds it up, or writers are faster.
    }
  }
  const MutexLock lock(&write_mutex_);
  copy(SQLITE_CHECKPOINT_PASSIVE);
  const auto limit =
      static_cast<int>(options_.checkpoint_bytes / uint64_t{kPageBytes});
  if (pages < restart_at_ - 4 * limit) {
    restart_at_ = 0;  // It has started again.
  }
  if (pages > restart_at_ && pages > 4 * limit) {
    copy(SQLITE_CHECKPOINT_RESTART);
    restart_at_ = pages + 4 * limit;
  }
}

void SqliteFiles::Truncate() {
  const MutexLock lock(&write_mutex_);
  sqlite3_wal_checkpoint_v2(writer_->handle(), nullptr,
                            SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

}  // namespace presshawk
