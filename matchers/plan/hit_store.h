// Where the patterns of a set occur in one article. Written by a TermScanner,
// read by the evaluator.
//
// Flat: one array of hits, chained by pattern; the heads are stamped with the
// article's number instead of being cleared, so that an article costs what it
// has hits, however many patterns the set has.
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

  explicit HitStore(size_t patterns) : heads_(patterns) {
    PreferHugePages(heads_.data(), heads_.size() * sizeof(Head));
  }

  // Forgets the article before.
  void Clear() {
    hits_.clear();
    touched_.clear();
    if (++article_ == 0) {  // Wrapped after 4 billion articles.
      heads_.assign(heads_.size(), Head());
      article_ = 1;
    }
  }

  // REQUIRES: spans of one pattern come in rising order of begin.
  void Add(PatternId pattern, ByteSpan span) {
    const auto index = static_cast<uint32_t>(hits_.size());
    hits_.push_back({span, kNone});
    Head& head = heads_[pattern];
    if (head.article != article_) {
      head = {article_, index, index};
      touched_.push_back(pattern);
      return;
    }
    hits_[head.last].next = index;
    head.last = index;
  }

  // Ahead of Add(), where the heads of a large set are in no cache.
  void Prefetch(PatternId pattern) const {
    __builtin_prefetch(&heads_[pattern], /*rw=*/1);
  }

  // The pattern's first hit in reading order, or kNone.
  uint32_t First(PatternId pattern) const {
    const Head& head = heads_[pattern];
    return head.article == article_ ? head.first : kNone;
  }
  const RawHit& hit(uint32_t index) const { return hits_[index]; }
  // The patterns that occur, in the order in which they were found.
  absl::Span<const PatternId> touched() const { return touched_; }

 private:
  struct Head {
    uint32_t article = 0;  // That `first` and `last` belong to.
    uint32_t first = kNone;
    uint32_t last = kNone;
  };

  std::vector<RawHit> hits_;
  std::vector<Head> heads_;
  std::vector<PatternId> touched_;
  uint32_t article_ = 0;
};

}  // namespace presshawk
