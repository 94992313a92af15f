// SPDX-License-Identifier: Apache-2.0
#include "cmd/terminal_text.h"

#include <cstdint>

namespace presshawk {

std::string TerminalText(std::string_view text) {
  std::string safe;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<uint8_t>(text[i]);
    // C1 controls are C2 80 to C2 9F in UTF-8.
    const bool is_c1 = c == 0xC2 && i + 1 < text.size() &&
                       static_cast<uint8_t>(text[i + 1]) < 0xA0;
    if (is_c1) {
      ++i;
    } else if (c == '\n' || c == '\t' || c == '\r') {
      safe += ' ';
    } else if (c >= 0x20 && c != 0x7F) {
      safe += text[i];
    }
  }
  return safe;
}

}  // namespace presshawk
