// Where the patterns of a set occur in one article. Written by a TermScanner,
// read by the evaluator.
//
// Flat: one array of hits, chained by pattern, and a sparse set (Briggs and
// Torczon, 1993) of the patterns that occur: a pattern's place in it counts
// only where that place names the pattern, so that nothing is cleared and an
// article costs what it has hits, however many patterns the set has. PERF: four
// bytes a pattern, as those of a large set are waited for.
//
// THREAD SAFETY. None: one worker's. Allocates only beyond its high-water mark.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "core/base/huge_pages.h"
#include "core/model/hit.h"

namespace presshawk {

// Dense index of a distinct pattern in one generation.
using PatternId = uint32_t;

class HitStore {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct RawHit {
    ByteSpan span;  // Bytes of ArticleText::canonical(), no spaces around.
    uint32_t next;  // Index of the pattern's next hit, or kNone.
  };

  // A pattern that occurs: indexes of its first and last hit.
  struct Occurring {
    PatternId pattern;
    uint32_t first;
    uint32_t last;
  };

  explicit HitStore(size_t patterns) : places_(patterns) {
    PreferHugePages(places_.data(), places_.size() * sizeof(places_[0]));
  }

  // Forgets the article before.
  void Clear() {
    hits_.clear();
    occurring_.clear();
  }

  // REQUIRES: spans of one pattern come in rising order of begin.
  void Add(PatternId pattern, ByteSpan span) {
    const auto index = static_cast<uint32_t>(hits_.size());
    hits_.push_back({span, kNone});
    const uint32_t place = places_[pattern];
    if (!IsAt(place, pattern)) {
      places_[pattern] = static_cast<uint32_t>(occurring_.size());
      occurring_.push_back({pattern, index, index});
      return;
    }
    Occurring& occurring = occurring_[place];
    hits_[occurring.last].next = index;
    occurring.last = index;
  }

  // Ahead of Add(), where the places of a large set are in no cache.
  void Prefetch(PatternId pattern) const {
    __builtin_prefetch(&places_[pattern], /*rw=*/1);
  }

  // The pattern's first hit in reading order, or kNone.
  uint32_t First(PatternId pattern) const {
    const uint32_t place = places_[pattern];
    return IsAt(place, pattern) ? occurring_[place].first : kNone;
  }
  const RawHit& hit(uint32_t index) const { return hits_[index]; }
  // The patterns that occur, in the order in which they were found.
  absl::Span<const Occurring> occurring() const { return occurring_; }

 private:
  bool IsAt(uint32_t place, PatternId pattern) const {
    return place < occurring_.size() && occurring_[place].pattern == pattern;
  }

  std::vector<RawHit> hits_;
  std::vector<uint32_t> places_;  // By pattern: in occurring_, if it is there.
  std::vector<Occurring> occurring_;
};

}  // namespace presshawk
