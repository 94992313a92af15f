// SPDX-License-Identifier: Apache-2.0
// A message as the body of an incoming webhook of Slack: blocks, and a `text`
// that says the same for those who show no blocks (Mattermost, Rocket.Chat,
// Discord's /slack).
//
// LIMITS. 50 blocks, 3,000 characters in a section, 150 in a header, and 12,000
// in all blocks together, as Slack refuses some 13,200; 2,000 in `text`, which is
// what Discord takes. What does not fit is left out in this order: second
// snippets, all snippets, and then rows, which are counted.
//
// ESCAPING. Texts of others can make no link, no mention and no format.
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
std::string SlackMessage(const PeopleMessage& message, size_t bytes_max);

// `body` without its blocks; nothing where it has none.
std::optional<std::string> ReducedSlackMessage(std::string_view body);

// `body` with `mark` above it; nothing where it has the mark already.
std::optional<std::string> MarkedSlackMessage(std::string_view body,
                                              std::string_view mark);

// A text of others as it stands in mrkdwn.
std::string SlackText(std::string_view text);

}  // namespace presshawk
