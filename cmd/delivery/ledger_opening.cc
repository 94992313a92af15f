// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/ledger_opening.h"

#include "ingest/sqlite/sqlite_store.h"

namespace presshawk {

absl::StatusOr<std::unique_ptr<LedgerStore>> OpenLedger(
    const StoreOptions& options, absl::Time now) {
  if (options.kind == StoreOptions::Kind::kSqlite) {
    return OpenSqliteStore({.path = options.path, .reserve = options.reserve},
                           now);
  }
  return absl::UnimplementedError("postgres");
}

}  // namespace presshawk
