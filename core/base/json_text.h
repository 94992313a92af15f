// SPDX-License-Identifier: Apache-2.0
// JSON by its grammar (RFC 8259), byte by byte: strings, numbers, and what is
// wrong with a document that the fast walk refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace presshawk {

constexpr bool IsJsonSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// Whether `text` is exactly one number. Any size; only the grammar counts.
bool IsJsonNumber(std::string_view text);

// Whether every escape in `content`, what stands between the quotes, is valid.
bool HasValidEscapes(std::string_view content);

// Writes the meaning of `content` to `out`, which has room for as many bytes;
// returns how many were written. A surrogate without its partner becomes
// U+FFFD. REQUIRES: valid escapes.
size_t UnescapeJson(std::string_view content, char* out);

struct JsonProblem {
  bool too_deep = false;  // Else a syntax error.
  std::string detail;     // What and at which byte.
};

// The first problem of a document that is no valid JSON, or nested deeper than
// `depth_max` levels. `detail` is empty where there is none. Not by nlohmann's
// SAX parser: that one refuses what the grammar allows and articles have, as a
// surrogate without its partner or 1e400, and its words are about its tokens.
JsonProblem FindJsonProblem(std::string_view document, size_t depth_max);

// Appends `text` to *json as a JSON string, quotes included. REQUIRES: UTF-8.
// Escapes `"`, `\` and control characters only (RFC 8259 section 7).
void AppendJsonString(std::string_view text, std::string* json);

// Appends the member `,"name":"bytes"`, or `,"name_base64":"…"` (RFC 4648)
// where `bytes` are no UTF-8. REQUIRES: `name` needs no escapes.
void AppendJsonBytes(std::string_view name, std::string_view bytes,
                     std::string* json);

}  // namespace presshawk
