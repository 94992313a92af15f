// SPDX-License-Identifier: Apache-2.0
// Durations and sizes as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace presshawk {

// `500ms`, `1s`, `5m`, `1h`, `1m30s`, `1.5s`, `30d`, `1d12h`; also `0`. A day
// has 24 hours. Nothing for anything
// else: a number without a unit, a negative or an infinite duration.
std::optional<absl::Duration> ParseConfigDuration(std::string_view text);

// The shortest form that ParseConfigDuration reads: `30d`, `36h`, `1m30s`.
std::string FormatConfigDuration(absl::Duration duration);

// How often: `10 per 1h`.
struct ConfigRate {
  uint32_t count = 0;  // At least 1.
  absl::Duration period;
};
std::optional<ConfigRate> ParseConfigRate(std::string_view text);
std::string FormatConfigRate(const ConfigRate& rate);

// Bytes: `16777216`, `64MiB`, `64 MiB`, `512KiB`, `1GiB`, and powers of ten
// `500kB`, `64MB`, `1GB`. Nothing for anything else, or over 2^63 - 1.
std::optional<uint64_t> ParseConfigSize(std::string_view text);

// The shortest form that ParseConfigSize reads: `64MiB`, `1000`.
std::string FormatConfigSize(uint64_t bytes);

}  // namespace presshawk
