// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "core/model/field.h"

namespace presshawk {

// Half-open, in bytes of a text that the user of the type names.
struct ByteSpan {
  uint32_t begin = 0;
  uint32_t end = 0;
  friend bool operator==(const ByteSpan&, const ByteSpan&) = default;
};

// Half-open, in code points of the text of a field, as the offsets of an alert.
struct CodePointSpan {
  uint32_t begin = 0;
  uint32_t end = 0;
  friend bool operator==(const CodePointSpan&, const CodePointSpan&) = default;
};

// One occurrence of a term in a field.
struct Hit {
  // The text that `span` refers to: terms are found in the canonical text, and
  // regexes in the original text of the field.
  enum class Space : uint8_t { kCanonical, kOriginal };

  Field field = Field::kTitle;
  Space space = Space::kCanonical;
  // kCanonical: bytes of ArticleText::canonical(), from the first byte of the
  // first token to past the last byte of the last token, without the spaces
  // around. kOriginal: bytes of ArticleText::original(field).
  ByteSpan span;
  // As written in the watch-list (SPEC A41); lives as long as the generation.
  // If two hits have the same place, the lower `order` names it.
  std::string_view term;
  uint32_t order = 0;
};

}  // namespace presshawk
