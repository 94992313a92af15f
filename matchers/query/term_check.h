// What a term must and must not have in it: SPEC A18, A19, A24.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matchers/query/ast.h"
#include "matchers/query/parser.h"

namespace presshawk {

// Of a kTerm that is no regex: the first error, or warning, that it has.
std::optional<QueryProblem> CheckTerm(const Node& term);

// Of a kWindow, before its pieces are terms.
std::optional<QueryProblem> CheckWindow(const Node& window);

// What stands between white space, in order.
std::vector<std::string> Pieces(std::string_view text);

}  // namespace presshawk
