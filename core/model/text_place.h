// SPDX-License-Identifier: Apache-2.0
// Where the texts of an article stand in its JSON.
#pragma once

#include <cstdint>
#include <string>

#include "core/model/field.h"
#include "core/model/hit.h"

namespace presshawk {

// A JSON value that a text of an article was made of, alone or joined with
// others.
struct TextPlace {
  std::string pointer;       // JSON Pointer (RFC 6901) of a string or number.
  uint32_t value_begin = 0;  // Where it begins, in bytes of the text.
};

// Finds them for one article.
class TextLocator {
 public:
  virtual ~TextLocator() = default;
  // Replaces *place by the value that holds the bytes `span` of
  // Article::text_of(field). Returns false where no single value does. The
  // first call takes as long as decoding the article did; later ones are quick
  // if spans come in rising order.
  virtual bool Locate(Field field, ByteSpan span, TextPlace* place) = 0;
};

}  // namespace presshawk
