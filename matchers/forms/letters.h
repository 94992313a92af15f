// SPDX-License-Identifier: Apache-2.0
// Letters of the scripts that tables of forms are written in: Latin, Cyrillic,
// Arabic. Upper and lower case are compared by code point, without ICU.
#pragma once

#include <string>
#include <string_view>

#include "core/base/utf8.h"

namespace presshawk {

inline char32_t LowerLetter(char32_t c) {
  if ((c >= U'A' && c <= U'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) ||
      (c >= 0x410 && c <= 0x42F)) {
    return c + 0x20;
  }
  if (c >= 0x400 && c <= 0x40F) {
    return c + 0x50;
  }
  // Ā ā, Ą ą, …: pairs whose upper-case letter is even, but for two runs.
  const bool is_even_first =
      (c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177) ||
      (c >= 0x460 && c <= 0x481) || (c >= 0x48A && c <= 0x4BF);
  const bool is_odd_first =
      (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
  if ((is_even_first && c % 2 == 0) || (is_odd_first && c % 2 == 1)) {
    return c + 1;
  }
  return c;
}

inline bool IsUpperLetter(char32_t c) { return LowerLetter(c) != c; }

inline bool IsLetterOfForms(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') ||
         (c >= 0xC0 && c != 0xD7 && c != 0xF7 && c < 0x2000);
}

inline std::u32string LowerLetters(std::u32string_view word) {
  std::u32string lower(word);
  for (char32_t& c : lower) {
    c = LowerLetter(c);
  }
  return lower;
}

// REQUIRES: valid UTF-8.
inline std::u32string LettersOf(std::string_view text) {
  std::u32string letters;
  for (size_t i = 0; i < text.size(); i += Utf8Size(text[i])) {
    letters += DecodeUtf8(text.data() + i);
  }
  return letters;
}

inline std::string Utf8Of(std::u32string_view letters) {
  std::string text;
  for (const char32_t c : letters) {
    AppendUtf8(c, &text);
  }
  return text;
}

}  // namespace presshawk
