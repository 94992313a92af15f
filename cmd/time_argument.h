// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace presshawk {

// A day (2026-01-02, from its first moment in UTC), or a time as RFC 3339 has
// it. `otherwise` where `text` is empty.
absl::StatusOr<absl::Time> ParseTimeArgument(const std::string& text,
                                             absl::Time otherwise);

}  // namespace presshawk
