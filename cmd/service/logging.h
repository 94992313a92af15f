#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/config/options.h"

namespace presshawk {

// Sets spdlog's default logger up: standard error, as text or as one JSON
// object a line. Call once, before other threads log.
void SetUpLogging(const LogOptions& options);

struct LogLine {
  absl::Time time;
  std::string level;    // "warning", "error" or "critical".
  std::string message;  // At most kRecentLineBytesMax.
};
inline constexpr size_t kRecentLinesMax = 20;
inline constexpr size_t kRecentLineBytesMax = 1000;

// The last warnings and errors since SetUpLogging(), oldest first. Thread-safe.
std::vector<LogLine> RecentLogLines();

}  // namespace presshawk
