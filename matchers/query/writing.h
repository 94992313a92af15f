// Terms whose writing shows that something else was meant: letters of two
// alphabets in one word, references of HTML, signs and operators that have no
// meaning where they stand.
#pragma once

#include <optional>
#include <string>

#include "matchers/query/ast.h"

namespace presshawk {

struct WritingProblem {
  std::string message;
  std::string fix;
  // The term to write instead, as it stands in a query; empty where only the
  // author can tell.
  std::string instead;
};

// Where a term stands: the same signs mean something else.
enum class TermPlace : uint8_t { kQuery, kTerms };

// The first that there is. `term`: a kTerm, no regex.
std::optional<WritingProblem> FindWritingProblem(const Node& term,
                                                 TermPlace place);

}  // namespace presshawk
