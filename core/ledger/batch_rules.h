// SPDX-License-Identifier: Apache-2.0
// What holds of the rows that a store is given, whichever store it is.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

// A key stands once in a batch, except that of an alert: InvalidArgument, or
// AlreadyExists for an event. No delivery is kSending: Step() claims them.
absl::Status CheckBatch(const LedgerBatch& batch);
// The same for the deliveries and receivers of a step, and for its `wanted`.
absl::Status CheckStep(const SenderStep& step);
absl::Status CheckUpdate(absl::Span<const DeliveryRecord> deliveries);
// Exactly one of the three is asked for.
absl::Status CheckForget(const ForgetRequest& request);
// "article X", "source X" or "address X".
std::string ForgetText(const ForgetRequest& request);

}  // namespace presshawk
