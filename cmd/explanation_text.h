// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "matchers/explain/explainer.h"

namespace presshawk {

// The tree for a person, a line a part: held or not, where, and why not.
// Indented by `level` steps; ends with a line feed.
std::string ExplanationText(const Explanation& tree, bool colour,
                            size_t level = 0);

}  // namespace presshawk
