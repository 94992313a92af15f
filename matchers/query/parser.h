// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "matchers/query/ast.h"

namespace presshawk {

// Replaces a part of the query by `text`.
struct QueryEdit {
  QuerySpan span;
  std::string text;
};

struct QueryProblem {
  bool warning = false;
  QuerySpan span;
  std::string message;  // The error, in words for an analyst.
  std::string fix;      // The text to write instead; may be empty.
  // The edits that make the fix, if it is more than advice. Each edit by itself
  // removes this problem; others may then come to light.
  std::vector<QueryEdit> edits = {};
};

struct ParsedQuery {
  std::unique_ptr<Node> root;  // Null if there is an error.
  std::vector<QueryProblem> problems;
};

// Parses one query: SPEC QUERY-1 to QUERY-20, A18-A34, A43.
//
//   ParsedQuery parsed = ParseQuery("Kremlin AND NOT football");
//   if (parsed.root == nullptr) return parsed.problems.front().message;
//
// Never throws, and never recurses deeper than the nesting limit. What needs
// other lists is checked where the set is known (matchers/list_check.h):
// whether references exist, form cycles, or bring positive conditions (SPEC
// A25, A38).
ParsedQuery ParseQuery(std::string_view query);

// `forms/ru,uk(`
std::string FormsPrefix(absl::Span<const std::string> languages);

// Prints the canonical form, with all brackets. It parses to an equal tree.
std::string PrintQuery(const Node& root);

}  // namespace presshawk
