// SPDX-License-Identifier: Apache-2.0
// The conditions of all watch-lists of a set, in the form in which they are
// evaluated: one array of nodes, with terms and metadata conditions that the
// lists share.
//
// The condition of a list (its terms OR its query) under a scope is a *root*. A
// reference is a node that points to the root of the other list under the scope
// around the reference. References therefore cost no copy, however they branch.
// A program is immutable once it is built. It is flat, so that it can be saved
// as it is and used in place when it is opened.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/base/flat_array.h"
#include "core/model/field.h"
#include "matchers/plan/hit_store.h"
#include "matchers/plan/term_scanner.h"
#include "matchers/query/ast.h"

namespace presshawk {

using TermId = uint32_t;
using NodeId = uint32_t;
using RootId = uint32_t;
using MetaId = uint32_t;

// A pattern with a surface condition: this is what queries ask for.
struct Term {
  static constexpr uint32_t kNone = UINT32_MAX;

  PatternId pattern;
  uint32_t tokens;           // In each occurrence; for a regex unspecified.
  uint32_t surface = kNone;  // Index into Program::surfaces.
  uint32_t regex = kNone;    // Index into Program::regexes.
};

struct ProgramNode {
  NodeKind kind = NodeKind::kOr;
  // Where its terms look: the innermost scope around the node, narrowed to the
  // story if a list around it has `zones: editorial`.
  Scope scope;
  uint32_t n = 0;
  // A TermId for kTerm, a MetaId for kMeta, a RootId for kReference.
  uint32_t target = 0;
  // The children are children[first_child, first_child + child_count). Operands
  // of positional forms and pieces of windows are terms, or ORs of terms. A term
  // with forms is an OR of these, with one `shown`.
  uint32_t first_child = 0;
  uint32_t child_count = 0;
  // For kTerm and kWindow: the name in a hit (an index into Program::shown).
  uint32_t shown = 0;
};

struct Root {
  NodeId node = 0;
  // The roots that it refers to are references[first, first + count). They come
  // earlier in Program::roots.
  uint32_t first_reference = 0;
  uint32_t reference_count = 0;
};

struct Program {
  uint32_t patterns = 0;  // Their number; the engines keep the texts.
  FlatArray<Term> terms;
  StringPool surfaces;  // SurfaceCondition::Compile().
  std::vector<std::shared_ptr<const Regex>> regexes;
  StringPool regex_texts;  // For each of `regexes`: `i` or `r`, the pattern.
  // For `lang:en`: the field, and the folded value (SPEC A36, A37).
  FlatArray<MetaField> meta_fields;
  StringPool meta_values;
  FlatArray<ProgramNode> nodes;
  FlatArray<NodeId> children;
  StringPool shown;
  FlatArray<Root> roots;
  FlatArray<RootId> references;
  FlatArray<RootId> lists;  // By ListSlot.

  absl::Span<const RootId> ReferencesOf(RootId root) const {
    return absl::Span<const RootId>(references)
        .subspan(roots[root].first_reference, roots[root].reference_count);
  }

  // Transfers everything but `regexes`, which are compiled again.
  template <typename Self, typename Archive>
  static void Transfer(Self* self, Archive* archive) {
    archive->Value(&self->patterns);
    archive->Array(&self->terms);
    StringPool::Transfer(&self->surfaces, archive);
    StringPool::Transfer(&self->regex_texts, archive);
    archive->Array(&self->meta_fields);
    StringPool::Transfer(&self->meta_values, archive);
    archive->Array(&self->nodes);
    archive->Array(&self->children);
    StringPool::Transfer(&self->shown, archive);
    archive->Array(&self->roots);
    archive->Array(&self->references);
    archive->Array(&self->lists);
  }
};

}  // namespace presshawk
