// SPDX-License-Identifier: Apache-2.0
// Checks whether a program and triggers that were read from a file can be
// evaluated: every index must be in bounds, and every tree must be a tree.
#pragma once

#include <string_view>

#include "matchers/plan/pattern_claims.h"
#include "matchers/plan/program.h"
#include "matchers/plan/triggers.h"

namespace presshawk {

// Returns what is wrong, or an empty text. `claims` are those of the engines.
std::string_view FindProgramProblem(const Program& program,
                                    const Triggers& triggers,
                                    const PatternClaims& claims);

}  // namespace presshawk
