#include "cmd/markup_text.h"

#include <cstdint>

namespace presshawk {

std::string MarkupText(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
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
      default:
        if (static_cast<uint8_t>(c) >= 0x20 || c == '\t') {
          escaped += c;
        }
    }
  }
  return escaped;
}

}  // namespace presshawk
