// SPDX-License-Identifier: Apache-2.0
// A ledger in one SQLite file, for one machine.
//
//   auto store = OpenSqliteStore({.path = "/var/lib/presshawk/ledger.db"}, now);
//
// FILES. Beside PATH stand SQLite's PATH-wal and PATH-shm, and PATH.lock and
// PATH.epoch (sqlite_lock.h). A backup is made by Backup(), or with `cp` of all
// of them while nobody has the ledger open.
// DURABILITY. Write-ahead log with synchronous=FULL: one fsync of the log for
// each call that writes.
// LOG. A thread of the store copies the log into the file when it has grown by
// `checkpoint_bytes`, while writers go on, so that the log stays within a few
// times of that.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

struct SqliteOptions {
  std::string path;
  // With less free space than this no new alerts are taken, in bytes.
  uint64_t reserve = uint64_t{1} << 30U;
  // How long a ledger that another program has locked is waited for.
  absl::Duration busy = absl::Seconds(5);
  uint64_t checkpoint_bytes = uint64_t{64} << 20U;
};

// Opens the ledger, and makes it where there is none. FailedPrecondition where
// a newer program has changed it; Unavailable where it cannot be opened.
absl::StatusOr<std::unique_ptr<LedgerStore>> OpenSqliteStore(
    const SqliteOptions& options, absl::Time now);

}  // namespace presshawk
