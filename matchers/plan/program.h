// The conditions of a set of watch-lists in the form in which they are
// evaluated: one array of nodes for all lists, terms and metadata conditions
// shared between them.
//
// A list's condition (its terms OR its query) under a scope is a *root*. A
// reference is a node that points to the root of the other list under the
// scope around the reference, so that references cost no copy, however they
// branch. Immutable once built; flat, so that it is saved as it is and opened
// in place.
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

// A pattern with its surface condition: what queries ask for.
struct Term {
  static constexpr uint32_t kNone = UINT32_MAX;

  PatternId pattern;
  uint32_t tokens;           // Of each occurrence; a regex's differ.
  uint32_t surface = kNone;  // Index into Program::surfaces.
  uint32_t regex = kNone;    // Index into Program::regexes.
};

struct ProgramNode {
  NodeKind kind = NodeKind::kOr;
  Scope scope;  // Where its terms look: the innermost scope around it.
  uint8_t unused = 0;
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
  // Roots that it refers to: references[first, first + count). They come
  // earlier in Program::roots.
  uint32_t first_reference = 0;
  uint32_t reference_count = 0;
};

struct Program {
  uint32_t patterns = 0;  // How many there are; their texts are an engine's.
  FlatArray<Term> terms;
  StringPool surfaces;  // SurfaceCondition::Compile().
  std::vector<std::shared_ptr<const Regex>> regexes;
  StringPool regex_texts;  // Of `regexes`: `i` or `r`, then the pattern.
  // `lang:en`: the field, and the value folded (SPEC A36, A37).
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

  // All but `regexes`, which are compiled anew.
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
