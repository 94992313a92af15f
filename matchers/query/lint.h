// Warnings about queries that mean something, but hardly what was meant: each
// with its place and what to write instead.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "matchers/query/ast.h"
#include "matchers/query/parser.h"

namespace presshawk {

// Of a query that ParseQuery() took. In written order.
std::vector<QueryProblem> LintQuery(const Node& root);

struct TermProblem {
  size_t term;  // Its index.
  std::string message;
  std::string fix;
};

// Of a list's `terms`, made by LiteralTerm().
std::vector<TermProblem> LintTerms(
    const std::vector<std::unique_ptr<Node>>& terms);

}  // namespace presshawk
