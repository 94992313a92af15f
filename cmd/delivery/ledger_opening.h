// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/delivery/delivery_options.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

// Opens the ledger of the configuration, and makes it where there is none.
// Unavailable passes by itself; any other error does not.
absl::StatusOr<std::unique_ptr<LedgerStore>> OpenLedger(
    const StoreOptions& options, absl::Time now);

}  // namespace presshawk
