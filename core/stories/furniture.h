// SPDX-License-Identifier: Apache-2.0
// Finds what a source prints below every article: newsletter calls,
// disclaimers, author notes. A hash of text counts as furniture of its source
// once it has come back under three different titles.
//
// Titles are counted and not stories: furniture that has already joined two
// articles would otherwise never look frequent. What is seen for the first time
// goes into a Bloom filter, as most of it is never seen again; the rest is
// counted exactly.
//
// LIFE. There are two halves. Rotate() drops the older one, so that a hash that
// was not seen for two rotations is forgotten. A full filter rotates by itself.
// THREAD SAFETY. None.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/stories/huge_page_allocator.h"
#include "core/stories/signature.h"
#include "core/stories/title_counts.h"

namespace presshawk {

class FurnitureTable {
 public:
  // `filter_bytes` is the size of each half's filter, a power of two.
  explicit FurnitureTable(size_t filter_bytes);

  // Which of the body hashes are furniture: bit i is signature.body.hashes[i].
  uint64_t MaskOf(const Signature& signature) const;
  // Counts the body hashes of `signature` under its title. Returns what
  // MaskOf() returned before.
  uint64_t Count(const Signature& signature);
  // Asks for the memory that Count() of the signature reads, so that it need
  // not wait for it later.
  void Prefetch(const Signature& signature) const;
  void Rotate();
  size_t bytes() const;

 private:
  // Of one word of each half's filter, side by side: one cache line a question.
  using FilterWords = std::array<uint64_t, 2>;

  static uint64_t KeyOf(const Signature& signature, uint32_t hash);
  size_t WordOf(uint64_t key) const {
    return (key >> 20) & (filter_.size() - 1);
  }
  bool IsInFilter(uint64_t key) const;
  void AddToFilter(uint64_t key);
  uint32_t TitlesOf(uint64_t key) const;

  std::vector<FilterWords, HugePageAllocator<FilterWords>> filter_;
  size_t filter_entries_ = 0;  // Of the young half.
  // What was seen again. All of it is in the same half's filter as well.
  TitleCounts again_[2];
  size_t young_ = 0;
};

}  // namespace presshawk
