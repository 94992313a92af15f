// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// `text` with line breaks as spaces and without other control characters: an
// article must not be able to steer the terminal.
std::string TerminalText(std::string_view text);

}  // namespace presshawk
