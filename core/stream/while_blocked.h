// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "absl/functional/function_ref.h"

namespace presshawk {

// A sink calls this while it is full, on the thread that handed over; the call
// keeps the consumer in its group. False tells the sink to give up, as the
// process is stopping and its deadline has passed. What was not handed over is
// then left unresolved.
using WhileBlocked = absl::FunctionRef<bool()>;

}  // namespace presshawk
