// SPDX-License-Identifier: Apache-2.0
// The body that a receiver of people gets, made from the one that a machine
// would get, and its other forms (SPEC MESSAGE-1).
//
//   envelope ──PeopleBody()──► body ──ReducedPeopleBody()──► body
//                               └────MarkedPeopleBody()────► body
//
// Pure functions: the same input gives the same bytes. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/messages/read_message.h"

namespace presshawk {

enum class MessageForm : uint8_t { kSlack, kTeams };

// At most `bytes_max` bytes, where that is 2,000 at least, and within the limits
// of the channel. An error where `envelope` cannot be read.
absl::StatusOr<std::string> PeopleBody(MessageForm form,
                                       std::string_view envelope,
                                       const MessageOptions& options,
                                       size_t bytes_max);

// The shorter and simpler form of a body that was refused; nothing where `body`
// is short already, or was not made by PeopleBody().
std::optional<std::string> ReducedPeopleBody(std::string_view body);

// `body` with a mark above it, such as kRepeatMark; nothing where it has the
// mark already, or was not made by PeopleBody().
std::optional<std::string> MarkedPeopleBody(std::string_view body,
                                            std::string_view mark);

}  // namespace presshawk
