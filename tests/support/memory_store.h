// SPDX-License-Identifier: Apache-2.0
// A ledger in maps, written to be obviously right and not to be fast. It is the
// oracle of the other stores, and the ledger of tests that need none on disk.
//
//   auto ledger = std::make_shared<MemoryLedger>();
//   std::unique_ptr<LedgerStore> store = OpenMemoryStore(ledger);
//   std::unique_ptr<LedgerStore> other = OpenMemoryStore(ledger);  // Instance 2.
//
// What is not here: a disk, so that it is never full, and Backup().
#pragma once

#include <memory>

#include "core/ledger/ledger_store.h"

namespace presshawk {

// What the stores of several instances share. Thread-safe.
struct MemoryLedger {
  MemoryLedger();
  ~MemoryLedger();
  struct Tables;
  const std::unique_ptr<Tables> tables;
};

std::unique_ptr<LedgerStore> OpenMemoryStore(
    std::shared_ptr<MemoryLedger> ledger);

}  // namespace presshawk
