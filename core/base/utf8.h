// SPDX-License-Identifier: Apache-2.0
// Code points of valid UTF-8.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace presshawk {

inline bool IsUtf8Continuation(char c) {
  return (static_cast<uint8_t>(c) & 0xC0) == 0x80;
}

inline bool IsAscii(std::string_view text) {
  uint64_t all = 0;
  size_t i = 0;
  for (; i + sizeof(uint64_t) <= text.size(); i += sizeof(uint64_t)) {
    uint64_t bytes;
    std::memcpy(&bytes, text.data() + i, sizeof(bytes));
    all |= bytes;
  }
  for (; i < text.size(); ++i) {
    all |= static_cast<uint8_t>(text[i]);
  }
  return (all & 0x8080808080808080) == 0;
}

// The begin of `text`, at most `bytes`, without half a code point at its end.
inline std::string_view Utf8Prefix(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) {
    return text;
  }
  while (bytes > 0 && IsUtf8Continuation(text[bytes])) {
    --bytes;
  }
  return text.substr(0, bytes);
}

// Bytes of the code point that begins with `first`.
inline uint32_t Utf8Size(char first) {
  const auto byte = static_cast<uint8_t>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// The code point at `text`. REQUIRES: valid UTF-8.
inline char32_t DecodeUtf8(const char* text) {
  const auto byte = [text](int i) {
    return static_cast<char32_t>(static_cast<uint8_t>(text[i]));
  };
  const char32_t first = byte(0);
  if (first < 0x80) {
    return first;
  }
  if (first < 0xE0) {
    return ((first & 0x1F) << 6) | (byte(1) & 0x3F);
  }
  if (first < 0xF0) {
    return ((first & 0x0F) << 12) | ((byte(1) & 0x3F) << 6) | (byte(2) & 0x3F);
  }
  return ((first & 0x07) << 18) | ((byte(1) & 0x3F) << 12) |
         ((byte(2) & 0x3F) << 6) | (byte(3) & 0x3F);
}

// Writes 1 to 4 bytes to `out`; returns how many.
inline uint32_t EncodeUtf8(char32_t c, char* out) {
  const auto set = [out](int i, char32_t byte) {
    out[i] = static_cast<char>(static_cast<uint8_t>(byte));
  };
  if (c < 0x80) {
    set(0, c);
    return 1;
  }
  if (c < 0x800) {
    set(0, 0xC0 | (c >> 6));
    set(1, 0x80 | (c & 0x3F));
    return 2;
  }
  if (c < 0x10000) {
    set(0, 0xE0 | (c >> 12));
    set(1, 0x80 | ((c >> 6) & 0x3F));
    set(2, 0x80 | (c & 0x3F));
    return 3;
  }
  set(0, 0xF0 | (c >> 18));
  set(1, 0x80 | ((c >> 12) & 0x3F));
  set(2, 0x80 | ((c >> 6) & 0x3F));
  set(3, 0x80 | (c & 0x3F));
  return 4;
}

inline void AppendUtf8(char32_t c, std::string* out) {
  char utf8[4];
  out->append(utf8, EncodeUtf8(c, utf8));
}

// By the table of well-formed sequences (Unicode 3.9, D92). Not for hot paths:
// simdjson validates articles.
inline bool IsValidUtf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const uint32_t size = Utf8Size(text[i]);
    const auto first = static_cast<uint8_t>(text[i]);
    if ((first >= 0x80 && first < 0xC2) || first > 0xF4 ||
        text.size() - i < size) {
      return false;
    }
    for (uint32_t k = 1; k < size; ++k) {
      if (!IsUtf8Continuation(text[i + k])) {
        return false;
      }
    }
    const char32_t c = DecodeUtf8(text.data() + i);
    const bool overlong =
        (size == 3 && c < 0x800) || (size == 4 && c < 0x10000);
    if (overlong || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) {
      return false;
    }
    i += size;
  }
  return true;
}

// `text` with U+FFFD for each byte that is part of no code point.
inline std::string ReplaceInvalidUtf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const size_t size = Utf8Size(text[0]);
    if (size <= text.size() && IsValidUtf8(text.substr(0, size))) {
      valid += text.substr(0, size);
      text.remove_prefix(size);
    } else {
      valid += "\xEF\xBF\xBD";
      text.remove_prefix(1);
    }
  }
  return valid;
}

}  // namespace presshawk
