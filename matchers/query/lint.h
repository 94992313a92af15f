// SPDX-License-Identifier: Apache-2.0
// Warnings about queries that have a meaning, but probably not the intended
// one. Each warning has a place and a fix.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "matchers/query/ast.h"
#include "matchers/query/parser.h"

namespace presshawk {

// Returns the warnings of a query that ParseQuery() accepted, in written order.
std::vector<QueryProblem> LintQuery(const Node& root);

struct TermProblem {
  size_t term;  // Its index in `terms`.
  std::string message;
  std::string fix;
};

// Returns the warnings of a list's `terms`, which LiteralTerm() made.
std::vector<TermProblem> LintTerms(
    const std::vector<std::unique_ptr<Node>>& terms);

}  // namespace presshawk
