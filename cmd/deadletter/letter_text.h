// SPDX-License-Identifier: Apache-2.0
// Dead letters as text and JSON for standard output.
#pragma once

#include <optional>
#include <string>

#include "cmd/deadletter/dead_letter.h"

namespace presshawk {

// The heading of ListLine()'s columns.
std::string ListHeading(bool with_replayed);
// One line. `replayed`: whether it was replayed since, where that is known.
std::string ListLine(const DeadLetter& letter, std::optional<bool> replayed);
std::string ListJson(const DeadLetter& letter, std::optional<bool> replayed);

// All of it: every header, key and value; the value as it is where it is text
// that cannot steer a terminal, else (or with `as_hex`) in hexadecimal.
std::string ShowText(const DeadLetter& letter, bool as_hex);
std::string ShowJson(const DeadLetter& letter);

}  // namespace presshawk
