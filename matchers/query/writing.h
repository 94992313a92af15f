// SPDX-License-Identifier: Apache-2.0
// Finds terms whose writing shows that something else was meant: letters of two
// alphabets in one word, HTML character references, and signs and operators
// that have no meaning in their place.
#pragma once

#include <optional>
#include <string>

#include "matchers/query/ast.h"

namespace presshawk {

struct WritingProblem {
  std::string message;
  std::string fix;
  // The term to write instead, as a query has it; empty if only the author can
  // tell.
  std::string instead;
};

// Where a term stands; the same signs have another meaning there.
enum class TermPlace : uint8_t { kQuery, kTerms };

// Returns the first problem. `term` is a kTerm, and not a regex.
std::optional<WritingProblem> FindWritingProblem(const Node& term,
                                                 TermPlace place);

}  // namespace presshawk
