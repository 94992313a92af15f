// SPDX-License-Identifier: Apache-2.0
// Rewrites a query that is not in the language into one that is, if its parts
// can be read: these are the fixes of errors.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "matchers/query/ast.h"
#include "matchers/query/lexer.h"
#include "matchers/query/parser.h"

namespace presshawk {

// The `fix` and the `edits` of a QueryProblem.
struct OtherForms {
  std::string fix;
  std::vector<QueryEdit> edits;
};

std::string WrittenIn(std::u32string_view query, QuerySpan span);

// For `a AND b OR c`: brackets around the ANDs, or around the ORs. `level` has
// the tokens from the start of the level, which ends where its bracket closes.
OtherForms BracketsForBoth(std::u32string_view query,
                           absl::Span<const Token> level);

// For `a NEAR/5 b SENTENCE c`: (a NEAR/5 b) AND (b SENTENCE c).
OtherForms PairsJoined(std::u32string_view query,
                       absl::Span<const std::unique_ptr<Node>> operands,
                       absl::Span<const Token> nears, bool beside_or);

// An operator of the NEAR family with an operand that it does not take.
struct NearMisuse {
  const Node& left;
  const Token& near;
  const Node& right;
  // Whether AND or OR stands before `left` or behind `right` at this level.
  bool beside_and;
  bool beside_or;
};
// `left_is_bad` says which of the two operands is no term.
OtherForms WithTermsBeside(std::u32string_view query, const NearMisuse& misuse,
                           bool left_is_bad);

// For `atleast/2(title:a)`: title:atleast/2(a). `inside` is in brackets.
OtherForms FunctionMovedIn(std::u32string_view query, QuerySpan function,
                           const Node& inside);

// Whether the node is a term or an OR of terms. References are not resolved
// here.
bool IsTermOrGroup(const Node& node);

}  // namespace presshawk
