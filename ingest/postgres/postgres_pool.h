// SPDX-License-Identifier: Apache-2.0
// Connections to one PostgreSQL, made when they are needed and kept.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/mutex.h"
#include "ingest/postgres/postgres_connection.h"

namespace presshawk {

class PostgresPool {
 public:
  PostgresPool(std::string url, std::string name)
      : url_(std::move(url)), name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  absl::StatusOr<std::unique_ptr<PostgresConnection>> Connect() const {
    return PostgresConnection::Open(url_, name_);
  }

  // One transaction. `work(PostgresConnection*)` returns a status; it is
  // committed where that is OK and no statement failed.
  template <typename Work>
  absl::Status Write(Work work) {
    auto connection = Take();
    if (!connection.ok()) {
      return connection.status();
    }
    const absl::Status status = Transact(connection->get(), work);
    GiveBack(*std::move(connection));
    return status;
  }
  // The same on a connection of one's own.
  template <typename Work>
  static absl::Status Transact(PostgresConnection* connection, Work work) {
    PostgresTransaction transaction(connection);
    if (!connection->ok()) {
      return connection->TakeStatus();
    }
    if (absl::Status status = work(connection); !status.ok()) {
      return connection->ok() ? status : connection->TakeStatus();
    }
    return transaction.Commit();
  }
  // One state of the ledger. `read(PostgresConnection*)` returns what was found.
  template <typename Read>
  auto ReadOnly(Read read)
      -> absl::StatusOr<decltype(read(std::declval<PostgresConnection*>()))> {
    auto connection = Take();
    if (!connection.ok()) {
      return connection.status();
    }
    absl::StatusOr<decltype(read(std::declval<PostgresConnection*>()))> found =
        ReadOn(connection->get(), read);
    GiveBack(*std::move(connection));
    return found;
  }

 private:
  template <typename Read>
  static auto ReadOn(PostgresConnection* connection, Read read)
      -> absl::StatusOr<decltype(read(connection))> {
    PostgresTransaction transaction(
        connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    auto found = read(connection);
    if (absl::Status status = transaction.Commit(); !status.ok()) {
      return status;
    }
    return found;
  }

  absl::StatusOr<std::unique_ptr<PostgresConnection>> Take() {
    {
      const MutexLock lock(&mutex_);
      while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->IsAlive()) {
          return connection;
        }
      }
    }
    return Connect();
  }
  // After a restart of the server all idle ones are dead as well.
  void GiveBack(std::unique_ptr<PostgresConnection> connection) {
    constexpr size_t kIdle = 8;
    const MutexLock lock(&mutex_);
    if (!connection->IsAlive()) {
      idle_.clear();
    } else if (!connection->IsInTransaction() && idle_.size() < kIdle) {
      idle_.push_back(std::move(connection));
    }
  }

  const std::string url_;
  const std::string name_;
  Mutex mutex_;
  std::vector<std::unique_ptr<PostgresConnection>> idle_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
