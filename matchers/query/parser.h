#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "matchers/query/ast.h"

namespace presshawk {

// Puts `text` in the place of a part of the query.
struct QueryEdit {
  QuerySpan span;
  std::string text;
};

struct QueryProblem {
  bool warning = false;
  QuerySpan span;
  std::string message;  // What is wrong, for an analyst.
  std::string fix;      // What to write instead; may be empty.
  // What `fix` says, ready to be made where it is more than advice. Each alone
  // takes this problem away; others may come to light behind it.
  std::vector<QueryEdit> edits = {};
};

struct ParsedQuery {
  std::unique_ptr<Node> root;  // Null when there is an error.
  std::vector<QueryProblem> problems;
};

// Reads one query: SPEC QUERY-1 to QUERY-19, A18-A34, A43. Never throws, and
// never recurses deeper than the nesting limit. What needs other lists
// (references: existence, cycles, positive conditions through them, A25, A38)
// is checked where the set is known (matchers/plan).
ParsedQuery ParseQuery(std::string_view query);

// The canonical, fully bracketed form; parses to an equal tree.
std::string PrintQuery(const Node& root);

}  // namespace presshawk
