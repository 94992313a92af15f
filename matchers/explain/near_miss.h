// Why a condition does not hold, as near as can be told.
#pragma once

#include <string>
#include <vector>

#include "matchers/explain/questions.h"
#include "matchers/query/ast.h"

namespace presshawk {

// Adds what WordNearMiss() will look up. `node` is a leaf of the tree: no AND,
// OR, NOT, scope or reference.
void AddNearMissQuestions(const Node& node, Scope scope, Questions* questions);

// "`cyber` and `attack` were 7 words apart, limit 5", and where these are.
struct NearMiss {
  std::string why;
  std::vector<AnswerHit> places = {};  // A few; may be empty.
};

// For a leaf that does not hold. REQUIRES: the questions were added and asked.
NearMiss WordNearMiss(const Node& node, Scope scope, const Article& article,
                      const Questions& questions);

// The query of a part under the scope around it.
std::string ScopedQuery(const Node& node, Scope scope);

}  // namespace presshawk
