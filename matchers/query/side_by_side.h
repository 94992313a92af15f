// Two conditions without an operator between them: what was probably meant.
#pragma once

#include <string_view>

#include "matchers/query/ast.h"
#include "matchers/query/lexer.h"
#include "matchers/query/parser.h"

namespace presshawk {

// `before` was read, `next` follows it and is no operator, `after` is the token
// behind that (or the end). The error, with what to write instead.
QueryProblem DescribeSideBySide(std::u32string_view query, const Node& before,
                                const Token& next, const Token& after);

}  // namespace presshawk
