// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "tests/reference/text/reference_text.h"

namespace presshawk::reference {

// SPEC A15-A17: whether tokens [first, last] of `text` meet what `term` asks of
// the original characters. `exact`: the term stands in braces.
bool SurfaceHolds(std::string_view term, bool exact, bool wildcards,
                  std::string_view text, const Canonical& canonical,
                  size_t first, size_t last);

}  // namespace presshawk::reference
