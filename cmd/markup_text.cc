// SPDX-License-Identifier: Apache-2.0
#include "cmd/markup_text.h"

#include <cstdint>

#include "core/base/utf8.h"

namespace presshawk {

std::string MarkupText(std::string_view text) {
  // One invalid byte, control character, U+FFFE or U+FFFF, and a parser of XML
  // refuses the whole document.
  const std::string valid = ReplaceInvalidUtf8(text);
  std::string escaped;
  for (size_t i = 0; i < valid.size(); ++i) {
    const char c = valid[i];
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      case '\n':
        escaped += "&#10;";
        break;
      case '\t':
        escaped += "&#9;";
        break;
      case '\xEF':
        if (valid.compare(i, 3, "\xEF\xBF\xBE") == 0 ||
            valid.compare(i, 3, "\xEF\xBF\xBF") == 0) {
          i += 2;
        } else {
          escaped += c;
        }
        break;
      default:
        if (static_cast<uint8_t>(c) >= 0x20) {
          escaped += c;
        }
    }
  }
  return escaped;
}

}  // namespace presshawk
