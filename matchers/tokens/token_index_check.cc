// SPDX-License-Identifier: Apache-2.0
// Whether an index that was read from a file can be asked.
#include <algorithm>

#include "matchers/tokens/token_index.h"

namespace presshawk::tokens {

bool TokenIndex::IsSound(PatternClaims* claims) const {
  return filter_shift_ >= 12 && filter_shift_ < 64 &&
         filter_.size() == uint64_t{1} << (64 - filter_shift_) &&
         edge_bytes_min_ >= kEdgeBytesMin && edge_bytes_max_ <= kEdgeBytesMax &&
         IsSound(words_, false, claims) && IsSound(pairs_, false, claims) &&
         IsSound(globs_, true, claims) && IsSound(phrases_, false, claims);
}

bool TokenIndex::IsSound(const AnchorTable& table, bool is_globs,
                         PatternClaims* claims) const {
  if (table.entries.empty()) {
    return true;
  }
  if (table.shift == 0 || table.shift >= 64 ||
      table.begins.size() != (uint64_t{1} << (64 - table.shift)) + 1 ||
      table.begins[0] != 0 ||
      table.begins[table.begins.size() - 1] != table.entries.size() ||
      !std::is_sorted(table.begins.begin(), table.begins.end())) {
    return false;
  }
  return std::all_of(
      table.entries.begin(), table.entries.end(), [&](const Entry& entry) {
        return IsSound(entry, is_globs) &&
               claims->Claim(entry.pattern, PatternClaims::By::kTermEngine);
      });
}

bool TokenIndex::IsSound(const Entry& entry, bool is_globs) const {
  if (uint64_t{entry.text} + entry.size + kHashPaddingBytes > texts_.size()) {
    return false;
  }
  const std::string_view text(texts_.data() + entry.text, entry.size);
  if (!is_globs) {
    return IsPatternText(text) && entry.anchor > 0 &&
           entry.anchor < entry.size && text[entry.anchor - 1] == ' ';
  }
  return text.size() > 1 && text.find(' ') == std::string_view::npos &&
         text.find_first_of("*?") != std::string_view::npos &&
         entry.anchor == ShapeOf(text);
}

}  // namespace presshawk::tokens
