// SPDX-License-Identifier: Apache-2.0
// Reads of a ledger that several rooms ask for, made of the port's own.
//
//   auto event = EventAt(store, "politics-desk", 42);
//   ForEachAlert(store, {.article = "x"}, [&](AlertRecord& alert) { … });
//
// Errors are those of the store, and that of `take`, which ends the reading.
// Thread-safe as the store is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/ledger/ledger_records.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

// The event that a subscription was told under this number, from 1; nothing
// where there is none, or retention has removed it.
absl::StatusOr<std::optional<EventRecord>> EventAt(
    LedgerStore* store, const std::string& subscription, uint64_t sequence);

// All rows of a filter, page by page; its `limit` does not count.
absl::Status ForEachAlert(LedgerStore* store, AlertFilter filter,
                          absl::FunctionRef<absl::Status(AlertRecord&)> take);
absl::Status ForEachDelivery(
    LedgerStore* store, DeliveryFilter filter,
    absl::FunctionRef<absl::Status(DeliveryRecord&)> take);

}  // namespace presshawk
