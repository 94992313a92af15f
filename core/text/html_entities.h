// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace presshawk {

// Decodes the character reference at the start of `text`, which begins with
// `&`: appends its characters to *out and returns its size in bytes, or 0 if
// there is none. Knows HTML5: numeric and named ones, and legacy names without
// a semicolon.
size_t DecodeReference(std::string_view text, std::string* out);

// Whether `text` starts with a character reference that HTML knows and that
// ends with `;` (SPEC A1).
bool IsClosedReference(std::string_view text);

}  // namespace presshawk
