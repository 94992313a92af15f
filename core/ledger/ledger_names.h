// SPDX-License-Identifier: Apache-2.0
// The states of the ledger's rows as they are written in answers, on the
// command line and in metrics: "handed_over".
#pragma once

#include <optional>
#include <string_view>

#include "core/ledger/ledger_records.h"

namespace presshawk {

std::string_view EntryStateName(EntryState state);
std::string_view DeliveryStateName(DeliveryState state);
std::string_view WaitReasonName(WaitReason reason);
std::string_view CircuitStateName(CircuitState state);

// Nothing where no state has the name.
std::optional<DeliveryState> DeliveryStateOf(std::string_view name);

}  // namespace presshawk
