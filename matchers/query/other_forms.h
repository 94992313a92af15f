// How a query that is not of the language can be written in it, where its parts
// are read: what was meant, as far as it can be told.
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

// QueryProblem's `fix` and `edits`.
struct OtherForms {
  std::string fix;
  std::vector<QueryEdit> edits;
};

std::string WrittenIn(std::u32string_view query, QuerySpan span);

// `a AND b OR c`: brackets round the ANDs, or round the ORs. `level`: the
// tokens from the begin of the level on; it ends where its bracket closes.
OtherForms BracketsForBoth(std::u32string_view query,
                           absl::Span<const Token> level);

// `a NEAR/5 b SENTENCE c`: (a NEAR/5 b) AND (b SENTENCE c).
OtherForms PairsJoined(std::u32string_view query,
                       absl::Span<const std::unique_ptr<Node>> operands,
                       absl::Span<const Token> nears, bool beside_or);

// An operator of the NEAR family between what may not be its operands.
struct NearMisuse {
  const Node& left;
  const Token& near;
  const Node& right;
  // What stands before `left` or behind `right` at this level.
  bool beside_and;
  bool beside_or;
};
// `left_is_bad`: which of the two is no term.
OtherForms WithTermsBeside(std::u32string_view query, const NearMisuse& misuse,
                           bool left_is_bad);

// `atleast/2(title:a)`: title:atleast/2(a). `inside`: with its brackets.
OtherForms FunctionMovedIn(std::u32string_view query, QuerySpan function,
                           const Node& inside);

// A term, or an OR of terms; what a reference stands for is not known here.
bool IsTermOrGroup(const Node& node);

}  // namespace presshawk
