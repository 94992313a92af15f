// Maps a hash of text to the articles that have it. It is a multimap with open
// addressing and takes 8 bytes per entry.
//
// THREAD SAFETY. None.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

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

  size_t bytes() const { return entries_.size() * sizeof(Entry); }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr size_t kSizeMin = 1024;
  static constexpr size_t kBucketMax = 64;
  struct Entry {
    uint32_t hash = 0;
    uint32_t article = kNone;
  };

  size_t PlaceOf(uint32_t hash) const {
    return hash * size_t{0x9E3779B1U} >> 7 & (entries_.size() - 1);
  }
  void Place(Entry entry);
  void Resize(size_t size);

  std::vector<Entry> entries_;  // A power of two; at most three in four used.
  size_t used_ = 0;
};

}  // namespace presshawk
