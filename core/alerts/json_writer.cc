#include "core/alerts/json_writer.h"

namespace presshawk {
namespace {

constexpr bool NeedsEscape(unsigned char c) {
  return c < 0x20 || c == '"' || c == '\\';
}

void AppendEscape(unsigned char c, std::string* json) {
  static constexpr char kDigits[] = "0123456789abcdef";
  switch (c) {
    case '"':
      *json += "\\\"";
      return;
    case '\\':
      *json += "\\\\";
      return;
    case '\n':
      *json += "\\n";
      return;
    case '\r':
      *json += "\\r";
      return;
    case '\t':
      *json += "\\t";
      return;
    default:
      *json += "\\u00";
      *json += kDigits[c >> 4];
      *json += kDigits[c & 15];
  }
}

}  // namespace

void AppendJsonString(std::string_view text, std::string* json) {
  *json += '"';
  size_t clean_begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (NeedsEscape(c)) {
      json->append(text, clean_begin, i - clean_begin);
      AppendEscape(c, json);
      clean_begin = i + 1;
    }
  }
  json->append(text, clean_begin);
  *json += '"';
}

}  // namespace presshawk
