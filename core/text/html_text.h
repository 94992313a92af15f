// HTML to text (SPEC A1, A2).
#pragma once

#include <string>
#include <string_view>

#include "core/model/article.h"

namespace presshawk {

enum class HtmlKind : uint8_t {
  kNone,            // Text: taken as it is.
  kReferencesOnly,  // Character references, but no complete markup.
  kMarkup,
};

// What `html: auto` takes `text` for. Linear.
HtmlKind DetectHtml(std::string_view text);

// Replaces *text by what `source` says in `mode`. False where it is no HTML:
// then it is to be taken as it is, and *text is unspecified. Linear.
bool ToPlainText(std::string_view source, HtmlMode mode, std::string* text);

// Replaces *text by the text of `html`, without white space at its ends. Keeps
// the line breaks of markup without block elements and <br> where `detected`
// (A1: only `auto` does that). Linear.
void ExtractHtmlText(std::string_view html, bool detected, std::string* text);

// Whether there is a character reference closed by `;` that HTML knows (A1).
bool HasClosedReference(std::string_view text);

// Replaces *text by `html` with its character references decoded once; white
// space stays.
void DecodeReferences(std::string_view html, std::string* text);

}  // namespace presshawk
