// SPDX-License-Identifier: Apache-2.0
// Explains two conditions without an operator between them, and what was meant.
#pragma once

#include <string_view>

#include "matchers/query/ast.h"
#include "matchers/query/lexer.h"
#include "matchers/query/parser.h"

namespace presshawk {

// Returns the error, with a fix. `before` was read, `next` follows it and is no
// operator, and `after` is the token behind `next`, or the end.
QueryProblem DescribeSideBySide(std::u32string_view query, const Node& before,
                                const Token& next, const Token& after);

}  // namespace presshawk
