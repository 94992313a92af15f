// SPDX-License-Identifier: Apache-2.0
// A message as the body of a workflow webhook of Teams: an Adaptive Card in
// `attachments`.
//
// LIMITS. 27,000 bytes of the 28 KB that Teams takes with what it adds itself.
// What does not fit is left out in this order: second snippets, all snippets,
// and then rows, which are counted.
//
// ESCAPING. Every text is a TextRun, in which Teams reads no markup.
//
// Pure functions. Thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/messages/people_message.h"

namespace presshawk {

// At most `bytes_max` bytes, where that is 2,000 at least.
std::string TeamsMessage(const PeopleMessage& message, size_t bytes_max);

// `body` without links and with half its texts at most; nothing where it is
// reduced already.
std::optional<std::string> ReducedTeamsMessage(std::string_view body);

// `body` with `mark` above it; nothing where it has the mark already.
std::optional<std::string> MarkedTeamsMessage(std::string_view body,
                                              std::string_view mark);

}  // namespace presshawk
