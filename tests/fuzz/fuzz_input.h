// SPDX-License-Identifier: Apache-2.0
// What the targets make of the fuzzer's bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/utf8.h"

namespace presshawk {

inline std::string_view Bytes(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The bytes as valid UTF-8: each byte that begins no code point is one of
// Latin-1.
inline std::string ValidUtf8(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const size_t size = Utf8Size(bytes[0]);
    if (size <= bytes.size() && IsValidUtf8(bytes.substr(0, size))) {
      text += bytes.substr(0, size);
      bytes.remove_prefix(size);
    } else {
      AppendUtf8(static_cast<uint8_t>(bytes[0]), &text);
      bytes.remove_prefix(1);
    }
  }
  return text;
}

// Takes the text up to the next line feed off *rest.
inline std::string_view TakeLine(std::string_view* rest) {
  const size_t end = rest->find('\n');
  const std::string_view line = rest->substr(0, end);
  rest->remove_prefix(end == std::string_view::npos ? rest->size() : end + 1);
  return line;
}

}  // namespace presshawk
