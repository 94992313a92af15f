// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/model/hit.h"

namespace presshawk::reference {

// SPEC A23 with ICU's engine: at each place where a match begins, every end is
// tried, the farthest first. In bytes of `text`; nullopt where ICU takes too
// long (it goes back, we do not). REQUIRES: `pattern` has no class inside
// brackets, and with `ignore_case` no letter whose full case folding is more
// than one.
std::optional<std::vector<ByteSpan>> RegexMatches(std::string_view pattern,
                                                  bool ignore_case,
                                                  std::string_view text);

}  // namespace presshawk::reference
