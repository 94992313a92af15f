#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace presshawk {

// The character reference at the begin of `text` (which begins with `&`):
// appends what it stands for to *out and returns its size in bytes; 0 where
// there is none. HTML5: numeric and named, legacy names without the semicolon.
size_t DecodeReference(std::string_view text, std::string* out);

// Whether a reference closed by `;` that HTML knows stands at the begin of
// `text` (SPEC A1).
bool IsClosedReference(std::string_view text);

}  // namespace presshawk
