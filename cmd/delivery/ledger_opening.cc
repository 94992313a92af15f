// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/ledger_opening.h"

#include "ingest/postgres/postgres_store.h"
#include "ingest/sqlite/sqlite_store.h"

namespace presshawk {

absl::StatusOr<std::unique_ptr<LedgerStore>> OpenLedger(
    const StoreOptions& options, absl::Time now) {
  if (options.kind == StoreOptions::Kind::kSqlite) {
    return OpenSqliteStore({.path = options.path, .reserve = options.reserve},
                           now);
  }
  return OpenPostgresStore({.url = options.url.value}, now);
}

}  // namespace presshawk
