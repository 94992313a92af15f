// Which lists an article's patterns make worth a look.
//
// Each list registers under the rarest set of patterns of which one must occur
// for it to hold: through AND the rarest operand, through OR the union. A list
// that can hold without any text (metadata only) is always evaluated. A list
// whose best set is that of a list it refers to registers under that list's
// root, so that a thousand lists that refer to a large one cost a thousand
// entries.
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

// How often a pattern of words occurs, roughly, in a million words. Only the
// order matters.
double EstimateFrequency(const Pattern& pattern);

// Most lists of a large set are words and phrases, any one of which is enough:
// what triggers such a list makes it hold. Its targets are *direct*.
class Triggers {
 public:
  // A slot below `lists` of the program, or a root at lists + RootId; with
  // kDirect a slot that holds when the pattern occurs in a default field.
  // Below 2^30 without it.
  using Target = uint32_t;
  static constexpr Target kDirect = Target{1} << 31;

  // `frequencies`: of the program's patterns, in any unit. A regex is taken for
  // frequent whatever it says: rather by a word that stands beside it.
  Triggers(const Program& program, std::vector<double> frequencies);
  // By EstimateFrequency(). `patterns` are the program's.
  Triggers(const Program& program, absl::Span<const Pattern> patterns);
  // For what was saved.
  Triggers() = default;

  absl::Span<const Target> OfPattern(PatternId pattern) const {
    return OfSource(pattern);
  }
  absl::Span<const Target> OfRoot(RootId root) const {
    return OfSource(size_t{patterns_} + root);
  }
  // Ahead of OfPattern(): where it says what triggers, and what that is. Each
  // in its turn; the tables of a large set are in no cache.
  void PrefetchHead(PatternId pattern) const {
    __builtin_prefetch(heads_.data() + pattern);
  }
  void PrefetchTargets(PatternId pattern) const {
    if (HasSeveral(heads_[pattern])) {
      __builtin_prefetch(targets_.data() + (heads_[pattern] & ~kSeveral));
    }
  }
  // Lists that no pattern can rule out, in rising order.
  absl::Span<const ListSlot> always() const { return always_; }
  // Conditions on metadata all of which must hold for a list to hold: asked
  // before its text is looked at.
  absl::Span<const MetaId> MetasOf(ListSlot slot) const {
    if (metas_.empty()) {
      return {};
    }
    return {metas_.data() + meta_begins_[slot],
            meta_begins_[slot + 1] - meta_begins_[slot]};
  }

  // Whether what was opened names only targets that the program has.
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
  // What a head is that is no target.
  static constexpr Target kSeveral = Target{1} << 30;
  static constexpr Target kNothing = UINT32_MAX;
  static bool HasSeveral(Target head) {
    return head != kNothing && (head & kSeveral) != 0;
  }
  // Sources are patterns, and behind them roots.
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
  // By source its only target, or kSeveral and where in targets_ their number
  // and they themselves stand. PERF: of a million lists of a word each has one,
  // which is then a load less that waits for the memory.
  FlatArray<Target> heads_;
  FlatArray<Target> targets_;
  FlatArray<ListSlot> always_;
  // Of a slot: metas_[meta_begins_[slot], meta_begins_[slot + 1]). Both empty
  // where no list has any.
  FlatArray<uint32_t> meta_begins_;
  FlatArray<MetaId> metas_;
};

}  // namespace presshawk
