// SPDX-License-Identifier: Apache-2.0
// Maps a hash of text to the articles that have it. It is a multimap with open
// addressing and takes 8 bytes per entry.
//
// THREAD SAFETY. None.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "core/stories/huge_page_allocator.h"

namespace presshawk {

class HashIndex {
 public:
  HashIndex() : entries_(kSizeMin) {}

  // A hash that kBucketMax articles have says nothing, so it takes no more of
  // them.
  void Add(uint32_t hash, uint32_t article);
  // Does nothing if the article was not taken.
  void Remove(uint32_t hash, uint32_t article);

  // Calls visit(article) for each article under `hash`.
  template <typename Visit>
  void ForEach(uint32_t hash, Visit visit) const {
    for (size_t at = PlaceOf(hash); entries_[at].article != kNone;
         at = (at + 1) & (entries_.size() - 1)) {
      if (entries_[at].hash == hash) {
        visit(entries_[at].article);
      }
    }
  }

  // Asks for the memory of the articles under `hashes`, so that ForEach() need
  // not wait for it later. It is no inline function, as GCC 12 drops calls of
  // those that do nothing else.
  void Prefetch(absl::Span<const uint32_t> hashes) const;

  size_t bytes() const { return entries_.size() * sizeof(Entry); }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr size_t kSizeMin = 1024;
  static constexpr size_t kBucketMax = 64;
  struct Entry {
    uint32_t hash = 0;
    uint32_t article = kNone;
  };

  // The first place of a cache line. PERF: a search that begins anywhere in a
  // line mostly has to wait for the next line too.
  size_t PlaceOf(uint32_t hash) const {
    return hash * size_t{0x9E3779B1U} >> 7 & (entries_.size() - 1) &
           ~(64 / sizeof(Entry) - 1);
  }
  void Place(Entry entry);
  void Resize(size_t size);

  using Entries = std::vector<Entry, HugePageAllocator<Entry>>;
  Entries entries_;  // A power of two; at most three in four used.
  size_t used_ = 0;
};

}  // namespace presshawk
