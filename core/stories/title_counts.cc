// SPDX-License-Identifier: Apache-2.0
#include "core/stories/title_counts.h"

#include <utility>

namespace presshawk {

void TitleCounts::Clear() {
  entries_ = Entries(kSizeMin);
  used_ = 0;
}

void TitleCounts::Grow() {
  const Entries old = std::exchange(entries_, Entries(entries_.size() * 2));
  for (const uint64_t entry : old) {
    if (entry != 0) {
      entries_[Find(entry >> kTagShift)] = entry;
    }
  }
}

void TitleCounts::Count(uint64_t key, uint16_t title, uint32_t titles) {
  const uint64_t tag = key >> kTagShift;
  uint64_t* entry = &entries_[Find(tag)];
  if (*entry == 0) {
    if ((used_ + 1) * 4 > entries_.size() * 3) {
      Grow();
      entry = &entries_[Find(tag)];
    }
    *entry = EntryOf(tag, title, titles);
    ++used_;
    return;
  }
  const auto seen = static_cast<uint32_t>(*entry & 3) - 1;
  if (*entry != EntryOf(tag, title, seen)) {
    *entry = EntryOf(tag, title, seen + 1);
  }
}

}  // namespace presshawk
