// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// `text` for between the tags of HTML or XML 1.0, or for an attribute in
// quotes. Characters that XML does not know are left out; bytes that are no
// UTF-8 become U+FFFD.
std::string MarkupText(std::string_view text);

}  // namespace presshawk
