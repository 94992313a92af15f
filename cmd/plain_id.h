// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// Appends an article's id for a line of text: control characters (U+0000 to
// U+001F, U+007F to U+009F) and `\` as JSON escapes (SPEC A46), so that it
// holds neither a tab nor a line feed.
void AppendPlainId(std::string_view id, std::string* out);

}  // namespace presshawk
