// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "matchers/explain/explainer.h"

namespace presshawk {

// The tree for a person, a line a part: held or not, where, and why not.
// Indented by `level` steps; ends with a line feed.
std::string ExplanationText(const Explanation& tree, bool colour,
                            size_t level = 0);

// The relevance of the article for the list, what each signal adds to it, and
// whether `min_relevance` holds the alert back. Ends with a line feed.
std::string RelevanceText(const Relevance& relevance,
                          std::optional<int> min_relevance, bool colour);

}  // namespace presshawk
