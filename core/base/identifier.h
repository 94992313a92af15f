// SPDX-License-Identifier: Apache-2.0
// The ids that users give: of watch-lists, subscriptions and receivers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace presshawk {

inline constexpr size_t kIdentifierBytesMax = 128;

// The rule in words, for messages.
inline constexpr char kIdentifierRule[] =
    "an id has 1 to 128 characters of A-Z a-z 0-9 . _ -";

constexpr bool IsIdentifierCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

constexpr bool IsIdentifier(std::string_view text) {
  return !text.empty() && text.size() <= kIdentifierBytesMax &&
         std::all_of(text.begin(), text.end(), IsIdentifierCharacter);
}

}  // namespace presshawk
