// SPDX-License-Identifier: Apache-2.0
// Decides which lists hold for an article, from the hits of a scanner.
//
//   scanner->Scan(text.canonical(), &hits);
//   evaluator.Evaluate(article, text, hits, &slots);
//   for (ListSlot slot : slots) evaluator.CollectHits(slot, text, &list_hits);
//
// Only the lists that a trigger names are evaluated, each once, after the scan.
// Answers that several lists need (referred lists, metadata conditions,
// occurrences of terms) are computed once per article, when first asked for.
// Each answer carries the number of its article, and none is ever cleared.
//
// THREAD SAFETY. None: each worker has an evaluator of its own.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/matching/matcher.h"
#include "core/model/article.h"
#include "core/model/hit.h"
#include "core/text/article_text.h"
#include "core/zones/article_zones.h"
#include "matchers/plan/evaluation_record.h"
#include "matchers/plan/hit_store.h"
#include "matchers/plan/metadata.h"
#include "matchers/plan/positions.h"
#include "matchers/plan/program.h"
#include "matchers/plan/slot_set.h"
#include "matchers/plan/trigger_planner.h"
#include "matchers/plan/triggers.h"
#include "matchers/regex/regex.h"

namespace presshawk {

class Evaluator {
 public:
  // Both must outlive the evaluator.
  Evaluator(const Program& program, const TriggerPlanner& planner);

  // Implements Matcher::Evaluate(). `hits` belong to the article; they must
  // stay alive and unchanged until the last CollectHits().
  void Evaluate(const Article& article, const ArticleText& text,
                const HitStore& hits, std::vector<ListSlot>* slots);
  absl::Span<const AbandonedEvaluation> abandoned() const { return abandoned_; }
  // The number of lists that the last Evaluate() looked at: those that a
  // trigger named and whose metadata conditions hold.
  size_t evaluated() const { return evaluated_; }
  // Whether a list of the article needed its zones.
  bool found_zones() const { return zones_known_; }
  // Implements Matcher::CollectHits().
  void CollectHits(ListSlot slot, const ArticleText& text,
                   std::vector<Hit>* hits);

  // Makes Evaluate() add to *record, which has one entry per slot; null ends
  // the recording. It costs two readings of the clock per list.
  void RecordTo(EvaluationRecord* record) { record_ = record; }

 private:
  enum class Answer : uint8_t { kNo, kYes, kAbandoned };
  struct RootState {
    uint32_t article = 0;
    Answer answer = Answer::kNo;
  };
  struct TermState {
    uint32_t article = 0;
    uint32_t begin = 0;
    uint32_t count = 0;
    bool has_tokens = false;
    bool abandoned = false;  // The search of a regex was given up.
  };
  // Says whether occurrences without a position are dropped or kept.
  enum class Unplaced : uint8_t { kDrop, kKeep };

  void StartArticle(const Article& article, const ArticleText& text,
                    const HitStore& hits);
  void CollectCandidates(std::vector<ListSlot>* slots);
  // Adds the lists that the targets name to *slots, and those that hold at once
  // to held_. `first_hit` is that of the pattern that triggers, if it is one.
  void Trigger(absl::Span<const Triggers::Target> targets, uint32_t first_hit,
               std::vector<ListSlot>* slots);
  bool InDefaultFields(uint32_t first_hit);
  bool MetadataHolds(ListSlot slot);
  Answer AnswerRoot(RootId root);
  // The answer for the condition of a root, whose references have theirs.
  Answer AnswerCondition(NodeId node);
  Answer RecordedAnswer(ListSlot slot);
  bool Holds(NodeId id);
  bool TermHolds(const ProgramNode& node);
  bool MetaHolds(MetaId meta);
  bool PositionsHold(const ProgramNode& node);
  bool WindowHolds(const ProgramNode& node);
  bool NearHolds(const ProgramNode& node);
  // Counts the occurrences of an operand in this article, in any scope.
  struct OperandSize {
    uint32_t terms = 0;  // The number of its terms that occur.
    uint32_t occurrences = 0;
    bool has_regex = false;
    bool is_editorial = false;  // A term looks in the story alone.
  };
  OperandSize SizeOf(NodeId operand);
  // Replaces *group by the occurrences of the operand that NOTNEAR keeps away
  // from, as Gather() does.
  void GatherUnwanted(NodeId operand, std::vector<Occurrence>* group);
  // Whether any term of the operand is a regex, whether it occurs or not.
  bool HasRegex(NodeId operand) const;
  // The largest number of occurrences in a group of which no two overlap.
  uint32_t CountDisjointOf(NodeId operand, absl::Span<const Occurrence> group);
  // Where an occurrence lies among the tokens of its article and the gaps
  // between them. Within a gap or a token, a regex's match counts in bytes.
  Stretch StretchOf(const Occurrence& occurrence);
  // Whether an occurrence of the operand stands behind `one` (if `behind`) or
  // in front of it (if `before`), with at most n words between them.
  // REQUIRES: the operand has no regex.
  bool IsBeside(const Occurrence& one, NodeId operand, uint32_t n, bool behind,
                bool before);

