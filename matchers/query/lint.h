// Warnings about queries that mean something, but hardly what was meant: each
// with its place and what to write instead.
#pragma once

#include <vector>

#include "matchers/query/ast.h"
#include "matchers/query/parser.h"

namespace presshawk {

// Of a query that ParseQuery() took. In written order.
std::vector<QueryProblem> LintQuery(const Node& root);

// Of one of a list's `terms`; its span is empty.
std::vector<QueryProblem> LintLiteralTerm(const Node& term);

}  // namespace presshawk
