// SPDX-License-Identifier: Apache-2.0
// Paths by patterns, as a shell expands them (glob(7)).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace presshawk {

// Whether `path` is a pattern: has `*`, `?` or `[`.
bool HasWildcard(std::string_view path);

// The paths that match `pattern`, in byte order; empty where none does. Names
// that begin with a dot match only where the pattern says the dot. Unavailable
// where the machine is exhausted.
absl::StatusOr<std::vector<std::string>> FindPaths(const std::string& pattern);

}  // namespace presshawk
