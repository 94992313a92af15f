// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace presshawk {

// What a term in capitals also finds, because case does not count.
struct LowerCaseWord {
  std::string word;          // "dlr"
  std::string_view meaning;  // "dollars"; empty for a plain word.
};

// Returns the word that articles write in lower case, where `term` is one word
// in capitals of ASCII (`DLR`, `ICE`) that lower_case_words.inc knows.
std::optional<LowerCaseWord> LowerCaseWordOf(std::string_view term);

}  // namespace presshawk
