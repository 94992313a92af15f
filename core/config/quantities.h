// SPDX-License-Identifier: Apache-2.0
// Durations and sizes as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace presshawk {

// `500ms`, `1s`, `5m`, `1h`, `1m30s`, `1.5s`; also `0`. Nothing for anything
// else: a number without a unit, a negative or an infinite duration.
std::optional<absl::Duration> ParseConfigDuration(std::string_view text);

// Bytes: `16777216`, `64MiB`, `64 MiB`, `512KiB`, `1GiB`, and powers of ten
// `500kB`, `64MB`, `1GB`. Nothing for anything else, or over 2^63 - 1.
std::optional<uint64_t> ParseConfigSize(std::string_view text);

// The shortest form that ParseConfigSize reads: `64MiB`, `1000`.
std::string FormatConfigSize(uint64_t bytes);

}  // namespace presshawk