  // The occurrences of the term in all fields that meet its surface condition,
  // with token positions if `with_tokens`. Valid until the next call.
  absl::Span<const Occurrence> OccurrencesOf(TermId term, bool with_tokens);
  // An occurrence without a position is near nothing, so NOTNEAR counts it for
  // its first operand, and so does atleast.
  static Unplaced KeepsUnplaced(NodeKind kind) {
    return kind == NodeKind::kAtLeast || kind == NodeKind::kNotNear
               ? Unplaced::kKeep
               : Unplaced::kDrop;
  }
  // Appends the term's occurrences to occurrences_.
  void FindTerm(const Term& term);
  // Appends the regex's matches in the fields of `term` to occurrences_.
  // Returns false if a search was given up.
  bool FindRegex(const Term& term);
  // Replaces *group by the occurrences of an operand in its scope, sorted by
  // token_begin.
  void Gather(NodeId operand, Unplaced unplaced,
              std::vector<Occurrence>* group);
  // Finds the sentences or paragraphs that each occurrence of a group touches.
  void FindUnits(NodeKind kind, absl::Span<const Occurrence> group,
                 std::vector<UnitRange>* units) const;
  uint32_t FirstTokenOf(Field field);
  Field FieldOf(uint32_t offset) const;
  bool InScope(const Occurrence& occurrence, Scope scope);
  bool RegexInLead(const Occurrence& occurrence);
  // For a scope that is not editorial.
  bool InScope(Field field, uint32_t end, Scope scope);
  // Whether the occurrence begins in the story. It finds the zones of the
  // article, or guesses if it may.
  bool InStory(const Occurrence& occurrence);

  void CollectNode(const ProgramNode& node, std::vector<Hit>* hits);
  void CollectPairs(const ProgramNode& node, std::vector<Hit>* hits);
  void CollectWindows(const ProgramNode& node, std::vector<Hit>* hits);
  void EmitGroup(NodeId operand, absl::Span<const Occurrence> group,
                 const std::vector<bool>* marks, std::vector<Hit>* hits);
  NodeId Child(const ProgramNode& node, uint32_t index) const {
    return program_.children[node.first_child + index];
  }
  // A positional operand is a term, or an OR of terms: its leaves.
  static uint32_t LeafCount(const ProgramNode& operand) {
    return operand.kind == NodeKind::kTerm ? 1 : operand.child_count;
  }
  const ProgramNode& Leaf(const ProgramNode& operand, uint32_t index) const {
    return operand.kind == NodeKind::kTerm
               ? operand
               : program_.nodes[Child(operand, index)];
  }

  const Program& program_;
  const TriggerPlanner& planner_;
  const Triggers* triggers_;  // The planner's, as they were for this article.
  EvaluationRecord* record_ = nullptr;

  const Article* article_ = nullptr;
  const ArticleText* text_ = nullptr;
  const HitStore* hits_ = nullptr;
  uint32_t stamp_ = 0;  // The number of the article.
  std::array<uint32_t, kFieldCount> field_ends_ = {};
  std::array<uint32_t, kFieldCount> first_tokens_ = {};
  bool first_tokens_ready_ = false;
  uint32_t lead_end_ = 0;  // Where `lead:` ends in the body; 0: not known yet.
  ArticleZones zones_;
  bool zones_known_ = false;
  bool may_guess_ = false;  // While zones_ are not known.
  bool guess_ = true;       // What InStory() guesses.
  bool guessed_ = false;    // It did, in this evaluation.
  bool evaluation_abandoned_ = false;
  size_t evaluated_ = 0;

  std::vector<RootState> roots_;
  std::vector<TermState> terms_;
  std::vector<RootState> metas_;
  std::vector<uint32_t> triggered_;  // By Triggers::Target: the last stamp.
  std::array<MetaValues, kMetaFieldCount> meta_values_;
  std::array<uint32_t, kMetaFieldCount> meta_values_stamp_ = {};
  std::vector<Occurrence> occurrences_;
  std::vector<AbandonedEvaluation> abandoned_;

  // Scratch.
  std::vector<Triggers::Target> pending_targets_;
  SlotSet held_;  // Lists that hold for this article.
  std::vector<RootId> pending_roots_;
  std::vector<NodeId> pending_nodes_;
  std::vector<uint32_t> collected_roots_;  // By root: the last collection_.
  uint32_t collection_ = 0;
  uint32_t order_ = 0;
  std::vector<Occurrence> group_a_, group_b_;
  std::vector<bool> marks_a_, marks_b_;
  std::vector<UnitRange> units_a_, units_b_;
  std::vector<Stretch> stretches_;
  std::array<std::vector<Occurrence>, 16> window_pieces_;
  RegexSearch regex_search_;
  std::vector<ByteSpan> regex_matches_;
};

}  // namespace presshawk
