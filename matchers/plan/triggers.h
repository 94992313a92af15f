// SPDX-License-Identifier: Apache-2.0
// Names the lists that an article's patterns make worth evaluating.
//
// A list can hold only if at least one pattern of some set occurs. It registers
// under the rarest such set: that of the rarest operand of an AND, the union of
// the sets of an OR. A list that can hold without any text (for example by
// metadata alone) is always evaluated. If the best set of a list is that of a
// list that it refers to, it registers under the root of that list: a thousand
// lists that refer to a large one then cost a thousand entries.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "core/model/watchlist_info.h"
#include "matchers/plan/pattern_claims.h"
#include "matchers/plan/program.h"

namespace presshawk {

namespace testing {
class EveryListTriggers;  // tests/support/every_list_triggers.h.
}

// Estimates how often a pattern of words occurs in a million words. The
// estimate is rough; only the order matters.
double EstimateFrequency(const Pattern& pattern);

// Most lists of a large set are words and phrases, of which any one is enough.
// A pattern that triggers such a list makes it hold: its target is *direct*.
class Triggers {
 public:
  // A slot (below the number of lists), or a root (that number + RootId). With
  // kDirect, it is a slot whose list holds if the pattern occurs in a default
  // field. Without kDirect, a target is below 2^30.
  using Target = uint32_t;
  static constexpr Target kDirect = Target{1} << 31;

  // `frequencies` are those of the program's patterns, in any unit. A regex
  // always counts as frequent, so that a word beside it is preferred.
  Triggers(const Program& program, std::vector<double> frequencies);
  // Uses EstimateFrequency(). `patterns` are those of the program.
  Triggers(const Program& program, absl::Span<const Pattern> patterns);
  // For triggers that are read from a file.
  Triggers() = default;

  absl::Span<const Target> OfPattern(PatternId pattern) const {
    return OfSource(pattern);
  }
  absl::Span<const Target> OfRoot(RootId root) const {
    return OfSource(size_t{patterns_} + root);
  }
  // Call these some time before OfPattern(), first for the head and then for
  // the targets: the tables of a large set are in no cache.
  void PrefetchHead(PatternId pattern) const {
    __builtin_prefetch(heads_.data() + pattern);
  }
  void PrefetchTargets(PatternId pattern) const {
    if (HasSeveral(heads_[pattern])) {
      __builtin_prefetch(targets_.data() + (heads_[pattern] & ~kSeveral));
    }
  }
  // The lists that no pattern can rule out, in rising order.
  absl::Span<const ListSlot> always() const { return always_; }
  // The metadata conditions that must all hold for the list to hold. They are
  // asked before its text conditions.
  absl::Span<const MetaId> MetasOf(ListSlot slot) const {
    if (metas_.empty()) {
      return {};
    }
    return {metas_.data() + meta_begins_[slot],
            meta_begins_[slot + 1] - meta_begins_[slot]};
  }

  // Whether triggers that were opened name only targets that the program has.
  bool FitsProgram(const Program& program, const PatternClaims& claims) const;

  template <typename Self, typename Archive>
  static void Transfer(Self* self, Archive* archive) {
    archive->Value(&self->patterns_);
    archive->Array(&self->heads_);
    archive->Array(&self->targets_);
    archive->Array(&self->always_);
    archive->Array(&self->meta_begins_);
    archive->Array(&self->metas_);
  }

 private:
  friend class testing::EveryListTriggers;
  void CollectMetas(const Program& program);
  // The values of a head that are not a target.
  static constexpr Target kSeveral = Target{1} << 30;
  static constexpr Target kNothing = UINT32_MAX;
  static bool HasSeveral(Target head) {
    return head != kNothing && (head & kSeveral) != 0;
  }
  // A source is a pattern or a root; roots are numbered after the patterns.
  absl::Span<const Target> OfSource(size_t source) const {
    const Target head = heads_[source];
    if (HasSeveral(head)) {
      const Target* const several = targets_.data() + (head & ~kSeveral);
      return {several + 1, *several};
    }
    return {&heads_[source], head == kNothing ? size_t{0} : size_t{1}};
  }
  bool TargetFits(Target target, size_t source, const Program& program,
                  const PatternClaims& claims) const;
  bool HeadsFit(const Program& program, const PatternClaims& claims) const;

  uint32_t patterns_ = 0;
  // By source: its only target; or kSeveral and the index in targets_ at which
  // the number of its targets stands, followed by the targets. PERF: in a set
  // of a million one-word lists each pattern has one target, and this saves a
  // load that misses the cache.
  FlatArray<Target> heads_;
  FlatArray<Target> targets_;
  FlatArray<ListSlot> always_;
  // The conditions of a slot are metas_[meta_begins_[slot], meta_begins_[slot +
  // 1]). Both arrays are empty if no list has any.
  FlatArray<uint32_t> meta_begins_;
  FlatArray<MetaId> metas_;
};

}  // namespace presshawk
