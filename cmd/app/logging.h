// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
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

// A warning or an error. One that comes again, but for its numbers and times
// (MessageKey), is counted and not kept again.
struct LogLine {
  absl::Time first;     // When it came first, …
  absl::Time time;      // … and last, with these words.
  std::string level;    // "warning", "error" or "critical".
  std::string message;  // At most kRecentLineBytesMax.
  uint64_t count = 1;
  // What it told of is over since; the infinite future: it is not, or nobody
  // can tell.
  absl::Time resolved = absl::InfiniteFuture();
};
inline constexpr size_t kRecentLinesMax = 20;
inline constexpr size_t kRecentLineBytesMax = 1000;

// The last warnings and errors, without hints, since the start of the process,
// by the time when they came last, oldest first. Thread-safe.
std::vector<LogLine> RecentLogLines();
// What the line with this message told of is over. Thread-safe.
void ResolveLogLine(std::string_view message, absl::Time now);

}  // namespace presshawk
