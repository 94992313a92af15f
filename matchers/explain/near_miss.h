// SPDX-License-Identifier: Apache-2.0
// Finds out why a condition does not hold, as far as that can be told.
#pragma once

#include <string>
#include <vector>

#include "matchers/explain/questions.h"
#include "matchers/query/ast.h"

namespace presshawk {

// What stands around a part of a query: the innermost scope, the languages in
// whose forms its terms are looked for, in byte order, and whether a list has
// `zones: editorial`.
struct AskedIn {
  Scope scope;
  std::vector<std::string> languages;
  bool editorial = false;
};

// Adds the questions that WordNearMiss() will need. `node` is a leaf of the
// tree: no AND, OR, NOT, scope or reference.
void AddNearMissQuestions(const Node& node, const AskedIn& in,
                          Questions* questions);

// An explanation, such as "`cyber` and `attack` were 7 words apart, limit 5".
struct NearMiss {
  std::string why;
  std::vector<AnswerHit> places = {};  // The places it is about; may be empty.
};

// Explains a leaf that does not hold. REQUIRES: its questions were added and
// asked.
NearMiss WordNearMiss(const Node& node, const AskedIn& in,
                      const Article& article, const Questions& questions);

// Asks for a part by itself, with what stands around it.
Question ScopedQuery(const Node& node, const AskedIn& in);

}  // namespace presshawk
