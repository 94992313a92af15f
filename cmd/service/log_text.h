// What a log line may hold, and how many there may be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace presshawk {

// Of a message this much is logged: an article's id may have megabytes.
inline constexpr size_t kLogMessageBytesMax = 8UL << 10;

// Appends a message as one JSON string, whatever bytes it has: those that are
// no UTF-8 become U+FFFD.
void AppendLogJson(std::string_view message, std::string* json);

// Appends a message to a line of text. Control characters are shown as `\xNN`;
// a line feed stays only where a blank follows it (how our own messages go on),
// so that no content can pretend to be a log line.
void AppendLogText(std::string_view message, std::string* text);

// Lines that may be logged: kBurst at once, kPerSecond in the long run.
// NOT thread-safe.
class LineBudget {
 public:
  static constexpr double kBurst = 200;
  static constexpr double kPerSecond = 10;

  // Whether one line may be logged now. Returns how many were held back since
  // the last that might: more than 0 only where *may_log.
  uint64_t Take(absl::Time now, bool* may_log);

 private:
  double lines_ = kBurst;
  absl::Time filled_ = absl::InfinitePast();
  uint64_t held_back_ = 0;
};

}  // namespace presshawk
