// SPDX-License-Identifier: Apache-2.0
// Reads a retraction of version 1 (SPEC RETRACT-1) back from its JSON. It is
// here and not beside the writer because simdjson is used in this folder only.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "core/alerts/retraction.h"

namespace presshawk {

// Returns InvalidArgument if it is no retraction of version 1; the message says
// which key is wrong. Skips keys that version 1 does not have. Thread-safe.
absl::StatusOr<Retraction> ReadRetraction(std::string_view json);

}  // namespace presshawk
