// SPDX-License-Identifier: Apache-2.0
#include "core/text/html_map.h"

#include <algorithm>

namespace presshawk {
namespace {

ByteSpan SpanAt(size_t begin, size_t size) {
  return {static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + size)};
}

}  // namespace

void HtmlMap::AddCopy(size_t text_begin, size_t source_begin, size_t size) {
  if (size == 0) {
    return;
  }
  const ByteSpan text = SpanAt(text_begin, size);
  const ByteSpan source = SpanAt(source_begin, size);
  // Between words mostly one space of the HTML stands for one of the text. Equal
  // distances mean that there is no markup, which is always longer than the
  // white space that it makes.
  if (!pieces_.empty() && pieces_.back().is_copy &&
      text.begin - pieces_.back().text.end ==
          source.begin - pieces_.back().source.end) {
    pieces_.back().text.end = text.end;
    pieces_.back().source.end = source.end;
    return;
  }
  pieces_.push_back({.text = text, .source = source, .is_copy = true});
}

void HtmlMap::AddReference(size_t text_begin, size_t text_size,
                           size_t source_begin, size_t source_size) {
  pieces_.push_back({.text = SpanAt(text_begin, text_size),
                     .source = SpanAt(source_begin, source_size),
                     .is_copy = false});
}

size_t HtmlMap::PieceAt(uint32_t offset) const {
  const auto behind = std::upper_bound(pieces_.begin(), pieces_.end(), offset,
                                       [](uint32_t wanted, const Piece& piece) {
                                         return wanted < piece.text.begin;
                                       });
  return behind == pieces_.begin()
             ? 0
             : static_cast<size_t>(behind - pieces_.begin()) - 1;
}

ByteSpan HtmlMap::ToSource(ByteSpan text) const {
  if (pieces_.empty()) {
    return {};
  }
  const Piece& first = pieces_[PieceAt(text.begin)];
  ByteSpan source = {first.source.begin, 0};
  if (text.begin >= first.text.end) {
    source.begin = first.source.end;
  } else if (first.is_copy && text.begin > first.text.begin) {
    source.begin += text.begin - first.text.begin;
  }
  const size_t last = PieceAt(text.end - 1);
  source.end = pieces_[last].source.end;
  if (text.end > pieces_[last].text.end) {
    source.end =
        last + 1 < pieces_.size() ? pieces_[last + 1].source.begin : source.end;
  } else if (pieces_[last].is_copy) {
    source.end -= pieces_[last].text.end - text.end;
  }
  return source;
}

}  // namespace presshawk
