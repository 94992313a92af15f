// The conditions of a set of watch-lists in the form in which they are
// evaluated: one array of nodes for all lists, terms and metadata conditions
// shared between them.
//
// A list's condition (its terms OR its query) under a scope is a *root*. A
// reference is a node that points to the root of the other list under the
// scope around the reference, so that references cost no copy, however they
// branch. Immutable once built.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/model/field.h"
#include "core/text/surface.h"
#include "matchers/plan/hit_store.h"
#include "matchers/plan/term_scanner.h"
#include "matchers/query/ast.h"

namespace presshawk {

using TermId = uint32_t;
using NodeId = uint32_t;
using RootId = uint32_t;
using MetaId = uint32_t;

// A pattern with its surface condition: what queries ask for.
struct Term {
  PatternId pattern;
  uint32_t tokens;  // Of each occurrence; a regex's differ.
  std::unique_ptr<const SurfaceCondition> surface = nullptr;  // Null for none.
  std::shared_ptr<const Regex> regex = nullptr;               // Null for none.
};

// `lang:en`, its value folded (SEMANTICS A36, A37).
struct MetaCondition {
  MetaField field;
  std::string value;
};

struct ProgramNode {
  NodeKind kind = NodeKind::kOr;
  Scope scope;  // Where its terms look: the innermost scope around it.
  uint32_t n = 0;
  // kTerm: TermId. kMeta: MetaId. kReference: RootId.
  uint32_t target = 0;
  // Children: children[first_child, first_child + child_count). Operands of
  // positional forms are kTerm or kOr of kTerm.
  uint32_t first_child = 0;
  uint32_t child_count = 0;
  // kTerm, kWindow: as a hit names it (index into Program::shown).
  uint32_t shown = 0;
};

struct Root {
  NodeId node = 0;
  // Roots that it refers to; they come earlier in Program::roots.
  std::vector<RootId> references;
};

struct Program {
  std::vector<Pattern> patterns;
  std::vector<Term> terms;
  std::vector<MetaCondition> metas;
  std::vector<ProgramNode> nodes;
  std::vector<NodeId> children;
  std::vector<std::string> shown;
  std::vector<Root> roots;
  std::vector<RootId> lists;  // By ListSlot.
};

}  // namespace presshawk
