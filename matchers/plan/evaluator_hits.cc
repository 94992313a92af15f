// SPDX-License-Identifier: Apache-2.0
// The second pass, per alert: the hits that make a list true (SPEC A41, A42).
#include <algorithm>

#include "matchers/plan/evaluator.h"
#include "matchers/plan/window.h"

namespace presshawk {

void Evaluator::CollectHits(ListSlot slot, const ArticleText& text,
                            std::vector<Hit>* hits) {
  hits->clear();
  text_ = &text;
  order_ = 0;
  if (++collection_ == 0) {
    collected_roots_.assign(collected_roots_.size(), 0);
    collection_ = 1;
  }
  // In written order, so that `order_` rises with it; a list that is referred
  // to twice gives the same hits the second time.
  const RootId root = program_.lists[slot];
  collected_roots_[root] = collection_;
  pending_nodes_.assign(1, program_.roots[root].node);
  while (!pending_nodes_.empty()) {
    const ProgramNode& node = program_.nodes[pending_nodes_.back()];
    pending_nodes_.pop_back();
    switch (node.kind) {
      case NodeKind::kAnd:
        for (uint32_t i = node.child_count; i-- > 0;) {
          pending_nodes_.push_back(Child(node, i));
        }
        break;
      case NodeKind::kOr:
        for (uint32_t i = node.child_count; i-- > 0;) {
          if (Holds(Child(node, i))) {
            pending_nodes_.push_back(Child(node, i));
          }
        }
        break;
      case NodeKind::kReference:
        if (collected_roots_[node.target] != collection_) {
          collected_roots_[node.target] = collection_;
          pending_nodes_.push_back(program_.roots[node.target].node);
        }
        break;
      case NodeKind::kNot:
      case NodeKind::kMeta:
        break;
      default:
        CollectNode(node, hits);
    }
  }
}

void Evaluator::CollectNode(const ProgramNode& node, std::vector<Hit>* hits) {
  switch (node.kind) {
    case NodeKind::kTerm:
      for (const Occurrence& o : OccurrencesOf(node.target, false)) {
        if (InScope(o, node.scope)) {
          hits->push_back({.field = o.field,
                           .space = o.space,
                           .span = o.span,
                           .term = program_.shown[node.shown],
                           .order = order_});
        }
      }
      ++order_;
      return;
    case NodeKind::kWindow:
      return CollectWindows(node, hits);
    case NodeKind::kAtLeast:
      Gather(Child(node, 0), Unplaced::kKeep, &group_a_);
      return EmitGroup(Child(node, 0), group_a_, nullptr, hits);
    case NodeKind::kFirst:
      Gather(Child(node, 0), Unplaced::kDrop, &group_a_);
      marks_a_.assign(group_a_.size(), false);
      for (size_t i = 0; i < group_a_.size(); ++i) {
        marks_a_[i] =
            group_a_[i].token_begin - FirstTokenOf(group_a_[i].field) < node.n;
      }
      return EmitGroup(Child(node, 0), group_a_, &marks_a_, hits);
    default:
      return CollectPairs(node, hits);
  }
}

void Evaluator::CollectPairs(const ProgramNode& node, std::vector<Hit>* hits) {
  Gather(Child(node, 0), KeepsUnplaced(node.kind), &group_a_);
  Gather(Child(node, 1), Unplaced::kDrop, &group_b_);
  marks_a_.assign(group_a_.size(), false);
  marks_b_.assign(group_b_.size(), false);
  if (node.kind == NodeKind::kNotNear) {
    MarkNotNear(group_a_, group_b_, node.n, &marks_a_);
    return EmitGroup(Child(node, 0), group_a_, &marks_a_, hits);
  }
  if (node.kind == NodeKind::kSentence || node.kind == NodeKind::kParagraph) {
    FindUnits(node.kind, group_a_, &units_a_);
    FindUnits(node.kind, group_b_, &units_b_);
    MarkUnitPairs(group_a_, units_a_, group_b_, units_b_, &marks_a_);
    MarkUnitPairs(group_b_, units_b_, group_a_, units_a_, &marks_b_);
  } else {
    MarkPairs(group_a_, group_b_, node.n, &marks_a_, &marks_b_);
  }
  if (node.kind == NodeKind::kNear) {
    MarkPairs(group_b_, group_a_, node.n, &marks_b_, &marks_a_);
  }
  EmitGroup(Child(node, 0), group_a_, &marks_a_, hits);
  EmitGroup(Child(node, 1), group_b_, &marks_b_, hits);
}

void Evaluator::CollectWindows(const ProgramNode& node,
                               std::vector<Hit>* hits) {
  for (uint32_t i = 0; i < node.child_count; ++i) {
    Gather(Child(node, i), Unplaced::kDrop, &window_pieces_[i]);
  }
  std::vector<TokenWindow> windows;
  FindWindows({window_pieces_.data(), node.child_count}, node.n, &windows);
  for (const TokenWindow& window : windows) {
    hits->push_back({.field = window.field,
                     .span = {window.byte_begin, window.byte_end},
                     .term = program_.shown[node.shown],
                     .order = order_});
  }
  ++order_;
}

void Evaluator::EmitGroup(NodeId operand, absl::Span<const Occurrence> group,
                          const std::vector<bool>* marks,
                          std::vector<Hit>* hits) {
  const ProgramNode& node = program_.nodes[operand];
  for (size_t i = 0; i < group.size(); ++i) {
    if (marks != nullptr && !(*marks)[i]) {
      continue;
    }
    const ProgramNode& term = Leaf(node, group[i].leaf);
    hits->push_back({.field = group[i].field,
                     .space = group[i].space,
                     .span = group[i].span,
                     .term = program_.shown[term.shown],
                     .order = order_ + group[i].leaf});
  }
  order_ += LeafCount(node);
}

}  // namespace presshawk
