// SPDX-License-Identifier: Apache-2.0
// Holds where the patterns of a set occur in one article. A TermScanner writes
// it, and the evaluator reads it.
//
// All hits are in one array, in which those of a pattern are chained. The
// patterns that occur form a sparse set (Briggs and Torczon, 1993): the place
// of a pattern counts only if that place names the pattern. Nothing is cleared,
// and the cost of an article depends on its hits, and not on the set's size.
// PERF: each pattern takes four bytes, because a large table misses the cache.
//
// THREAD SAFETY. None: each worker has one. Allocates only for a new maximum.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "core/base/huge_pages.h"
#include "core/model/hit.h"

namespace presshawk {

// The index of a distinct pattern in one generation; indexes are dense.
using PatternId = uint32_t;

class HitStore {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct RawHit {
    ByteSpan span;  // Bytes of ArticleText::canonical(), no spaces around.
    uint32_t next;  // Index of the pattern's next hit, or kNone.
  };

  // A pattern that occurs, with the indexes of its first and last hit.
  struct Occurring {
    PatternId pattern;
    uint32_t first;
    uint32_t last;
  };

  explicit HitStore(size_t patterns) : places_(patterns) {
    PreferHugePages(places_.data(), places_.size() * sizeof(places_[0]));
  }

  // Forgets the previous article.
  void Clear() {
    hits_.clear();
    occurring_.clear();
  }

  // REQUIRES: the spans of one pattern come in rising order of `begin`.
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

  // Call it some time before Add(): the table of a large set is in no cache.
  void Prefetch(PatternId pattern) const {
    __builtin_prefetch(&places_[pattern], /*rw=*/1);
  }

  // Index of the pattern's first hit in reading order, or kNone.
  uint32_t First(PatternId pattern) const {
    const uint32_t place = places_[pattern];
    return IsAt(place, pattern) ? occurring_[place].first : kNone;
  }
  const RawHit& hit(uint32_t index) const { return hits_[index]; }
  // The patterns that occur, in the order in which they were first found.
  absl::Span<const Occurring> occurring() const { return occurring_; }

 private:
  bool IsAt(uint32_t place, PatternId pattern) const {
    return place < occurring_.size() && occurring_[place].pattern == pattern;
  }

  std::vector<RawHit> hits_;
  std::vector<uint32_t> places_;  // By pattern: its place in occurring_.
  std::vector<Occurring> occurring_;
};

}  // namespace presshawk
