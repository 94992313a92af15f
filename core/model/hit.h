#pragma once

#include <cstdint>
#include <string_view>

#include "core/model/field.h"

namespace presshawk {

// Half-open, in bytes of some text that the user of the type names.
struct ByteSpan {
  uint32_t begin = 0;
  uint32_t end = 0;
  friend bool operator==(const ByteSpan&, const ByteSpan&) = default;
};

// Half-open, in Unicode code points of a field's text: an alert's offsets.
struct CodePointSpan {
  uint32_t begin = 0;
  uint32_t end = 0;
  friend bool operator==(const CodePointSpan&, const CodePointSpan&) = default;
};

// One occurrence of a term in a field.
struct Hit {
  // What `span` counts in: terms are found in canonical text, regexes in the
  // field's own.
  enum class Space : uint8_t { kCanonical, kOriginal };

  Field field = Field::kTitle;
  Space space = Space::kCanonical;
  // kCanonical: bytes of ArticleText::canonical(), from the first byte of the
  // first token to past the last byte of the last token (no spaces around).
  // kOriginal: bytes of ArticleText::original(field).
  ByteSpan span;
  // As written in the watch-list (SPEC A41); lives as long as the generation.
  // Of equal places the earlier `order` names the hit.
  std::string_view term;
  uint32_t order = 0;
};

}  // namespace presshawk
