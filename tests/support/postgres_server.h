// SPDX-License-Identifier: Apache-2.0
// A real PostgreSQL 15 for tests: on a socket in a folder of its own, with
// fsync, and removed at the end. Started by root it runs as the user `postgres`.
#pragma once

#include <memory>
#include <string>

#include <sys/types.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/support/child_process.h"

namespace presshawk {

// NOT thread-safe. The server dies with this process.
class PostgresServer {
 public:
  // Why there can be no server here, and how to get it. Its programs are in
  // $PRESSHAWK_POSTGRES_BIN, by default /usr/lib/postgresql/15/bin.
  static absl::Status Available();
  // Whether $PRESSHAWK_SKIP_POSTGRES is 1.
  static bool SkippedByEnvironment();
  // The one that all tests of a process share; it is started when it is first
  // asked for, and null, with a failure of the test, where it cannot be.
  static PostgresServer* Shared();

  static absl::StatusOr<std::unique_ptr<PostgresServer>> Start();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // Makes a new database; the URL of it.
  absl::StatusOr<std::string> NewDatabase();
  // Executes `sql` in a database that is given by its URL.
  absl::Status Execute(const std::string& url, const std::string& sql);
  // SIGKILL.
  void Kill();
  // Starts it again on the same data. REQUIRES: killed.
  absl::Status Restart();
  pid_t pid() const { return pid_; }

 private:
  PostgresServer() = default;
  absl::Status Initialize();
  absl::Status Launch();
  std::string UrlOf(const std::string& database) const;

  TemporaryFolder folder_;
  pid_t pid_ = -1;
  int databases_ = 0;
};

}  // namespace presshawk
