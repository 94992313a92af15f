#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// Appends `text` to *json as a JSON string, quotes included. REQUIRES: UTF-8.
// Escapes `"`, `\` and control characters only (RFC 8259 section 7).
void AppendJsonString(std::string_view text, std::string* json);

}  // namespace presshawk
