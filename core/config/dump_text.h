// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace presshawk {

// A YAML double-quoted scalar.
std::string QuotedYaml(std::string_view text);

// A YAML list of them: `["a", "b"]`.
std::string QuotedYamlList(const std::vector<std::string>& texts);

}  // namespace presshawk
