#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// `text` for between the tags of HTML or XML 1.0, or for an attribute in
// quotes; control characters that they do not know are left out.
std::string MarkupText(std::string_view text);

}  // namespace presshawk
