// SPDX-License-Identifier: Apache-2.0
// Tells which conditions of a query hold only where others hold. The linter
// needs this to say "finds nothing that … does not find" and "never holds". The
// answer is sound and not complete: a false only means that no proof was found.
#pragma once

#include <string>
#include <vector>

#include "matchers/query/ast.h"

namespace presshawk {

// The canonical tokens of a term, with wildcards as they are written.
std::vector<std::string> TokensOf(const Node& term);

// Whether the node is a term of words alone, without any surface condition.
bool IsPlain(const Node& node);

// The tokens of a term, to be compared with many others.
class TermTokens {
 public:
  explicit TermTokens(const Node& node);
  // Whether this term occurs wherever `narrow` occurs.
  bool Cover(const TermTokens& narrow) const;

 private:
  bool is_plain_;
  std::vector<std::string> tokens_;
};

// Whether `wide` occurs wherever `narrow` occurs. False if either is no term.
bool Covers(const Node& wide, const Node& narrow);

// Whether, where `node` holds, the term `wide` occurs in the scope around both.
// `in_scope` says that this scope is a field, and not the default one.
bool HoldsOnlyWith(const Node& wide, const Node& node, bool in_scope);

// For operands of the NEAR family: whether one term of `by` covers each term of
// `operand`.
bool AllCovered(const Node& by, const Node& operand);

}  // namespace presshawk
