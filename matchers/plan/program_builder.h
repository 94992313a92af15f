// SPDX-License-Identifier: Apache-2.0
// Builds a Program from query trees. Equal terms, metadata conditions and shown
// texts are stored once.
//
//   ProgramBuilder builder(parsed_lists, &program);
//   for (uint32_t index : good) builder.Add(index);  // Slot 0, 1, …
//   auto engine = CompileTermEngine(builder.Patterns(), …);
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "matchers/plan/pool_index.h"
#include "matchers/plan/program.h"
#include "matchers/query/ast.h"

namespace presshawk {

// The parsed terms and query of a list.
struct ParsedList {
  std::vector<std::unique_ptr<Node>> terms;
  std::unique_ptr<Node> query;  // Null for none.
  bool editorial = false;       // `zones: editorial`.
};

// Returns the first term of `node` without a letter or digit to look for; null
// if there is none. A list with such a term must not be given to
// ProgramBuilder::Add().
const Node* FindEmptyTerm(const Node& node);

class ProgramBuilder {
 public:
  // References name a list by its index in `lists` (Node::list).
  // REQUIRES: for the lists that Add() reaches, all references resolve, without
  // a cycle, and a reference that is an operand names an OR of terms.
  ProgramBuilder(const std::vector<ParsedList>& lists, Program* program)
      : lists_(lists), program_(*program) {}

  // Appends the list as the next ListSlot.
  void Add(uint32_t list);

  // The patterns of the program, by PatternId. They view memory of the builder
  // and of the program.
  std::vector<Pattern> Patterns() const;

 private:
  // What stands around a part of a condition: the innermost scope, which an
  // inner one replaces, and whether a list has `zones: editorial`, which narrows
  // every scope inside (SPEC ZONE-4).
  struct Around {
    Scope scope;
    bool editorial = false;

    Around In(Scope inner) const { return {inner, editorial}; }
    Around Of(const ParsedList& list) const {
      return {scope, editorial || list.editorial};
    }
    // Where a term looks. Only a body has anything but the story.
    Scope Where() const {
      Scope where = scope;
      where.editorial = (where.editorial || editorial) &&
                        (where.fields & MaskOf(Field::kBody)) != 0;
      return where;
    }
  };
  struct ScopedList {
    uint32_t list;
    Around around;  // The reference, or nothing.
  };
  // Equal where all terms of the list look in the same places.
  uint64_t KeyOf(const ScopedList& list) const;
  // Builds the root of a list after the roots of all lists that it refers to.
  RootId BuildRoot(ScopedList key);
  void FindReferences(const Node& node, Around around,
                      std::vector<ScopedList>* references) const;
  NodeId AddNode(const Node& node, Around around,
                 std::vector<RootId>* references);
  NodeId AddOperand(const Node& operand, Around around);
  // Appends a node for each form of the term (Node::forms), or for the term.
  void AddForms(const Node& node, Around around, std::vector<NodeId>* leaves);
  NodeId AddTerm(const Node& node, std::string_view text, Around around);
  // The only one of `leaves`, or an OR of them.
  NodeId AddOr(const std::vector<NodeId>& leaves, Around around);
  // Appends what an OR has for one of its operands: a term's forms one by one.
  void AddAlternative(const Node& node, Around around,
                      std::vector<RootId>* references,
                      std::vector<NodeId>* children);
  NodeId AddInner(ProgramNode node, const std::vector<NodeId>& children);
  PatternId PatternOf(std::string_view text);
  TermId TermOf(const Node& node, std::string_view text);
  TermId RegexOf(const Node& node);
  MetaId MetaOf(const Node& node);

  const std::vector<ParsedList>& lists_;
  Program& program_;
  PoolIndex shown_{&program_.shown};
  PoolIndex surfaces_{&program_.surfaces};
  struct PatternDraft {
    bool has_wildcards = false;
    uint32_t regex = Term::kNone;
    TermId plain_term = Term::kNone;  // The term without a surface condition.
  };
  StringPool pattern_texts_;  // For a regex, its entry in `regex_texts`.
  PoolIndex pattern_ids_{&pattern_texts_};
  std::vector<PatternDraft> patterns_;
  // By pattern and surface condition.
  absl::flat_hash_map<std::pair<PatternId, uint32_t>, TermId> surface_terms_;
  absl::flat_hash_map<std::string, MetaId> metas_;
  absl::flat_hash_map<uint64_t, RootId> roots_;  // By KeyOf().
};

}  // namespace presshawk
