// SPDX-License-Identifier: Apache-2.0
// One connection to a SQLite database, with its prepared statements.
//
//   connection->Run("UPDATE a SET b = ? WHERE c = ?", 1, "x");
//   connection->Query("SELECT b FROM a", [&](const SqliteRow& row) {
//     sum += row.Int(0); });
//   if (absl::Status status = connection->TakeStatus(); !status.ok()) ...
//
// ERRORS. The first one is kept, and nothing is executed until TakeStatus() has
// given it out, so that it need not be asked after each statement. Its message
// names the database and says what to do.
// STATEMENTS. Texts are literals: a statement is prepared once by the address
// of its text.
// THREAD SAFETY. None.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include <sqlite3.h>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/ledger/stored_form.h"

namespace presshawk {

// A value that is bound as bytes and not as text; it must outlive the call.
struct SqliteBlob {
  std::string_view bytes;
};

// The columns of the row that a statement stands on. Views last until the next
// row.
class SqliteRow {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

  bool IsNull(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  int64_t Int(int column) const {
    return sqlite3_column_int64(statement_, column);
  }
  std::string_view View(int column) const;
  std::string Text(int column) const { return std::string(View(column)); }
  absl::Time Time(int column) const { return TimeFromStored(Int(column)); }
  std::string Id(int column) const { return UnpackId(View(column)); }
  template <typename Enum>
  Enum As(int column) const {
    return static_cast<Enum>(Int(column));
  }

 private:
  sqlite3_stmt* const statement_;
};

class SqliteConnection {
 public:
  enum class Access : uint8_t { kWrite, kRead };
  // Opens the file, and makes it for kWrite. A locked database is waited for as
  // long as `busy`.
  static absl::StatusOr<std::unique_ptr<SqliteConnection>> Open(
      const std::string& path, Access access, absl::Duration busy);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  // Executes one statement and throws its rows away; returns how many rows it
  // changed, 0 after an error.
  template <typename... Values>
  int64_t Run(const char* sql, const Values&... values) {
    sqlite3_stmt* statement = Start(sql, values...);
    while (Advance(statement)) {
    }
    return Finish(statement);
  }
  template <typename OnRow, typename... Values>
  void Query(const char* sql, OnRow&& on_row, const Values&... values) {
    sqlite3_stmt* statement = Start(sql, values...);
    while (Advance(statement)) {
      on_row(SqliteRow(statement));
    }
    Finish(statement);
  }
  // Several statements that are executed once, as for a schema.
  void Script(const char* sql);

  int64_t last_row() const { return sqlite3_last_insert_rowid(database_); }
  bool ok() const { return status_.ok(); }
  absl::Status TakeStatus();
  // Makes `status` the error of this connection if it has none.
  void Fail(absl::Status status);
  sqlite3* handle() { return database_; }
  // What `code`, the answer of SQLite to a call, means for the caller.
  absl::Status Failure(int code) const;

 private:
  SqliteConnection(std::string path, sqlite3* database)
      : path_(std::move(path)), database_(database) {}

  template <typename... Values>
  sqlite3_stmt* Start(const char* sql, const Values&... values) {
    sqlite3_stmt* statement = Prepared(sql);
    if (statement != nullptr) {
      int parameter = 0;
      (Bind(statement, ++parameter, values), ...);
    }
    return statement;
  }
  sqlite3_stmt* Prepared(const char* sql);
  // True on a row. After an error false, and the status is set.
  bool Advance(sqlite3_stmt* statement);
  int64_t Finish(sqlite3_stmt* statement);

  template <typename Value>
  void Bind(sqlite3_stmt* statement, int parameter, const Value& value) {
    if constexpr (std::is_same_v<Value, SqliteBlob>) {
      sqlite3_bind_blob64(statement, parameter, DataOf(value.bytes),
                          value.bytes.size(), SQLITE_STATIC);
    } else if constexpr (std::is_same_v<Value, absl::Time>) {
      sqlite3_bind_int64(statement, parameter, StoredTime(value));
    } else if constexpr (std::is_same_v<Value, std::nullptr_t>) {
      sqlite3_bind_null(statement, parameter);
    } else if constexpr (std::is_enum_v<Value> || std::is_integral_v<Value>) {
      sqlite3_bind_int64(statement, parameter, static_cast<int64_t>(value));
    } else {
      const std::string_view text(value);
      sqlite3_bind_text64(statement, parameter, DataOf(text), text.size(),
                          SQLITE_STATIC, SQLITE_UTF8);
    }
  }
  // A null pointer would be bound as NULL.
  static const char* DataOf(std::string_view text) {
    return text.data() == nullptr ? "" : text.data();
  }

  const std::string path_;
  sqlite3* const database_;
  absl::Status status_;
  absl::flat_hash_map<const char*, sqlite3_stmt*> statements_;
};

// A transaction that is taken back unless Commit() succeeded. A writing one
// locks the database at once, a reading one sees one state of it.
class SqliteTransaction {
 public:
  enum class Kind : uint8_t { kWrite, kRead };
  SqliteTransaction(SqliteConnection* connection, Kind kind);
  ~SqliteTransaction();
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;

  // The first error of the connection since the transaction began, or that of
  // the commit.
  absl::Status Commit();

 private:
  SqliteConnection* const connection_;
  bool is_open_;
};

}  // namespace presshawk
