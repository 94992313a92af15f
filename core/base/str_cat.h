// SPDX-License-Identifier: Apache-2.0
// absl::StrCat for std::string_view: Debian's Abseil is built with a
// string_view of its own, which its StrCat does not take std's for.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

namespace presshawk {

// A text, a character or an integer (in decimal).
template <typename T>
void StrAppendPiece(std::string* to, const T& piece) {
  if constexpr (std::is_same_v<T, char>) {
    *to += piece;
  } else if constexpr (std::is_integral_v<T>) {
    static_assert(!std::is_same_v<T, bool>);
    std::array<char, 24> digits;
    const auto [end, error] =
        std::to_chars(digits.data(), digits.data() + digits.size(), piece);
    to->append(digits.data(), end);
  } else {
    to->append(std::string_view(piece));
  }
}

template <typename... Pieces>
void StrAppend(std::string* to, const Pieces&... pieces) {
  (StrAppendPiece(to, pieces), ...);
}

template <typename... Pieces>
[[nodiscard]] std::string StrCat(const Pieces&... pieces) {
  std::string text;
  StrAppend(&text, pieces...);
  return text;
}

}  // namespace presshawk
