// SPDX-License-Identifier: Apache-2.0
#include "ingest/sqlite/sqlite_connection.h"

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// What an operator does about an error; empty where nothing is known.
const char* Advice(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ": another program has locked the ledger; end it, or wait until "
             "it "
             "is done";
    case SQLITE_FULL:
      return ": the disk is full; make room, and it goes on by itself";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return ": check that its folder exists and that the user of presshawk "
             "may "
             "read and write the folder and the file";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ": the file is damaged or is no ledger; restore a backup, or move "
             "it away for a new ledger";
    case SQLITE_IOERR:
      return ": the disk failed; see the system's log";
    default:
      return "";
  }
}

bool MayPass(int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE:
      return false;
    default:
      return true;
  }
}

}  // namespace

std::string_view SqliteRow::View(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int bytes = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? std::string_view()
                         : std::string_view(static_cast<const char*>(data),
                                            static_cast<size_t>(bytes));
}

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(
    const std::string& path, Access access, absl::Duration busy) {
  sqlite3* database = nullptr;
  const int flags = access == Access::kWrite
                        ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                        : SQLITE_OPEN_READWRITE;
  const int code = sqlite3_open_v2(
      path.c_str(), &database,
      flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<SqliteConnection> connection(
      new SqliteConnection(path, database));
  if (code != SQLITE_OK) {
    return connection->Failure(code);
  }
  sqlite3_busy_timeout(database,
                       static_cast<int>(absl::ToInt64Milliseconds(busy)));
  return connection;
}

SqliteConnection::~SqliteConnection() {
  for (const auto& [sql, statement] : statements_) {
    sqlite3_finalize(statement);
  }
  sqlite3_close(database_);
}

absl::Status SqliteConnection::Failure(int code) const {
  std::string message = StrCat(
      "ledger sqlite:", path_, ": ",
      database_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database_),
      Advice(code));
  return MayPass(code) ? absl::UnavailableError(message)
                       : absl::InternalError(message);
}

absl::Status SqliteConnection::TakeStatus() {
  absl::Status status = std::move(status_);
  status_ = absl::OkStatus();
  return status;
}

void SqliteConnection::Fail(absl::Status status) {
  if (status_.ok()) {
    status_ = std::move(status);
  }
}

void SqliteConnection::Script(const char* sql) {
  if (!status_.ok()) {
    return;
  }
  const int code = sqlite3_exec(database_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    status_ = Failure(code);
  }
}

sqlite3_stmt* SqliteConnection::Prepared(const char* sql) {
  if (!status_.ok()) {
    return nullptr;
  }
  sqlite3_stmt*& statement = statements_[sql];
  if (statement == nullptr) {
    const int code = sqlite3_prepare_v3(
        database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) {
      status_ = Failure(code);
      statements_.erase(sql);
      return nullptr;
    }
  }
  return statement;
}

bool SqliteConnection::Advance(sqlite3_stmt* statement) {
  if (statement == nullptr || !status_.ok()) {
    return false;
  }
  const int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code != SQLITE_DONE) {
    status_ = Failure(code);
  }
  return false;
}

int64_t SqliteConnection::Finish(sqlite3_stmt* statement) {
  if (statement == nullptr) {
    return 0;
  }
  sqlite3_reset(statement);
  return status_.ok() ? sqlite3_changes64(database_) : 0;
}

SqliteTransaction::SqliteTransaction(SqliteConnection* connection, Kind kind)
    : connection_(connection) {
  connection_->TakeStatus().IgnoreError();  // Of whoever was here before.
  if (kind == Kind::kWrite) {
    connection_->Run("BEGIN IMMEDIATE");
  } else {
    connection_->Run("BEGIN");
  }
  is_open_ = connection_->ok();
}

SqliteTransaction::~SqliteTransaction() {
  // An error may have ended the transaction already.
  if (is_open_ && sqlite3_get_autocommit(connection_->handle()) == 0) {
    absl::Status status = connection_->TakeStatus();
    connection_->Run("ROLLBACK");
    connection_->TakeStatus().IgnoreError();
    connection_->Fail(std::move(status));
  }
}

absl::Status SqliteTransaction::Commit() {
  connection_->Run("COMMIT");
  absl::Status status = connection_->TakeStatus();
  if (status.ok()) {
    is_open_ = false;
  }
  return status;
}

}  // namespace presshawk
