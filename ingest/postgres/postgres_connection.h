// SPDX-License-Identifier: Apache-2.0
// One connection to PostgreSQL, with its prepared statements.
//
//   PostgresResult rows = connection->Run("SELECT b FROM a WHERE c = $1", 7);
//   for (int row = 0; row < rows.size(); ++row) sum += rows.Int(row, 0);
//   if (absl::Status status = connection->TakeStatus(); !status.ok()) ...
//
// VALUES. Everything goes in binary: integers, times and states as bigint, texts
// as bytea, since what comes from outside may have a NUL or be no UTF-8, and
// vectors of both as arrays.
// ERRORS. The first one is kept, and nothing is executed until TakeStatus() has
// given it out.
// STATEMENTS. Texts are literals: a statement is prepared once by the address
// of its text.
// THREAD SAFETY. None.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <libpq-fe.h>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/ledger/stored_form.h"

namespace presshawk {

// The rows of an answer. Views last as long as it does.
class PostgresResult {
 public:
  explicit PostgresResult(PGresult* result = nullptr) : result_(result) {}

  int size() const { return result_ == nullptr ? 0 : PQntuples(result_.get()); }
  bool IsNull(int row, int column) const {
    return PQgetisnull(result_.get(), row, column) == 1;
  }
  int64_t Int(int row, int column) const;
  std::string_view View(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<size_t>(PQgetlength(result_.get(), row, column))};
  }
  std::string Text(int row, int column) const {
    return std::string(View(row, column));
  }
  absl::Time Time(int row, int column) const {
    return TimeFromStored(Int(row, column));
  }
  std::string Id(int row, int column) const {
    return UnpackId(View(row, column));
  }
  // How many rows a statement changed.
  int64_t changed() const;

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

// The parameters of one statement.
class PostgresValues {
 public:
  template <typename Value>
  void Add(const Value& value) {
    if constexpr (std::is_same_v<Value, absl::Time>) {
      AddInt(StoredTime(value));
    } else if constexpr (std::is_enum_v<Value> || std::is_integral_v<Value>) {
      AddInt(static_cast<int64_t>(value));
    } else if constexpr (std::is_same_v<Value, std::vector<int64_t>>) {
      AddInts(value);
    } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
      AddTexts(value);
    } else {
      AddText(std::string_view(value));
    }
  }

 private:
  friend class PostgresConnection;
  void AddInt(int64_t value);
  void AddText(std::string_view value);
  void AddInts(const std::vector<int64_t>& values);
  void AddTexts(const std::vector<std::string>& values);

  std::vector<std::string> bytes_;
  std::vector<Oid> types_;
};

class PostgresConnection {
 public:
  // Connects within a few seconds. `name` is how the ledger is called in
  // messages, without a password.
  static absl::StatusOr<std::unique_ptr<PostgresConnection>> Open(
      const std::string& url, const std::string& name);
  ~PostgresConnection();
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  template <typename... Values>
  PostgresResult Run(const char* sql, const Values&... values) {
    PostgresValues parameters;
    (parameters.Add(values), ...);
    return RunPrepared(sql, parameters);
  }
  // Statements without parameters, executed once.
  void Script(const std::string& sql);

  bool ok() const { return status_.ok(); }
  absl::Status TakeStatus();
  void Fail(absl::Status status);
  // False once the server or the network has ended it.
  bool IsAlive() const { return PQstatus(connection_) == CONNECTION_OK; }
  bool IsInTransaction() const {
    return PQtransactionStatus(connection_) != PQTRANS_IDLE;
  }
  int backend() const { return PQbackendPID(connection_); }

 private:
  PostgresConnection(std::string name, PGconn* connection)
      : name_(std::move(name)), connection_(connection) {}
  PostgresResult RunPrepared(const char* sql, const PostgresValues& values);
  // Takes `result`, and keeps its error.
  PostgresResult Check(PGresult* result);
  absl::Status Failure(const PGresult* result) const;

  const std::string name_;
  PGconn* const connection_;
  absl::Status status_;
  absl::flat_hash_set<const char*> prepared_;
};

// A transaction that is taken back unless Commit() succeeded.
class PostgresTransaction {
 public:
  explicit PostgresTransaction(PostgresConnection* connection,
                               const char* begin = "BEGIN");
  ~PostgresTransaction();
  PostgresTransaction(const PostgresTransaction&) = delete;
  PostgresTransaction& operator=(const PostgresTransaction&) = delete;
  absl::Status Commit();

 private:
  PostgresConnection* const connection_;
};

}  // namespace presshawk
