// SPDX-License-Identifier: Apache-2.0
#include "matchers/plan/evaluator.h"

#include <algorithm>
#include <optional>

#include "core/base/check.h"
#include "core/base/cycle_clock.h"
#include "core/base/utf8.h"
#include "core/text/surface.h"
#include "matchers/plan/window.h"

namespace presshawk {
namespace {

// How much of the body `lead:` covers (SPEC QUERY-12).
constexpr uint32_t kLeadTokens = 60;

// Past the last byte of the first kLeadTokens tokens of the body.
uint32_t FindLeadEnd(const ArticleText& text) {
  const ByteSpan body = text.FieldSpan(Field::kBody);
  const std::string_view canonical = text.canonical();
  uint32_t at = body.begin;
  for (uint32_t spaces = 0; at < body.end; ++at) {
    if (canonical[at] == ' ' && spaces++ == kLeadTokens) {
      return at;
    }
  }
  return body.end;
}

}  // namespace

Evaluator::Evaluator(const Program& program, const TriggerPlanner& planner)
    : program_(program),
      planner_(planner),
      triggers_(&planner.current()),
      roots_(program.roots.size()),
      terms_(program.terms.size()),
      metas_(program.meta_fields.size()),
      triggered_(program.lists.size() + program.roots.size()),
      held_(program.lists.size()),
      collected_roots_(program.roots.size()) {}

void Evaluator::StartArticle(const Article& article, const ArticleText& text,
                             const HitStore& hits) {
  article_ = &article;
  text_ = &text;
  hits_ = &hits;
  triggers_ = &planner_.current();
  if (++stamp_ == 0) {  // Wrapped after 4 billion articles.
    roots_.assign(roots_.size(), {});
    terms_.assign(terms_.size(), {});
    metas_.assign(metas_.size(), {});
    triggered_.assign(triggered_.size(), 0);
    meta_values_stamp_ = {};
    stamp_ = 1;
  }
  for (const Field field : kFields) {
    field_ends_[static_cast<size_t>(field)] = text.FieldSpan(field).end;
  }
  first_tokens_ready_ = false;
  lead_end_ = 0;
  zones_known_ = false;
  occurrences_.clear();
  abandoned_.clear();
}

void Evaluator::Evaluate(const Article& article, const ArticleText& text,
                         const HitStore& hits, std::vector<ListSlot>* slots) {
  slots->clear();
  StartArticle(article, text, hits);
  CollectCandidates(slots);
  size_t held = 0;
  evaluated_ = 0;
  for (const ListSlot slot : *slots) {
    if (!MetadataHolds(slot)) {
      continue;
    }
    ++evaluated_;
    const Answer answer = record_ == nullptr ? AnswerRoot(program_.lists[slot])
                                             : RecordedAnswer(slot);
    if (answer == Answer::kYes) {
      held_.Add(slot);
      ++held;
    } else if (answer == Answer::kAbandoned) {
      abandoned_.push_back(
          {slot,
           "a window took more than 100,000 steps, or a regular expression "
           "more than 1,000,000 plus 100 per byte"});
    }
  }
  slots->clear();
  held_.MoveTo(slots);
  evaluated_ += slots->size() - held;
}

bool Evaluator::MetadataHolds(ListSlot slot) {
  const absl::Span<const MetaId> metas = triggers_->MetasOf(slot);
  return std::all_of(metas.begin(), metas.end(),
                     [this](MetaId meta) { return MetaHolds(meta); });
}

void Evaluator::CollectCandidates(std::vector<ListSlot>* slots) {
  slots->assign(triggers_->always().begin(), triggers_->always().end());
  pending_targets_.clear();
  const absl::Span<const HitStore::Occurring> occurring = hits_->occurring();
  for (const HitStore::Occurring& one : occurring) {
    triggers_->PrefetchHead(one.pattern);
  }
  for (const HitStore::Occurring& one : occurring) {
    triggers_->PrefetchTargets(one.pattern);
  }
  for (const HitStore::Occurring& one : occurring) {
    Trigger(triggers_->OfPattern(one.pattern), one.first, slots);
  }
  const auto lists = static_cast<uint32_t>(program_.lists.size());
  while (!pending_targets_.empty()) {
    const Triggers::Target target = pending_targets_.back();
    pending_targets_.pop_back();
    Trigger(triggers_->OfRoot(target - lists), HitStore::kNone, slots);
  }
}

void Evaluator::Trigger(absl::Span<const Triggers::Target> targets,
                        uint32_t first_hit, std::vector<ListSlot>* slots) {
  std::optional<bool> in_default_fields;
  for (const Triggers::Target flagged : targets) {
    const Triggers::Target target = flagged & ~Triggers::kDirect;
    if (flagged != target) {
      if (!in_default_fields.has_value()) {
        in_default_fields = InDefaultFields(first_hit);
      }
      if (*in_default_fields) {
        held_.Add(target);
      }
      continue;
    }
    if (triggered_[target] == stamp_) {
      continue;
    }
    triggered_[target] = stamp_;
    if (target < program_.lists.size()) {
      slots->push_back(target);
    } else {
      pending_targets_.push_back(target);
    }
  }
}

bool Evaluator::InDefaultFields(uint32_t first_hit) {
  for (uint32_t i = first_hit; i != HitStore::kNone; i = hits_->hit(i).next) {
    const ByteSpan span = hits_->hit(i).span;
    if (InScope(FieldOf(span.begin), span.end, Scope())) {
      return true;
    }
  }
  return false;
}

// With a stack of our own: references may chain without end.
Evaluator::Answer Evaluator::AnswerRoot(RootId root) {
  pending_roots_.assign(1, root);
  while (!pending_roots_.empty()) {
    const RootId id = pending_roots_.back();
    RootState& state = roots_[id];
    if (state.article == stamp_) {
      pending_roots_.pop_back();
      continue;
    }
    const size_t size = pending_roots_.size();
    for (const RootId reference : program_.ReferencesOf(id)) {
      if (roots_[reference].article != stamp_) {
        pending_roots_.push_back(reference);
      }
    }
    if (pending_roots_.size() > size) {
      continue;
    }
    pending_roots_.pop_back();
    state.answer = AnswerCondition(program_.roots[id].node);
    state.article = stamp_;
  }
  return roots_[root].answer;
}

// Zones cost more than most conditions, so they are found only where the list
// may hold (SPEC ZONE-5). Before that, each hit of an editorial scope is taken to
// stand in the story. NOT and the second operand of NOTNEAR turn that around;
// no other form holds for fewer hits and not for more. What does not hold by
// such a guess therefore does not hold.
Evaluator::Answer Evaluator::AnswerCondition(NodeId node) {
  evaluation_abandoned_ = false;
  guessed_ = false;
  may_guess_ = true;
  bool holds = Holds(node);
  may_guess_ = false;
  if (guessed_ && (holds || evaluation_abandoned_)) {
    evaluation_abandoned_ = false;
    holds = Holds(node);
  }
  return evaluation_abandoned_ ? Answer::kAbandoned
         : holds               ? Answer::kYes
                               : Answer::kNo;
}

Evaluator::Answer Evaluator::RecordedAnswer(ListSlot slot) {
  const uint64_t begin = CycleClockNow();
  const Answer answer = AnswerRoot(program_.lists[slot]);
  EvaluationRecord::ListWork& work = record_->lists[slot];
  ++work.evaluations;
  work.ticks += CycleClockNow() - begin;
  return answer;
}

bool Evaluator::Holds(NodeId id) {
  const ProgramNode& node = program_.nodes[id];
  switch (node.kind) {
    case NodeKind::kTerm:
      return TermHolds(node);
    case NodeKind::kAnd:
      for (uint32_t i = 0; i < node.child_count; ++i) {
        if (!Holds(Child(node, i))) {
          return false;
        }
      }
      return true;
    case NodeKind::kOr:
      for (uint32_t i = 0; i < node.child_count; ++i) {
        if (Holds(Child(node, i))) {
          return true;
        }
      }
      return false;
    case NodeKind::kNot: {
      guess_ = !guess_;
      const bool holds = !Holds(Child(node, 0));
      guess_ = !guess_;
      return holds;
    }
    case NodeKind::kMeta:
      return MetaHolds(node.target);
    case NodeKind::kReference: {
      // AnswerRoot() answered what a root refers to before the root.
      const RootState& state = roots_[node.target];
      evaluation_abandoned_ |= state.answer == Answer::kAbandoned;
      return state.answer == Answer::kYes;
    }
    case NodeKind::kWindow:
      return WindowHolds(node);
    case NodeKind::kNear:
    case NodeKind::kONear:
      return NearHolds(node);
    default:
      return PositionsHold(node);
  }
}

bool Evaluator::TermHolds(const ProgramNode& node) {
  const Term& term = program_.terms[node.target];
  if (term.surface == Term::kNone && term.regex == Term::kNone &&
      !node.scope.editorial) {
    for (uint32_t i = hits_->First(term.pattern); i != HitStore::kNone;) {
      const HitStore::RawHit& hit = hits_->hit(i);
      if (InScope(FieldOf(hit.span.begin), hit.span.end, node.scope)) {
        return true;
      }
      i = hit.next;
    }
    return false;
  }
  const auto occurrences = OccurrencesOf(node.target, false);
  return std::any_of(
      occurrences.begin(), occurrences.end(),
      [&](const Occurrence& o) { return InScope(o, node.scope); });
}

bool Evaluator::MetaHolds(MetaId meta) {
  RootState& state = metas_[meta];
  if (state.article == stamp_) {
    return state.answer == Answer::kYes;
  }
  const MetaField meta_field = program_.meta_fields[meta];
  const auto field = static_cast<size_t>(meta_field);
  MetaValues& values = meta_values_[field];
  if (meta_values_stamp_[field] != stamp_) {
    meta_values_stamp_[field] = stamp_;
    values.Clear();
    AppendMetaValues(meta_field, *article_, &values);
  }
  const absl::Span<const std::string> all = values.all();
  const bool holds =
      std::any_of(all.begin(), all.end(), [&](const std::string& value) {
        return MetaMatches(meta_field, program_.meta_values[meta], value);
      });
  state = {stamp_, holds ? Answer::kYes : Answer::kNo};
  return holds;
}

bool Evaluator::PositionsHold(const ProgramNode& node) {
  Gather(Child(node, 0), KeepsUnplaced(node.kind), &group_a_);
  if (group_a_.empty()) {
    return false;
  }
  switch (node.kind) {
    case NodeKind::kAtLeast:
      return CountDisjointOf(Child(node, 0), group_a_) >= node.n;
    case NodeKind::kFirst:
      return std::any_of(
          group_a_.begin(), group_a_.end(), [&](const Occurrence& o) {
            return o.token_begin - FirstTokenOf(o.field) < node.n;
          });
    default:
      break;
  }
  if (node.kind == NodeKind::kNotNear) {
    GatherUnwanted(Child(node, 1), &group_b_);
    marks_a_.assign(group_a_.size(), false);
    return MarkNotNear(group_a_, group_b_, node.n, &marks_a_);
  }
  Gather(Child(node, 1), Unplaced::kDrop, &group_b_);
  if (node.kind == NodeKind::kSentence || node.kind == NodeKind::kParagraph) {
    FindUnits(node.kind, group_a_, &units_a_);
    FindUnits(node.kind, group_b_, &units_b_);
    marks_a_.assign(group_a_.size(), false);
    return MarkUnitPairs(group_a_, units_a_, group_b_, units_b_, &marks_a_);
  }
  PRESSHAWK_CHECK(false);
  return false;
}

// `the NEAR/5 X` costs what X occurs, not what `the` does: each occurrence of
// the operand that has fewer is looked for beside those of the other's terms,
// which are sorted.
bool Evaluator::NearHolds(const ProgramNode& node) {
  const NodeId a = Child(node, 0);
  const NodeId b = Child(node, 1);
  const OperandSize size_a = SizeOf(a);
  if (size_a.occurrences == 0) {
    return false;
  }
  const OperandSize size_b = SizeOf(b);
  if (size_b.occurrences == 0) {
    return false;
  }
  const bool a_is_few = size_a.occurrences <= size_b.occurrences;
  const OperandSize& few = a_is_few ? size_a : size_b;
  const OperandSize& many = a_is_few ? size_b : size_a;
  // Else sorted together, so that long operands cost n log n.
  constexpr uint64_t kProbesAnOccurrence = 4;
  if (many.has_regex || many.is_editorial ||
      uint64_t{few.occurrences} * many.terms >
          kProbesAnOccurrence * (few.occurrences + many.occurrences)) {
    Gather(a, Unplaced::kDrop, &group_a_);
    Gather(b, Unplaced::kDrop, &group_b_);
    return HasPair(group_a_, group_b_, node.n) ||
           (node.kind == NodeKind::kNear &&
            HasPair(group_b_, group_a_, node.n));
  }
  // PERF: one by one, where they lie: of two words of every sentence the first
  // pair is the answer. SizeOf() found all, so that none moves.
  const ProgramNode& probes = program_.nodes[a_is_few ? a : b];
  const bool either = node.kind == NodeKind::kNear;
  for (uint32_t i = 0; i < LeafCount(probes); ++i) {
    const ProgramNode& term = Leaf(probes, i);
    for (const Occurrence& one : OccurrencesOf(term.target, true)) {
      if (InScope(one, term.scope) && one.token_end != 0 &&
          IsBeside(one, a_is_few ? b : a, node.n, either || a_is_few,
                   either || !a_is_few)) {
        return true;
      }
    }
  }
  return false;
}

Evaluator::OperandSize Evaluator::SizeOf(NodeId operand) {
  const ProgramNode& node = program_.nodes[operand];
  OperandSize size;
  for (uint32_t i = 0; i < LeafCount(node); ++i) {
    const TermId term = Leaf(node, i).target;
    const auto count = static_cast<uint32_t>(OccurrencesOf(term, true).size());
    size.occurrences += count;
    size.terms += count > 0 ? 1 : 0;
    size.has_regex |= program_.terms[term].regex != Term::kNone;
    size.is_editorial |= Leaf(node, i).scope.editorial;
  }
  return size;
}

// Only the nearest of a term's occurrences need be looked at. It is in scope if
// any at that distance is: scopes are whole fields, or the body's beginning,
// unless they are editorial, which NearHolds() sees to.
bool Evaluator::IsBeside(const Occurrence& one, NodeId operand, uint32_t n,
                         bool behind, bool before) {
  const ProgramNode& node = program_.nodes[operand];
  for (uint32_t leaf = 0; leaf < LeafCount(node); ++leaf) {
    const ProgramNode& term = Leaf(node, leaf);
    const absl::Span<const Occurrence> others =
        OccurrencesOf(term.target, true);
    if (others.empty()) {
      continue;
    }
    const Occurrence* const next =
        behind ? NextWithin(one, others, n) : nullptr;
    if (next != nullptr && InScope(*next, term.scope)) {
      return true;
    }
    const Occurrence* const last =
        before ? LastWithin(one, others, n) : nullptr;
    if (last != nullptr && InScope(*last, term.scope)) {
      return true;
    }
  }
  return false;
}

bool Evaluator::WindowHolds(const ProgramNode& node) {
  for (uint32_t i = 0; i < node.child_count; ++i) {
    Gather(Child(node, i), Unplaced::kDrop, &window_pieces_[i]);
    if (window_pieces_[i].empty()) {
      return false;
    }
  }
  const WindowResult result =
      FindWindows({window_pieces_.data(), node.child_count}, node.n, nullptr);
  evaluation_abandoned_ |= result == WindowResult::kAbandoned;
  return result == WindowResult::kFound;
}

absl::Span<const Occurrence> Evaluator::OccurrencesOf(TermId id,
                                                      bool with_tokens) {
  TermState& state = terms_[id];
  const Term& term = program_.terms[id];
  if (state.article != stamp_) {
    state = {.article = stamp_,
             .begin = static_cast<uint32_t>(occurrences_.size())};
    if (term.regex != Term::kNone) {
      state.abandoned = !FindRegex(term);
      state.has_tokens = true;
    } else {
      FindTerm(term);
    }
    state.count = static_cast<uint32_t>(occurrences_.size()) - state.begin;
  }
  evaluation_abandoned_ |= state.abandoned;
  Occurrence* const begin = occurrences_.data() + state.begin;
  if (with_tokens && !state.has_tokens) {
    state.has_tokens = true;
    for (Occurrence* o = begin; o != begin + state.count; ++o) {
      o->token_begin =
          FirstTokenOf(o->field) + text_->TokenIndex(o->span.begin);
      o->token_end = o->token_begin + term.tokens;
    }
  }
  return {begin, state.count};
}

void Evaluator::FindTerm(const Term& term) {
  std::optional<SurfaceCondition> surface;
  if (term.surface != Term::kNone) {
    surface.emplace(program_.surfaces[term.surface]);
  }
  for (uint32_t i = hits_->First(term.pattern); i != HitStore::kNone;
       i = hits_->hit(i).next) {
    Occurrence occurrence;
    occurrence.span = hits_->hit(i).span;
    occurrence.field = FieldOf(occurrence.span.begin);
    if (!surface.has_value() ||
        surface->Holds(*text_, occurrence.field, occurrence.span)) {
      occurrences_.push_back(occurrence);
    }
  }
}

bool Evaluator::FindRegex(const Term& term) {
  bool complete = true;
  for (uint32_t i = hits_->First(term.pattern); i != HitStore::kNone;
       i = hits_->hit(i).next) {
    Occurrence occurrence;
    occurrence.space = Hit::Space::kOriginal;
    occurrence.field = static_cast<Field>(hits_->hit(i).span.begin);
    complete &= regex_search_.FindAll(*program_.regexes[term.regex],
                                      text_->original(occurrence.field),
                                      &regex_matches_);
    for (const ByteSpan& match : regex_matches_) {
      const ArticleText::TokenSpan tokens =
          text_->TokensTouching(occurrence.field, match);
      const uint32_t first = FirstTokenOf(occurrence.field);
      occurrence.span = match;
      occurrence.token_begin = first + tokens.begin;
      occurrence.token_end =
          tokens.begin == tokens.end ? 0 : first + tokens.end;
      occurrences_.push_back(occurrence);
    }
  }
  return complete;
}

void Evaluator::Gather(NodeId operand, Unplaced unplaced,
                       std::vector<Occurrence>* group) {
  group->clear();
  const ProgramNode& node = program_.nodes[operand];
  for (uint32_t leaf = 0; leaf < LeafCount(node); ++leaf) {
    const ProgramNode& term = Leaf(node, leaf);
    for (Occurrence occurrence : OccurrencesOf(term.target, true)) {
      if (InScope(occurrence, term.scope) &&
          (occurrence.token_end != 0 || unplaced == Unplaced::kKeep)) {
        occurrence.leaf = leaf;
        group->push_back(occurrence);
      }
    }
  }
  if (LeafCount(node) > 1) {
    std::sort(group->begin(), group->end(),
              [](const Occurrence& a, const Occurrence& b) {
                return a.token_begin != b.token_begin
                           ? a.token_begin < b.token_begin
                           : a.span.begin < b.span.begin;
              });
  }
}

void Evaluator::GatherUnwanted(NodeId operand, std::vector<Occurrence>* group) {
  guess_ = !guess_;
  Gather(operand, Unplaced::kDrop, group);
  guess_ = !guess_;
}

bool Evaluator::HasRegex(NodeId operand) const {
  const ProgramNode& node = program_.nodes[operand];
  for (uint32_t i = 0; i < LeafCount(node); ++i) {
    if (program_.terms[Leaf(node, i).target].regex != Term::kNone) {
      return true;
    }
  }
  return false;
}

uint32_t Evaluator::CountDisjointOf(NodeId operand,
                                    absl::Span<const Occurrence> group) {
  if (!HasRegex(operand)) {
    return CountDisjoint(group);
  }
  const bool all_regex = std::all_of(
      group.begin(), group.end(),
      [](const Occurrence& o) { return o.space == Hit::Space::kOriginal; });
  stretches_.clear();
  for (const Occurrence& o : group) {
    const uint64_t field = static_cast<uint64_t>(o.field) << 32;
    stretches_.push_back(all_regex
                             ? Stretch{field | o.span.begin, field | o.span.end,
                                       Stretch::Of::kRegex}
                             : StretchOf(o));
  }
  return CountDisjointStretches(&stretches_);
}

// The gap before token t is place 2t, the token itself place 2t + 1.
Stretch Evaluator::StretchOf(const Occurrence& o) {
  if (o.space == Hit::Space::kCanonical) {
    return {(uint64_t{o.token_begin} * 2 + 1) << 32,
            (uint64_t{o.token_end} * 2 - 1) << 32 | UINT32_MAX,
            Stretch::Of::kTerm};
  }
  const std::string_view text = text_->original(o.field);
  const uint64_t first_token = FirstTokenOf(o.field);
  const auto tokens_at = [&](uint32_t begin) {
    return text_->TokensTouching(o.field,
                                 {begin, begin + Utf8Size(text[begin])});
  };
  uint32_t last = o.span.end - 1;
  while (last > o.span.begin && IsUtf8Continuation(text[last])) {
    --last;
  }
  const ArticleText::TokenSpan head = tokens_at(o.span.begin);
  const ArticleText::TokenSpan tail = tokens_at(last);
  const uint64_t from =
      (first_token + head.begin) * 2 + (head.begin != head.end ? 1 : 0);
  const uint64_t to = tail.begin != tail.end ? (first_token + tail.end) * 2 - 1
                                             : (first_token + tail.begin) * 2;
  return {from << 32 | o.span.begin, to << 32 | o.span.end,
          o.token_end == 0 ? Stretch::Of::kUnplacedRegex : Stretch::Of::kRegex};
}

void Evaluator::FindUnits(NodeKind kind, absl::Span<const Occurrence> group,
                          std::vector<UnitRange>* units) const {
  const auto unit = kind == NodeKind::kSentence ? ArticleText::Unit::kSentence
                                                : ArticleText::Unit::kParagraph;
  units->clear();
  for (const Occurrence& o : group) {
    const ByteSpan source = o.space == Hit::Space::kOriginal
                                ? o.span
                                : text_->ToOriginal(o.field, o.span);
    const uint64_t field = static_cast<uint64_t>(o.field) << 32;
    units->push_back({field | text_->UnitAt(unit, o.field, source.begin),
                      field | text_->UnitAt(unit, o.field, source.end - 1)});
  }
}

uint32_t Evaluator::FirstTokenOf(Field field) {
  if (!first_tokens_ready_) {
    first_tokens_ready_ = true;
    uint32_t next = kFieldGapTokens;
    for (const Field f : kFields) {
      first_tokens_[static_cast<size_t>(f)] = next;
      next += text_->TokenCount(f) + kFieldGapTokens;
    }
  }
  return first_tokens_[static_cast<size_t>(field)];
}

Field Evaluator::FieldOf(uint32_t offset) const {
  size_t field = 0;
  while (offset >= field_ends_[field]) {
    ++field;
  }
  return static_cast<Field>(field);
}

bool Evaluator::InScope(const Occurrence& occurrence, Scope scope) {
  const bool is_inside =
      occurrence.space == Hit::Space::kOriginal
          ? (scope.fields & MaskOf(occurrence.field)) != 0 &&
                (!scope.lead || RegexInLead(occurrence))
          : InScope(occurrence.field, occurrence.span.end, scope);
  return is_inside && (!scope.editorial || InStory(occurrence));
}

bool Evaluator::InStory(const Occurrence& occurrence) {
  if (occurrence.field != Field::kBody) {
    return true;  // A scope with the author has no story in it.
  }
  if (!zones_known_) {
    if (may_guess_) {
      guessed_ = true;
      return guess_;
    }
    zones_.Assign(text_->original(Field::kTitle),
                  text_->original(Field::kBody));
    zones_known_ = true;
  }
  const uint32_t begin =
      occurrence.space == Hit::Space::kOriginal
          ? occurrence.span.begin
          : text_->ToOriginal(occurrence.field, occurrence.span).begin;
  return zones_.InStory(occurrence.field, begin);
}

bool Evaluator::RegexInLead(const Occurrence& occurrence) {
  const uint32_t end =
      std::max(occurrence.token_end, occurrence.token_begin + 1);
  return occurrence.field != Field::kBody ||
         end - FirstTokenOf(Field::kBody) <= kLeadTokens;
}

bool Evaluator::InScope(Field field, uint32_t end, Scope scope) {
  if ((scope.fields & MaskOf(field)) == 0) {
    return false;
  }
  if (!scope.lead || field != Field::kBody) {
    return true;
  }
  if (lead_end_ == 0) {
    lead_end_ = FindLeadEnd(*text_);
  }
  return end <= lead_end_;
}

}  // namespace presshawk
