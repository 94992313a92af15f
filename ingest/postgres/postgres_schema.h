// SPDX-License-Identifier: Apache-2.0
// The tables of a ledger in PostgreSQL, and how an older ledger gets them.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "ingest/postgres/postgres_connection.h"

namespace presshawk {

// The newest schema that this program knows.
inline constexpr int kPostgresSchema = 1;

// Makes the schema and its tables, or adds what it lacks, in one transaction
// that other instances wait for. See MigrateSqlite(): the rules are the same.
absl::Status MigratePostgres(const std::string& name,
                             PostgresConnection* connection);

}  // namespace presshawk
