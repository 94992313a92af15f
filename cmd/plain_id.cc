// SPDX-License-Identifier: Apache-2.0
#include "cmd/plain_id.h"

#include "core/base/hex.h"
#include "core/base/json_text.h"

namespace presshawk {

void AppendPlainId(std::string_view id, std::string* out) {
  for (size_t i = 0; i < id.size(); ++i) {
    const char c = id[i];
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x20 || c == '\\') {
      std::string escaped;
      AppendJsonString({&c, 1}, &escaped);
      out->append(escaped, 1, escaped.size() - 2);
    } else if (byte == 0x7F) {
      *out += "\\u007f";
    } else if (byte == 0xC2 && static_cast<uint8_t>(id[i + 1]) < 0xA0) {
      *out += "\\u00";
      AppendHex(static_cast<uint8_t>(id[++i]), out);
    } else {
      *out += c;
    }
  }
}

}  // namespace presshawk
