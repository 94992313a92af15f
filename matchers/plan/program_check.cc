// SPDX-License-Identifier: Apache-2.0
#include "matchers/plan/program_check.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace presshawk {
namespace {

// Trees are evaluated by recursion. A query nests 200 levels deep, with a level
// for its list.
constexpr uint16_t kDepthMax = 1000;
constexpr uint32_t kWindowPiecesMax = 16;

bool IsWithin(uint64_t first, uint64_t count, size_t size) {
  return first <= size && count <= size - first;
}

class NodeCheck {
 public:
  explicit NodeCheck(const Program& program)
      : program_(program),
        depths_(program.nodes.size()),
        has_parent_(program.nodes.size()) {}

  // Children come before their parent, and have one.
  bool IsSound() {
    for (NodeId id = 0; id < program_.nodes.size(); ++id) {
      const ProgramNode& node = program_.nodes[id];
      if (!IsWithin(node.first_child, node.child_count,
                    program_.children.size()) ||
          !HasGoodScope(node)) {
        return false;
      }
      for (uint32_t i = 0; i < node.child_count; ++i) {
        const NodeId child = Child(node, i);
        if (child >= id || has_parent_[child] ||
            depths_[child] + 1 > kDepthMax) {
          return false;
        }
        has_parent_[child] = true;
        depths_[id] = std::max<uint16_t>(
            depths_[id], static_cast<uint16_t>(depths_[child] + 1));
      }
      if (!HasGoodTarget(node) || !HasGoodChildren(node)) {
        return false;
      }
    }
    return true;
  }

 private:
  NodeId Child(const ProgramNode& node, uint32_t index) const {
    return program_.children[node.first_child + index];
  }

  static bool HasGoodScope(const ProgramNode& node) {
    uint8_t lead = 0;  // A bool of any value may stand there.
    uint8_t editorial = 0;
    std::memcpy(&lead, &node.scope.lead, 1);
    std::memcpy(&editorial, &node.scope.editorial, 1);
    return lead <= 1 && editorial <= 1 && node.scope.fields < 1U << kFieldCount;
  }

  bool HasGoodTarget(const ProgramNode& node) const {
    switch (node.kind) {
      case NodeKind::kTerm:
        return node.target < program_.terms.size() &&
               node.shown < program_.shown.size();
      case NodeKind::kWindow:
        return node.shown < program_.shown.size();
      case NodeKind::kMeta:
        return node.target < program_.meta_fields.size();
      case NodeKind::kReference:
        return node.target < program_.roots.size();
      default:
        return true;
    }
  }

  bool HasGoodChildren(const ProgramNode& node) const {
    switch (node.kind) {
      case NodeKind::kTerm:
      case NodeKind::kMeta:
      case NodeKind::kReference:
        return node.child_count == 0;
      case NodeKind::kAnd:
      case NodeKind::kOr:
        return node.child_count > 0;
      case NodeKind::kNot:
        return node.child_count == 1;
      case NodeKind::kAtLeast:
      case NodeKind::kFirst:
        return HasOperands(node, 1);
      case NodeKind::kNear:
      case NodeKind::kONear:
      case NodeKind::kNotNear:
      case NodeKind::kSentence:
      case NodeKind::kParagraph:
        return HasOperands(node, 2);
      case NodeKind::kWindow:
        return node.child_count <= kWindowPiecesMax &&
               HasOperands(node, std::max(node.child_count, 1U));
      case NodeKind::kScope:  // Are no more in a program.
      case NodeKind::kForms:
        return false;
    }
    return false;
  }

  bool HasOperands(const ProgramNode& node, uint32_t count) const {
    if (node.child_count != count) {
      return false;
    }
    for (uint32_t i = 0; i < count; ++i) {
      const ProgramNode& operand = program_.nodes[Child(node, i)];
      if (operand.kind != NodeKind::kTerm &&
          !(operand.kind == NodeKind::kOr && AllTerms(operand))) {
        return false;
      }
    }
    return true;
  }

  bool AllTerms(const ProgramNode& node) const {
    for (uint32_t i = 0; i < node.child_count; ++i) {
      if (program_.nodes[Child(node, i)].kind != NodeKind::kTerm) {
        return false;
      }
    }
    return true;
  }

  const Program& program_;
  std::vector<uint16_t> depths_;
  std::vector<bool> has_parent_;
};

bool AreSound(const StringPool& pool) { return pool.IsSound(); }

bool HasSoundTerms(const Program& program, const PatternClaims& claims) {
  return std::all_of(
      program.terms.begin(), program.terms.end(), [&](const Term& term) {
        const bool is_regex = term.regex != Term::kNone;
        return term.pattern < program.patterns &&
               (term.surface == Term::kNone ||
                term.surface < program.surfaces.size()) &&
               (!is_regex || term.regex < program.regexes.size()) &&
               claims.by(term.pattern) ==
                   (is_regex ? PatternClaims::By::kRegexEngine
                             : PatternClaims::By::kTermEngine);
      });
}

// A root refers to earlier ones only.
bool HasSoundRoots(const Program& program) {
  for (RootId id = 0; id < program.roots.size(); ++id) {
    const Root& root = program.roots[id];
    if (root.node >= program.nodes.size() ||
        !IsWithin(root.first_reference, root.reference_count,
                  program.references.size())) {
      return false;
    }
    for (const RootId reference : program.ReferencesOf(id)) {
      if (reference >= id) {
        return false;
      }
    }
  }
  return std::all_of(program.lists.begin(), program.lists.end(),
                     [&](RootId root) { return root < program.roots.size(); });
}

}  // namespace

std::string_view FindProgramProblem(const Program& program,
                                    const Triggers& triggers,
                                    const PatternClaims& claims) {
  if (!AreSound(program.surfaces) || !AreSound(program.regex_texts) ||
      !AreSound(program.meta_values) || !AreSound(program.shown)) {
    return "a text is not in its pool";
  }
  if (program.patterns != claims.size() ||
      program.meta_values.size() != program.meta_fields.size() ||
      std::any_of(program.meta_fields.begin(), program.meta_fields.end(),
                  [](MetaField field) {
                    return static_cast<size_t>(field) >= kMetaFieldCount;
                  })) {
    return "a metadata condition is of no field";
  }
  if (!HasSoundTerms(program, claims)) {
    return "a term has no pattern";
  }
  if (!NodeCheck(program).IsSound()) {
    return "a condition is no tree";
  }
  if (!HasSoundRoots(program)) {
    return "a list has no condition";
  }
  return triggers.FitsProgram(program, claims) ? "" : "a trigger has no list";
}

}  // namespace presshawk
