// SPDX-License-Identifier: Apache-2.0
#include "matchers/plan/program_builder.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "core/base/str_cat.h"
#include "core/text/canonicalize.h"
#include "core/text/surface.h"
#include "matchers/plan/metadata.h"

namespace presshawk {
namespace {

std::string PatternText(const Node& node, std::string_view text) {
  return node.has_wildcards ? CanonicalizePattern(text) : Canonicalize(text);
}

}  // namespace

const Node* FindEmptyTerm(const Node& node) {
  if (node.kind == NodeKind::kTerm) {
    const bool is_empty = node.term_kind != TermKind::kRegex &&
                          PatternText(node, node.text) == " ";
    return is_empty ? &node : nullptr;
  }
  for (const auto& child : node.children) {
    if (const Node* const empty = FindEmptyTerm(*child)) {
      return empty;
    }
  }
  return nullptr;
}

uint64_t ProgramBuilder::KeyOf(const ScopedList& list) const {
  const Around around = list.around.Of(lists_[list.list]);
  const Scope& scope = around.scope;
  return uint64_t{list.list} << 16 | uint64_t{scope.fields} << 3 |
         (around.editorial ? 4 : 0) | (scope.editorial ? 2 : 0) |
         (scope.lead ? 1 : 0);
}

void ProgramBuilder::Add(uint32_t list) {
  // Depth first, with a stack of our own: references may chain without end.
  std::vector<ScopedList> pending = {{list, {}}};
  std::vector<ScopedList> references;
  while (!pending.empty()) {
    const ScopedList next = pending.back();
    if (roots_.contains(KeyOf(next))) {
      pending.pop_back();
      continue;
    }
    references.clear();
    const ParsedList& parsed = lists_[next.list];
    if (parsed.query != nullptr) {
      FindReferences(*parsed.query, next.around.Of(parsed), &references);
    }
    const size_t size = pending.size();
    for (const ScopedList& reference : references) {
      if (!roots_.contains(KeyOf(reference))) {
        pending.push_back(reference);
      }
    }
    if (pending.size() == size) {
      pending.pop_back();
      const RootId root = BuildRoot(next);
      roots_.emplace(KeyOf(next), root);
    }
  }
  program_.lists.push_back(roots_.at(KeyOf({list, {}})));
}

void ProgramBuilder::FindReferences(const Node& node, Around around,
                                    std::vector<ScopedList>* references) const {
  switch (node.kind) {
    case NodeKind::kReference:
      references->push_back({node.list, around});
      return;
    case NodeKind::kScope:
      return FindReferences(*node.children[0], around.In(node.scope),
                            references);
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kNot:
    case NodeKind::kForms:
      for (const auto& child : node.children) {
        FindReferences(*child, around, references);
      }
      return;
    default:
      return;  // Operands take a reference's terms, not its root.
  }
}

RootId ProgramBuilder::BuildRoot(ScopedList key) {
  const ParsedList& list = lists_[key.list];
  const Around around = key.around.Of(list);
  std::vector<RootId> references;
  std::vector<NodeId> children;
  for (const auto& term : list.terms) {
    AddForms(*term, around, &children);
  }
  if (list.query != nullptr) {
    AddAlternative(*list.query, around, &references, &children);
  }
  const NodeId node = AddOr(children, around);
  std::sort(references.begin(), references.end());
  references.erase(std::unique(references.begin(), references.end()),
                   references.end());
  program_.roots.push_back({node,
                            static_cast<uint32_t>(program_.references.size()),
                            static_cast<uint32_t>(references.size())});
  program_.references.Append(references);
  return static_cast<RootId>(program_.roots.size() - 1);
}

NodeId ProgramBuilder::AddInner(ProgramNode node,
                                const std::vector<NodeId>& children) {
  node.first_child = static_cast<uint32_t>(program_.children.size());
  node.child_count = static_cast<uint32_t>(children.size());
  program_.children.Append(children);
  program_.nodes.push_back(node);
  return static_cast<NodeId>(program_.nodes.size() - 1);
}

NodeId ProgramBuilder::AddTerm(const Node& node, std::string_view text,
                               Around around) {
  return AddInner({.kind = NodeKind::kTerm,
                   .scope = around.Where(),
                   .target = TermOf(node, text),
                   .shown = shown_.Add(node.shown).first},
                  {});
}

NodeId ProgramBuilder::AddOr(const std::vector<NodeId>& leaves, Around around) {
  return leaves.size() == 1
             ? leaves[0]
             : AddInner({.kind = NodeKind::kOr, .scope = around.Where()},
                        leaves);
}

void ProgramBuilder::AddForms(const Node& node, Around around,
                              std::vector<NodeId>* leaves) {
  if (node.forms == nullptr) {
    leaves->push_back(AddTerm(node, node.text, around));
    return;
  }
  for (const std::string& form : *node.forms) {
    leaves->push_back(AddTerm(node, form, around));
  }
}

void ProgramBuilder::AddAlternative(const Node& node, Around around,
                                    std::vector<RootId>* references,
                                    std::vector<NodeId>* children) {
  if (node.kind == NodeKind::kTerm) {
    AddForms(node, around, children);
  } else if (node.kind == NodeKind::kForms) {
    const Node& inside = *node.children[0];
    if (inside.kind != NodeKind::kOr) {
      return AddAlternative(inside, around, references, children);
    }
    for (const auto& child : inside.children) {
      AddAlternative(*child, around, references, children);
    }
  } else {
    children->push_back(AddNode(node, around, references));
  }
}

NodeId ProgramBuilder::AddNode(const Node& node, Around around,
                               std::vector<RootId>* references) {
  ProgramNode inner = {.kind = node.kind, .scope = around.Where(), .n = node.n};
  std::vector<NodeId> children;
  switch (node.kind) {
    case NodeKind::kTerm:
      AddForms(node, around, &children);
      return AddOr(children, around);
    case NodeKind::kForms:
      return AddNode(*node.children[0], around, references);
    case NodeKind::kScope:
      return AddNode(*node.children[0], around.In(node.scope), references);
    case NodeKind::kMeta:
      inner.target = MetaOf(node);
      break;
    case NodeKind::kReference:
      inner.target = roots_.at(KeyOf({node.list, around}));
      references->push_back(inner.target);
      break;
    case NodeKind::kOr:
      for (const auto& child : node.children) {
        AddAlternative(*child, around, references, &children);
      }
      break;
    case NodeKind::kAnd:
    case NodeKind::kNot:
      for (const auto& child : node.children) {
        children.push_back(AddNode(*child, around, references));
      }
      break;
    case NodeKind::kWindow:
      inner.shown = shown_.Add(node.shown).first;
      [[fallthrough]];
    default:
      for (const auto& child : node.children) {
        children.push_back(AddOperand(*child, around));
      }
      break;
  }
  return AddInner(inner, children);
}

// An operand of a positional form: a term, or an OR of terms in written order,
// with the terms of lists that it refers to.
NodeId ProgramBuilder::AddOperand(const Node& operand, Around around) {
  std::vector<std::pair<const Node*, Around>> pending = {{&operand, around}};
  std::vector<NodeId> leaves;
  absl::flat_hash_set<uint64_t> visited;
  while (!pending.empty()) {
    const auto [node, here] = pending.back();
    pending.pop_back();
    if (node->kind == NodeKind::kTerm) {
      AddForms(*node, here, &leaves);
    } else if (node->kind == NodeKind::kReference) {
      const uint32_t list = node->list;
      if (!visited.insert(KeyOf({list, here})).second) {
        continue;
      }
      const Around inside = here.Of(lists_[list]);
      if (lists_[list].query != nullptr) {
        pending.emplace_back(lists_[list].query.get(), inside);
      }
      const auto& terms = lists_[list].terms;
      for (auto term = terms.rbegin(); term != terms.rend(); ++term) {
        pending.emplace_back(term->get(), inside);
      }
    } else {
      for (auto child = node->children.rbegin(); child != node->children.rend();
           ++child) {
        pending.emplace_back(child->get(), here);
      }
    }
  }
  return AddOr(leaves, around);
}

std::vector<Pattern> ProgramBuilder::Patterns() const {
  std::vector<Pattern> patterns;
  patterns.reserve(patterns_.size());
  for (PatternId id = 0; id < patterns_.size(); ++id) {
    const PatternDraft& draft = patterns_[id];
    if (draft.regex != Term::kNone) {
      patterns.push_back(
          {.text = "", .regex = program_.regexes[draft.regex].get()});
    } else {
      patterns.push_back(
          {.text = pattern_texts_[id], .has_wildcards = draft.has_wildcards});
    }
  }
  return patterns;
}

PatternId ProgramBuilder::PatternOf(std::string_view text) {
  const auto [id, is_new] = pattern_ids_.Add(text);
  if (is_new) {
    patterns_.emplace_back();
    program_.patterns = id + 1;
  }
  return id;
}

TermId ProgramBuilder::RegexOf(const Node& node) {
  // All canonical texts begin with a space.
  const std::string text =
      StrCat(node.regex_ignore_case ? 'i' : 'r', node.text);
  const PatternId pattern = PatternOf(text);
  PatternDraft& draft = patterns_[pattern];
  if (draft.regex == Term::kNone) {
    draft.regex = program_.regex_texts.Add(text);
    program_.regexes.push_back(node.regex);
    draft.plain_term = static_cast<TermId>(program_.terms.size());
    program_.terms.push_back(
        {.pattern = pattern, .tokens = 0, .regex = draft.regex});
  }
  return draft.plain_term;
}

TermId ProgramBuilder::TermOf(const Node& node, std::string_view written) {
  if (node.term_kind == TermKind::kRegex) {
    return RegexOf(node);
  }
  const std::string text = PatternText(node, written);
  const PatternId pattern = PatternOf(text);
  PatternDraft& draft = patterns_[pattern];
  draft.has_wildcards = text.find_first_of("*?") != std::string::npos;
  const std::string surface = SurfaceCondition::Compile(
      written, node.term_kind == TermKind::kExact
                   ? SurfaceCondition::Form::kExact
               : node.has_wildcards ? SurfaceCondition::Form::kWildcard
                                    : SurfaceCondition::Form::kWords);
  Term term = {.pattern = pattern,
               .tokens = static_cast<uint32_t>(
                   std::count(text.begin(), text.end(), ' ') - 1)};
  TermId* known = &draft.plain_term;
  if (!surface.empty()) {
    term.surface = surfaces_.Add(surface).first;
    known = &surface_terms_
                 .try_emplace(std::pair(pattern, term.surface), Term::kNone)
                 .first->second;
  }
  if (*known == Term::kNone) {
    *known = static_cast<TermId>(program_.terms.size());
    program_.terms.push_back(term);
  }
  return *known;
}

MetaId ProgramBuilder::MetaOf(const Node& node) {
  const std::string value = FoldMetaPattern(node.meta, node.text);
  const auto [at, added] =
      metas_.try_emplace(StrCat(MetaFieldName(node.meta), ':', value),
                         static_cast<MetaId>(program_.meta_fields.size()));
  if (added) {
    program_.meta_fields.push_back(node.meta);
    program_.meta_values.Add(value);
  }
  return at->second;
}

}  // namespace presshawk
