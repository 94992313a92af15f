// SPDX-License-Identifier: Apache-2.0
// Maps text that was extracted from HTML back to the HTML.
//
//   HtmlMap map;
//   MapPlainText("<p>AT&amp;T <b>rose</b>", HtmlMode::kAuto, &map);
//   map.ToSource({0, 4});  // `AT&T` is `AT&amp;T`, the bytes 3 to 11.
//
// LIFE. Reused; allocates only for a new maximum.
// THREAD SAFETY. None.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/model/hit.h"

namespace presshawk {

class HtmlMap {
 public:
  void Clear() { pieces_.clear(); }
  // Says that `size` bytes of the text are those of the HTML. Pieces are added
  // in rising order; what is in no piece is white space in the text, and markup
  // or white space in the HTML.
  void AddCopy(size_t text_begin, size_t source_begin, size_t size);
  // Says that these bytes of the text are the meaning of a character reference.
  void AddReference(size_t text_begin, size_t text_size, size_t source_begin,
                    size_t source_size);

  // The bytes of the HTML that the span of the text, which is not empty, came
  // from, markup between its characters included. A reference is covered whole.
  // White space at an end of the span stands for all that is between the
  // characters around it.
  ByteSpan ToSource(ByteSpan text) const;

 private:
  struct Piece {
    ByteSpan text, source;
    bool is_copy;  // Byte by byte; else a reference.
  };
  // The last piece that begins at or before byte `offset` of the text; the
  // first one where there is none. REQUIRES: pieces_ is not empty.
  size_t PieceAt(uint32_t offset) const;

  std::vector<Piece> pieces_;
};

}  // namespace presshawk
