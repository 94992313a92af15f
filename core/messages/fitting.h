// SPDX-License-Identifier: Apache-2.0
// How much of a message is shown where a channel has a limit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "core/messages/people_message.h"

namespace presshawk {

enum class Detail : uint8_t { kAllSnippets, kOneSnippet, kTitles };

// What of a message is shown.
struct Shown {
  Detail detail = Detail::kAllSnippets;
  size_t rows = 0;  // Of message.items, from the start.
};

size_t SnippetsAt(Detail detail);  // Of each item, at most.

// "Shown: 12 of 64."
std::string CountText(uint64_t shown, uint64_t total);

// The first that `compose` makes, which gives nothing for what is too large: all
// rows with ever less detail, and then as many rows as there is room for.
// Nothing where not even the message without rows fits.
std::optional<std::string> MostThatFits(
    const PeopleMessage& message,
    absl::FunctionRef<std::optional<std::string>(const Shown&)> compose);

}  // namespace presshawk
