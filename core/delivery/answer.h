// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/ledger/ledger_records.h"

namespace presshawk {

// What an HTTP status of a receiver means (SPEC SEND-4). `has_retry_after`: the
// answer had a `Retry-After` that could be read.
AttemptOutcome OutcomeOfStatus(int status, bool has_retry_after);

// "delivered", "handed_over", "transient", "throttled", …: metrics and the log
// of attempts call it so.
std::string_view AttemptOutcomeName(AttemptOutcome outcome);

// Whether the receiver has the message.
bool IsSuccess(AttemptOutcome outcome);

}  // namespace presshawk
