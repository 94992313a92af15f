// SPDX-License-Identifier: Apache-2.0
#include "core/zones/line_shape.h"

#include <algorithm>
#include <array>

#include "core/base/utf8.h"
#include "core/zones/folded_text.h"

namespace presshawk {
namespace {

constexpr size_t kCapitalWordsMin = 5;
// A bare "(AFP)" or "Source: AFP" signs a longer line, which is the story.
constexpr size_t kBareCreditBytesMax = 200;

char32_t LastCharacter(std::string_view text, size_t* begin) {
  size_t at = text.size();
  while (at > 0 && IsUtf8Continuation(text[--at])) {
  }
  *begin = at;
  return text.empty() ? 0 : DecodeUtf8(text.data() + at);
}

bool IsClosingMark(char32_t c) {
  return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x2019 ||
         c == 0x201D || c == 0x201C || c == 0xBB || c == 0x300D ||
         c == 0x300F || c == 0xFF09 || c == ' ' || c == 0xA0;
}

bool IsSentenceMark(char32_t c) {
  switch (c) {
    case '.':
    case '!':
    case '?':
    case ':':
    case ';':
    case ',':
    case 0x2026:  // Ellipsis.
    case 0x61F:   // Arabic.
    case 0x61B:
    case 0x60C:
    case 0x964:   // Devanagari.
    case 0x3002:  // Chinese.
    case 0xFF01:
    case 0xFF1F:
    case 0xFF1A:
    case 0xFF1B:
      return true;
    default:
      return false;
  }
}

bool IsUpper(char32_t c) {
  return (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) ||
         (c >= 0x391 && c <= 0x3A9) || (c >= 0x400 && c <= 0x42F);
}

bool IsLower(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 0xDF && c <= 0xFF && c != 0xF7) ||
         (c >= 0x3B1 && c <= 0x3C9) || (c >= 0x430 && c <= 0x45F);
}

bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool EndsAsSentence(std::string_view line) {
  size_t begin;
  char32_t c = LastCharacter(line, &begin);
  for (int marks = 0; marks < 4 && IsClosingMark(c); ++marks) {
    line = line.substr(0, begin);
    c = LastCharacter(line, &begin);
  }
  return IsSentenceMark(c);
}

WordsAtStart TakeWords(std::string_view line, size_t max) {
  size_t words = 0;
  size_t letters = 0;  // Of a script without spaces.
  bool in_word = false;
  size_t i = 0;
  while (i < line.size()) {
    const auto byte = static_cast<uint8_t>(line[i]);
    bool space = byte <= ' ';
    uint32_t size = 1;
    if (byte >= 0xC2) {
      size = Utf8Size(line[i]);
      const bool spaceless = (byte >= 0xE3 || byte == 0xE0) &&
                             IsSpacelessScript(DecodeUtf8(line.data() + i));
      letters += spaceless ? 1 : 0;
      space = spaceless || (byte == 0xC2 && line[i + 1] == '\xA0');
    }
    if (space && (in_word || size > 1) && words + letters / 2 >= max) {
      return {max, i};
    }
    words += !space && !in_word ? 1 : 0;
    in_word = !space;
    i += size;
  }
  return {std::min(max, words + letters / 2), i};
}

size_t CountWords(std::string_view line, size_t max) {
  return TakeWords(line, max).words;
}

bool IsInCapitals(std::string_view line) {
  size_t capitals = 0;
  for (size_t i = 0; i < line.size(); i += Utf8Size(line[i])) {
    const char32_t c = DecodeUtf8(line.data() + i);
    if (IsLower(c)) {
      return false;
    }
    capitals += IsUpper(c) ? 1 : 0;
  }
  // Not the rows of a table or a list of names.
  return capitals >= 15 && line.find("  ") == std::string_view::npos &&
         std::count(line.begin(), line.end(), ',') <= 1 &&
         CountWords(line, kCapitalWordsMin) == kCapitalWordsMin;
}

bool IsCode(std::string_view line) {
  const char last = line.back();
  if ((last != '{' && last != '}' && last != ';') || !IsAscii(line)) {
    return false;
  }
  return line.size() <= 4 || line.ends_with(");") || last == '{' ||
         line.find_first_of("{}") != std::string_view::npos ||
         line.find(" = ") != std::string_view::npos;
}

bool IsNumberedGallery(std::string_view line) {
  if (line.size() < 8 || line[0] != '1' || line[1] != '/' ||
      !IsAsciiDigit(line[2]) || line[2] == '1' || IsAsciiDigit(line[3])) {
    return false;
  }
  const std::array<char, 3> second = {'2', '/', line[2]};
  return line.find(std::string_view(second.data(), second.size()), 4) !=
         std::string_view::npos;
}

bool IsPictureName(std::string_view line) {
  if (line.size() < 8 || line.size() > 60) {
    return false;
  }
  size_t joints = 0;
  size_t letters = 0;
  for (const char c : line) {
    letters += c >= 'a' && c <= 'z' ? 1 : 0;
    if (c == '-' || c == '_') {
      ++joints;
    } else if (!IsAsciiDigit(c) && !(c >= 'a' && c <= 'z')) {
      return false;
    }
  }
  return joints >= 2 && letters >= 5;
}

bool IsCreditBefore(std::string_view line, size_t begin) {
  std::string_view before = line.substr(0, begin);
  const auto ends_with = [&](std::string_view what) {
    return before.ends_with(what);
  };
  const bool spaced = ends_with(" ");
  while (ends_with(" ") || ends_with("\xC2\xA0")) {
    before.remove_suffix(before.back() == ' ' ? 1 : 2);
  }
  if (ends_with("/") || ends_with("|") || ends_with("©") || ends_with("•")) {
    return true;
  }
  if (ends_with("(") || ends_with("[") || ends_with("（") || ends_with(":")) {
    return line.size() <= kBareCreditBytesMax;
  }
  if (!spaced) {
    return false;
  }
  if (ends_with(" via") || ends_with("(via") || ends_with(" by") ||
      ends_with(" courtesy of") || ends_with(" for")) {
    return line.size() - begin < 40 &&
           (ends_with(" via") || ends_with("(via") || line.size() <= 160);
  }
  // In brackets that end the line: "(Ann Lee, EPA)".
  const size_t open = before.rfind('(');
  return line.back() == ')' && open != std::string_view::npos &&
         begin - open < 80 && before.back() == ',';
}

bool EndsWithCreditBracket(std::string_view line) {
  if (line.back() != ')' || line.size() < 4) {
    return false;
  }
  const size_t open = line.rfind('(');
  if (open == std::string_view::npos || line.size() - open > 120) {
    return false;
  }
  static constexpr std::array<std::string_view, 26> kWords = {
      "photo:",     "photo by",       "photo credit",  "photos:",
      "photos by",  "image:",         "images:",       "image credit",
      "picture:",   "pic:",           "illustration:", "illustration by",
      "credit:",    "courtesy:",      "courtesy of",   "courtesy",
      "screenshot", "screen capture", "file photo",    "foto:",
      "fotos:",     "fot.",           "фото:",         "снимка:",
      "fotoğraf:",  "crédit"};
  const std::string_view inside = line.substr(open + 1);
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return PhraseAtStart(inside, word) != kNoPhrase;
  });
}

}  // namespace presshawk
