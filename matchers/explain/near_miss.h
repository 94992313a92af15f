// SPDX-License-Identifier: Apache-2.0
// Finds out why a condition does not hold, as far as that can be told.
#pragma once

#include <string>
#include <vector>

#include "matchers/explain/questions.h"
#include "matchers/query/ast.h"

namespace presshawk {

// Adds the questions that WordNearMiss() will need. `node` is a leaf of the
// tree: no AND, OR, NOT, scope or reference.
void AddNearMissQuestions(const Node& node, Scope scope, Questions* questions);

// An explanation, such as "`cyber` and `attack` were 7 words apart, limit 5".
struct NearMiss {
  std::string why;
  std::vector<AnswerHit> places = {};  // The places it is about; may be empty.
};

// Explains a leaf that does not hold. REQUIRES: its questions were added and
// asked.
NearMiss WordNearMiss(const Node& node, Scope scope, const Article& article,
                      const Questions& questions);

// Writes a part as a query of its own, with the scope around it.
std::string ScopedQuery(const Node& node, Scope scope);

}  // namespace presshawk
