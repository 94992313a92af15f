// SPDX-License-Identifier: Apache-2.0
// Checks what a term must have and must not have (SPEC A18, A19, A24).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matchers/query/ast.h"
#include "matchers/query/parser.h"

namespace presshawk {

// Returns the first error, or else warning, of a kTerm that is not a regex.
std::optional<QueryProblem> CheckTerm(const Node& term);

// Does the same for a kWindow, before its pieces are terms.
std::optional<QueryProblem> CheckWindow(const Node& window);

// The parts of a text between white space, in order.
std::vector<std::string> Pieces(std::string_view text);

}  // namespace presshawk
