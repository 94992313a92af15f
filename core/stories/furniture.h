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

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/stories/signature.h"

namespace presshawk {

class FurnitureTable {
 public:
  // `filter_bytes` is the size of each half's filter, a power of two.
  explicit FurnitureTable(size_t filter_bytes);

  // Counts the body hashes of `signature` under its title.
  void Count(const Signature& signature);
  // Which of the body hashes are furniture: bit i is signature.body.hashes[i].
  uint64_t MaskOf(const Signature& signature) const;
  void Rotate();
  size_t bytes() const;

 private:
  struct Seen {
    uint16_t title = 0;   // The last title.
    uint16_t titles = 0;  // How many other titles came after the first.
  };
  struct Half {
    std::vector<uint64_t> filter;
    size_t filter_entries = 0;
    absl::flat_hash_map<uint64_t, Seen> again;
  };

  static uint64_t KeyOf(const Signature& signature, uint32_t hash);
  bool IsInFilter(uint64_t key) const;
  void AddToFilter(uint64_t key);
  uint16_t TitlesOf(uint64_t key) const;

  Half halves_[2];
  int young_ = 0;
};

}  // namespace presshawk
