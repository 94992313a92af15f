// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "absl/time/time.h"

namespace presshawk {

// No receiver can ask for a longer pause.
inline constexpr absl::Duration kRetryAfterMax = absl::Hours(24);

// How long a receiver asks to be left alone by the value of `Retry-After`
// (SPEC SEND-5): seconds (`120`), seconds with a fraction (`0.376`), or a date
// in one of the three forms of HTTP, counted from `now`. From zero to 24 hours;
// a date that has passed is zero. Nothing where it is none of these.
std::optional<absl::Duration> ParseRetryAfter(std::string_view value,
                                              absl::Time now);

}  // namespace presshawk
