// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/alert.h"

#include "core/base/utf8.h"

namespace presshawk {
namespace {

// The byte where the code point is that comes `count` behind the one at byte
// `from`; the end of the text where there are fewer.
size_t Forward(std::string_view text, size_t from, uint64_t count) {
  size_t at = from;
  for (; at < text.size(); ++at) {
    if (!IsUtf8Continuation(text[at]) && count-- == 0) {
      break;
    }
  }
  return at;
}

}  // namespace

void ForEachPiece(
    const Alert::Snippet& snippet,
    absl::FunctionRef<void(std::string_view piece, bool is_hit)> take) {
  const std::string_view text = snippet.text;
  size_t byte = 0;
  uint64_t code_point = 0;
  for (const auto& [begin, end] : snippet.highlights) {
    const size_t hit = Forward(text, byte, begin - code_point);
    take(text.substr(byte, hit - byte), false);
    byte = Forward(text, hit, end - begin);
    code_point = end;
    take(text.substr(hit, byte - hit), true);
  }
  take(text.substr(byte), false);
}

}  // namespace presshawk
