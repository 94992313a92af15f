// SPDX-License-Identifier: Apache-2.0
// A ledger in PostgreSQL, for several instances of presshawk.
//
//   auto store = OpenPostgresStore({.url = "postgres://user@host/db"}, now);
//
// TABLES. In the schema `presshawk` of the database, which is made where it is
// absent.
// LEASE. An advisory lock of the session that commits for the decider. When the
// session ends, the lease has ended as well: the next call is Aborted, until
// AcquireLease() has connected again. Sessions that hang end within 15 s.
// RESERVE. The disk is the server's: what is free there cannot be seen, so that
// there is no reserve. A full disk is Unavailable for every call that writes.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

struct PostgresOptions {
  std::string url;  // A URI or "key=value ..." of libpq.
};

// Connects, and makes or extends the tables. FailedPrecondition where a newer
// program has changed them; Unavailable where the server is away.
absl::StatusOr<std::unique_ptr<LedgerStore>> OpenPostgresStore(
    const PostgresOptions& options, absl::Time now);

}  // namespace presshawk
