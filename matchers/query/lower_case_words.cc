// SPDX-License-Identifier: Apache-2.0
#include "matchers/query/lower_case_words.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace presshawk {
namespace {

using Entry = std::pair<std::string_view, std::string_view>;

constexpr Entry kWords[] = {
#include "matchers/query/lower_case_words.inc"
};

constexpr bool IsInOrder() {
  for (size_t i = 1; i < std::size(kWords); ++i) {
    if (kWords[i - 1].first >= kWords[i].first) {
      return false;
    }
  }
  return true;
}
static_assert(IsInOrder());

}  // namespace

std::optional<LowerCaseWord> LowerCaseWordOf(std::string_view term) {
  std::string word;
  for (const char c : term) {
    if (c < 'A' || c > 'Z') {
      return std::nullopt;
    }
    word += static_cast<char>(c | 0x20);
  }
  const auto* const at = std::lower_bound(
      std::begin(kWords), std::end(kWords), std::string_view(word),
      [](const Entry& entry, std::string_view w) { return entry.first < w; });
  if (at == std::end(kWords) || at->first != word) {
    return std::nullopt;
  }
  return LowerCaseWord{std::move(word), at->second};
}

}  // namespace presshawk
