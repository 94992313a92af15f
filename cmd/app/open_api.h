// SPDX-License-Identifier: Apache-2.0
// The description of an API, put together from those of its parts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace presshawk {

// `document` with the paths and schemas of `part`. Both are JSON that a test has
// judged.
std::string MergeOpenApi(std::string_view document, std::string_view part);

// `document` with these paths only, and with what all of them share.
std::string KeepPaths(std::string_view document,
                      const std::vector<std::string>& paths);

}  // namespace presshawk
