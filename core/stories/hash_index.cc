// SPDX-License-Identifier: Apache-2.0
#include "core/stories/hash_index.h"

#include <utility>

namespace presshawk {

void HashIndex::Prefetch(absl::Span<const uint32_t> hashes) const {
  for (const uint32_t hash : hashes) {
    __builtin_prefetch(&entries_[PlaceOf(hash)]);
  }
}

void HashIndex::Place(Entry entry) {
  size_t at = PlaceOf(entry.hash);
  while (entries_[at].article != kNone) {
    at = (at + 1) & (entries_.size() - 1);
  }
  entries_[at] = entry;
}

void HashIndex::Resize(size_t size) {
  const Entries old = std::exchange(entries_, Entries(size));
  for (const Entry& entry : old) {
    if (entry.article != kNone) {
      Place(entry);
    }
  }
}

void HashIndex::Add(uint32_t hash, uint32_t article) {
  if ((used_ + 1) * 4 > entries_.size() * 3) {
    Resize(entries_.size() * 2);
  }
  size_t held = 0;
  ForEach(hash, [&](uint32_t) { ++held; });
  if (held < kBucketMax) {
    Place({hash, article});
    ++used_;
  }
}

void HashIndex::Remove(uint32_t hash, uint32_t article) {
  const size_t mask = entries_.size() - 1;
  size_t hole = PlaceOf(hash);
  while (entries_[hole].hash != hash || entries_[hole].article != article) {
    if (entries_[hole].article == kNone) {
      return;
    }
    hole = (hole + 1) & mask;
  }
  // Whatever stands behind the hole and belongs before it moves into it, so
  // that no search ends too early.
  for (size_t at = (hole + 1) & mask; entries_[at].article != kNone;
       at = (at + 1) & mask) {
    const size_t home = PlaceOf(entries_[at].hash);
    if (((at - home) & mask) >= ((at - hole) & mask)) {
      entries_[hole] = entries_[at];
      hole = at;
    }
  }
  entries_[hole] = Entry();
  --used_;
}

}  // namespace presshawk
