// SPDX-License-Identifier: Apache-2.0
// Bytes as hexadecimal digits in lower case, two per byte.
//
//   HexOf("K\x1f")  // "4b1f"
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace presshawk {

inline constexpr char kHexDigits[] = "0123456789abcdef";

// Writes the two digits of `byte` to `out`; returns the place behind them.
inline char* WriteHex(uint8_t byte, char* out) {
  *out++ = kHexDigits[byte >> 4U];
  *out++ = kHexDigits[byte & 15U];
  return out;
}

inline void AppendHex(uint8_t byte, std::string* out) {
  char digits[2];
  WriteHex(byte, digits);
  out->append(digits, sizeof(digits));
}

inline std::string HexOf(std::string_view bytes) {
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    AppendHex(static_cast<uint8_t>(byte), &hex);
  }
  return hex;
}

}  // namespace presshawk
