// SPDX-License-Identifier: Apache-2.0
// Converts HTML to text (SPEC A1, A2).
#pragma once

#include <string>
#include <string_view>

#include "core/model/article.h"
#include "core/text/html_map.h"

namespace presshawk {

enum class HtmlKind : uint8_t {
  kNone,            // Plain text, taken as it is.
  kReferencesOnly,  // Character references, but no complete markup.
  kMarkup,
};

// Decides for `html: auto` which kind `text` is. Takes linear time.
HtmlKind DetectHtml(std::string_view text);

// Replaces *text by the text of `source`. Returns false if `source` is not HTML
// in this mode: it is then taken as it is, and *text is unspecified. Linear
// time.
bool ToPlainText(std::string_view source, HtmlMode mode, std::string* text);

// Replaces *map by where the text that ToPlainText() makes of `source` stands in
// it. Nothing is in the map if that returns false. Linear time.
void MapPlainText(std::string_view source, HtmlMode mode, HtmlMap* map);

// Replaces *text by the text of `html`, without white space at its ends. With
// `detected`, it keeps the line breaks of markup that has neither block
// elements nor <br>; only `auto` does that (A1). Linear time.
void ExtractHtmlText(std::string_view html, bool detected, std::string* text);

// Whether there is a character reference that HTML knows and that ends with `;`
// (A1).
bool HasClosedReference(std::string_view text);

// Replaces *text by `html` with its character references decoded once. White
// space stays as it is.
void DecodeReferences(std::string_view html, std::string* text);

}  // namespace presshawk
