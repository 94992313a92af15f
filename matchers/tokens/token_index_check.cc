// Whether an index that was read from a file can be asked.
#include <bit>

#include "matchers/tokens/token_index.h"

namespace presshawk::tokens {

bool TokenIndex::IsSound(PatternClaims* claims) const {
  const uint64_t bits = uint64_t{filter_.size()} * 64;
  return filter_shift_ > 0 && filter_shift_ < 64 &&
         bits == uint64_t{1} << (64 - filter_shift_) &&
         IsSound(words_, false, claims) && IsSound(pairs_, false, claims) &&
         IsSound(edges_, true, claims);
}

bool TokenIndex::IsSound(const SlotTable& table, bool is_edges,
                         PatternClaims* claims) const {
  if (table.slots.empty()) {
    return true;
  }
  if (table.shift == 0 || table.shift >= 64 ||
      table.slots.size() != uint64_t{1} << (64 - table.shift)) {
    return false;
  }
  bool has_free = false;  // Where a search ends.
  for (const Slot& slot : table.slots) {
    if (slot.begin > slot.end || slot.end > entries_.size()) {
      return false;
    }
    has_free |= slot.begin == slot.end;
    for (uint32_t e = slot.begin; e < slot.end; ++e) {
      if (!IsSound(entries_[e], is_edges) ||
          !claims->Claim(entries_[e].pattern, PatternClaims::By::kTermEngine)) {
        return false;
      }
    }
  }
  return has_free;
}

bool TokenIndex::IsSound(const Entry& entry, bool is_edges) const {
  if (entry.text > texts_.size() || entry.size > texts_.size() - entry.text) {
    return false;
  }
  const std::string_view text(texts_.data() + entry.text, entry.size);
  if (!is_edges) {
    return IsPatternText(text) && entry.anchor < entry.size;
  }
  return text.size() > 1 && text.find(' ') == std::string_view::npos &&
         text.find_first_of("*?") != std::string_view::npos &&
         entry.anchor == ShapeOf(text);
}

}  // namespace presshawk::tokens
