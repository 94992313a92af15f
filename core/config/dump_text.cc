// SPDX-License-Identifier: Apache-2.0
#include "core/config/dump_text.h"

#include "core/base/hex.h"
#include "core/base/str_cat.h"

namespace presshawk {

std::string QuotedYaml(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      StrAppend(&quoted, '\\', c);
    } else if (byte < 0x20 || byte == 0x7F) {
      quoted += "\\x";
      AppendHex(byte, &quoted);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string QuotedYamlList(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) {
    StrAppend(&list, list.size() == 1 ? "" : ", ", QuotedYaml(text));
  }
  return list + "]";
}

}  // namespace presshawk
