// SPDX-License-Identifier: Apache-2.0
// What a log line may hold.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

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

// What two messages that tell of the same thing have in common: all words but
// numbers and times. "no answer for 10 s" and "no answer for 11 s" have one key,
// and so have "worker 0: " and "workers 0, 1: ".
std::string MessageKey(std::string_view message);

}  // namespace presshawk
