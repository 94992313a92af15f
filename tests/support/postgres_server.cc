// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres_server.h"

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <sys/wait.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr absl::Duration kStartTimeout = absl::Seconds(90);
constexpr const char* kUser = "postgres";

std::string Environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? "" : value;
}

std::string Program(const std::string& name) {
  const std::string set = Environment("PRESSHAWK_POSTGRES_BIN");
  return (set.empty() ? std::string("/usr/lib/postgresql/15/bin") : set) + "/" +
         name;
}

// The server refuses to run as root.
std::vector<std::string> AsUser(std::vector<std::string> command) {
  if (geteuid() == 0) {
    const std::vector<std::string> change = {
        "/usr/bin/setpriv", StrCat("--reuid=", kUser),
        StrCat("--regid=", kUser), "--clear-groups", "--pdeathsig=SIGINT"};
    command.insert(command.begin(), change.begin(), change.end());
  }
  return command;
}

}  // namespace

absl::Status PostgresServer::Available() {
  if (access(Program("postgres").c_str(), X_OK) != 0) {
    return absl::NotFoundError(
        StrCat("the tests with a real PostgreSQL need ", Program("postgres"),
               ": install postgresql-15, or set PRESSHAWK_POSTGRES_BIN to the "
               "folder of its programs (or PRESSHAWK_SKIP_POSTGRES=1 to leave "
               "these tests out)"));
  }
  return absl::OkStatus();
}

bool PostgresServer::SkippedByEnvironment() {
  return Environment("PRESSHAWK_SKIP_POSTGRES") == "1";
}

PostgresServer* PostgresServer::Shared() {
  static const absl::StatusOr<std::unique_ptr<PostgresServer>> server = Start();
  if (!server.ok()) {
    ADD_FAILURE() << server.status();
    return nullptr;
  }
  return server->get();
}

absl::StatusOr<std::unique_ptr<PostgresServer>> PostgresServer::Start() {
  if (absl::Status status = Available(); !status.ok()) {
    return status;
  }
  std::unique_ptr<PostgresServer> server(new PostgresServer());
  if (absl::Status status = server->Initialize(); !status.ok()) {
    return status;
  }
  if (absl::Status status = server->Launch(); !status.ok()) {
    return status;
  }
  return server;
}

absl::Status PostgresServer::Initialize() {
  if (geteuid() == 0) {
    const passwd* user = getpwnam(kUser);  // NOLINT(concurrency-mt-unsafe)
    if (user == nullptr ||
        chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0) {
      return absl::NotFoundError("root needs a user `postgres` for the server");
    }
  }
  const std::filesystem::path log = folder_.path() / "initdb.log";
  const int code = WaitForExit(Spawn(
      AsUser({Program("initdb"), "--no-sync", "--auth=trust", "--encoding=UTF8",
              "--locale=C", StrCat("--username=", kUser), "-D",
              (folder_.path() / "data").string()}),
      log));
  return code == 0 ? absl::OkStatus()
                   : absl::InternalError(StrCat("initdb ended with ", code,
                                                ": ", ReadWholeFile(log)));
}

// After a kill it does not start until all processes of the one before have
// noticed and ended: then it is started again.
absl::Status PostgresServer::Launch() {
  const std::filesystem::path log = folder_.path() / "server.log";
  const absl::Time deadline = absl::Now() + kStartTimeout;
  while (absl::Now() < deadline) {
    if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
    }
    if (pid_ < 0) {
      pid_ = Spawn(
          AsUser({Program("postgres"), "-D", (folder_.path() / "data").string(),
                  "-k", folder_.path().string(), "-c",
                  "listen_addresses=", "-c", "max_connections=60", "-c",
                  "shared_buffers=64MB", "-c", "max_wal_size=512MB"}),
          log);
    }
    if (Execute(UrlOf("postgres"), "SELECT 1").ok()) {
      return absl::OkStatus();
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
  return absl::DeadlineExceededError(
      StrCat("PostgreSQL does not start: ", ReadWholeFile(log)));
}

PostgresServer::~PostgresServer() {
  if (pid_ > 0) {
    kill(pid_, SIGINT);  // Fast, and without waiting for clients.
    WaitForExit(pid_);
  }
}

std::string PostgresServer::UrlOf(const std::string& database) const {
  return StrCat("host=", folder_.path().string(), " user=", kUser,
                " dbname=", database);
}

absl::StatusOr<std::string> PostgresServer::NewDatabase() {
  const std::string name = StrCat("ledger", ++databases_);
  if (absl::Status status =
          Execute(UrlOf("postgres"), StrCat("CREATE DATABASE ", name));
      !status.ok()) {
    return status;
  }
  return UrlOf(name);
}

absl::Status PostgresServer::Execute(const std::string& url,
                                     const std::string& sql) {
  PGconn* connection = PQconnectdb(url.c_str());
  PGresult* result = PQexec(connection, sql.c_str());
  const ExecStatusType code = PQresultStatus(result);
  const absl::Status status =
      code == PGRES_COMMAND_OK || code == PGRES_TUPLES_OK
          ? absl::OkStatus()
          : absl::UnavailableError(PQerrorMessage(connection));
  PQclear(result);
  PQfinish(connection);
  return status;
}

void PostgresServer::Kill() {
  kill(pid_, SIGKILL);
  WaitForExit(pid_);
  pid_ = -1;
}

absl::Status PostgresServer::Restart() { return Launch(); }

}  // namespace presshawk
