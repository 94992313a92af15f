// SPDX-License-Identifier: Apache-2.0
// Counts under how many titles a key was seen, up to kTitlesMax: a hash table
// with open addressing that takes 8 bytes per entry. It keeps 46 bits of a key;
// two of ten million keys are taken for one with a probability of 10^-7.
//
// THREAD SAFETY. None.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/stories/huge_page_allocator.h"

namespace presshawk {

class TitleCounts {
 public:
  static constexpr uint32_t kTitlesMax = 2;

  TitleCounts() { Clear(); }

  // How many titles came after the first; 0 also for a key never counted.
  uint32_t TitlesOf(uint64_t key) const {
    const uint64_t entry = entries_[Find(key >> kTagShift)];
    return entry == 0 ? 0 : static_cast<uint32_t>(entry & 3) - 1;
  }
  // Counts `title`. A key that is new has had `titles` before.
  void Count(uint64_t key, uint16_t title, uint32_t titles);
  // Asks for the memory that TitlesOf(key) and Count(key) read.
  [[gnu::always_inline]] void Prefetch(uint64_t key) const {
    __builtin_prefetch(&entries_[HomeOf(key >> kTagShift)]);
  }
  void Clear();
  size_t bytes() const { return entries_.capacity() * sizeof(uint64_t); }

 private:
  static constexpr size_t kSizeMin = 1024;
  static constexpr int kTagBits = 46;
  static constexpr int kTagShift = 64 - kTagBits;

  // An entry: the tag, 16 bits of the last title, and the titles plus 1, so
  // that none is 0.
  static uint64_t EntryOf(uint64_t tag, uint16_t title, uint32_t titles) {
    return tag << kTagShift | uint64_t{title} << 2 |
           (std::min(titles, kTitlesMax) + 1);
  }
  // The first place of a cache line.
  size_t HomeOf(uint64_t tag) const {
    return static_cast<size_t>(tag) & (entries_.size() - 1) &
           ~(64 / sizeof(uint64_t) - 1);
  }
  // The place of the tag's entry, or else of where it belongs.
  size_t Find(uint64_t tag) const {
    size_t at = HomeOf(tag);
    while (entries_[at] != 0 && entries_[at] >> kTagShift != tag) {
      at = (at + 1) & (entries_.size() - 1);
    }
    return at;
  }
  void Grow();

  using Entries = std::vector<uint64_t, HugePageAllocator<uint64_t>>;
  Entries entries_;  // A power of two; at most three in four used.
  size_t used_ = 0;
};

}  // namespace presshawk
