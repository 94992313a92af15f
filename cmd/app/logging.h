// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <spdlog/common.h>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/config/options.h"

namespace presshawk {

// Sets spdlog's default logger up: standard error, as text or as one JSON
// object a line. Call once, before other threads log.
void SetUpLogging(const LogOptions& options);

// One log line for each line of a text, with `prefix` before each.
void LogEach(spdlog::level::level_enum level, std::string_view prefix,
             std::string_view text);
inline void LogEach(spdlog::level::level_enum level, std::string_view prefix,
                    const absl::Status& status) {
  LogEach(level, prefix, std::string(status.message()));
}
// A warning that tells of no fault of the service: not among RecentLogLines().
void LogHint(std::string_view text);

struct LogLine {
  absl::Time time;
  std::string level;    // "warning", "error" or "critical".
  std::string message;  // At most kRecentLineBytesMax.
};
inline constexpr size_t kRecentLinesMax = 20;
inline constexpr size_t kRecentLineBytesMax = 1000;

// The last warnings and errors, without hints, since SetUpLogging(), oldest
// first. Thread-safe.
std::vector<LogLine> RecentLogLines();

}  // namespace presshawk
