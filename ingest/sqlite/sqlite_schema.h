// SPDX-License-Identifier: Apache-2.0
// The tables of a ledger in SQLite, and how an older ledger gets them.
#pragma once

#include "absl/status/status.h"
#include "ingest/sqlite/sqlite_connection.h"

namespace presshawk {

// The newest schema that this program knows.
inline constexpr int kSqliteSchema = 1;

// Makes the tables, or adds what the ledger lacks, in one transaction. A ledger
// says which schema it has and which one a program must know to use it:
// migrations only add, so that a program of the version before goes on.
// FailedPrecondition where this program is too old.
absl::Status MigrateSqlite(const std::string& path,
                           SqliteConnection* connection);

}  // namespace presshawk
