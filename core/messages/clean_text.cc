// SPDX-License-Identifier: Apache-2.0
#include "core/messages/clean_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "core/base/utf8.h"

namespace presshawk {
namespace {

struct Range {
  char32_t first, last;
};

template <size_t N>
bool IsIn(const std::array<Range, N>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(), [c](const Range& range) {
    return c >= range.first && c <= range.last;
  });
}

bool IsSpace(char32_t c) {
  return c <= ' ' || c == 0x7F || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x3000;
}

// Controls of C1, those that override the direction of text, the byte order
// mark, tags and other invisible characters without which every word is the
// same. Joiners (U+200C, U+200D) are part of words.
bool IsDropped(char32_t c) {
  static constexpr std::array<Range, 7> kDropped = {{{0x80, 0x9F},
                                                     {0x200B, 0x200B},
                                                     {0x202A, 0x202E},
                                                     {0x2060, 0x206F},
                                                     {0xFEFF, 0xFEFF},
                                                     {0xFFF9, 0xFFFB},
                                                     {0xE0000, 0xE007F}}};
  return IsIn(kDropped, c) || (c & 0xFFFE) == 0xFFFE;
}

// What belongs to the character before it.
bool IsMark(char32_t c) {
  static constexpr std::array<Range, 31> kMarks = {
      {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x5BF, 0x5C7},
       {0x610, 0x61A},   {0x64B, 0x65F},   {0x670, 0x670},   {0x6D6, 0x6ED},
       {0x900, 0x903},   {0x93A, 0x94F},   {0x951, 0x957},   {0x962, 0x963},
       {0x981, 0x983},   {0x9BC, 0x9CD},   {0xA01, 0xA03},   {0xA3C, 0xA51},
       {0xA81, 0xA83},   {0xABC, 0xACD},   {0xB01, 0xB03},   {0xB3C, 0xB57},
       {0xB82, 0xBCD},   {0xC3E, 0xC56},   {0xCBC, 0xCD6},   {0xD3B, 0xD57},
       {0xE31, 0xE4E},   {0xEB1, 0xECD},   {0x102B, 0x103E}, {0x17B4, 0x17D3},
       {0x1AB0, 0x1AFF}, {0x20D0, 0x20FF}, {0xFE20, 0xFE2F}}};
  return c >= 0x300 &&
         (IsIn(kMarks, c) || c == 0x200C || c == 0x200D ||
          (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0x1F3FB && c <= 0x1F3FF));
}

bool IsRegional(char32_t c) { return c >= 0x1F1E6 && c <= 0x1F1FF; }

// A cut between the two would tear something apart. Half a flag of two letters
// is a letter, which nobody minds: it is not looked for.
bool BelongTogether(char32_t before, char32_t after) {
  return IsMark(after) || before == 0x200D ||
         (IsRegional(before) && IsRegional(after));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The number of `\uXXXX` at `at`; -1 where there is none.
int EscapedUnit(std::string_view json, size_t at) {
  if (json.size() - at < 6 || json[at] != '\\' || json[at + 1] != 'u') {
    return -1;
  }
  int unit = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const int digit = HexDigit(json[i]);
    if (digit < 0) {
      return -1;
    }
    unit = unit * 16 + digit;
  }
  return unit;
}

}  // namespace

std::string CleanText(std::string_view text) {
  const std::string valid = ReplaceInvalidUtf8(text);
  std::string clean;
  clean.reserve(valid.size());
  bool is_blank_due = false;
  for (size_t i = 0; i < valid.size(); i += Utf8Size(valid[i])) {
    const char32_t c = DecodeUtf8(valid.data() + i);
    if (IsSpace(c)) {
      is_blank_due = !clean.empty();
    } else if (!IsDropped(c)) {
      if (is_blank_due) {
        clean += ' ';
      }
      is_blank_due = false;
      AppendUtf8(c, &clean);
    }
  }
  return clean;
}

std::string RepairedJson(std::string_view json) {
  std::string repaired =
      IsValidUtf8(json) ? std::string(json) : ReplaceInvalidUtf8(json);
  for (size_t i = repaired.find('\\'); i != std::string::npos;
       i = repaired.find('\\', i)) {
    const int unit = EscapedUnit(repaired, i);
    if (unit < 0xD800 || unit > 0xDFFF) {
      i += 2;  // Behind `\\` and `\"`, too.
      continue;
    }
    const int next =
        i + 6 <= repaired.size() ? EscapedUnit(repaired, i + 6) : -1;
    if (unit < 0xDC00 && next >= 0xDC00 && next <= 0xDFFF) {
      i += 12;
      continue;
    }
    repaired.replace(i, 6, "\\ufffd");
    i += 6;
  }
  return repaired;
}

size_t Utf16Length(std::string_view text) {
  size_t units = 0;
  for (const char c : text) {
    units += IsUtf8Continuation(c) ? 0 : Utf8Size(c) == 4 ? 2 : 1;
  }
  return units;
}

std::string CutText(std::string_view text, size_t units) {
  if (Utf16Length(text) <= units) {
    return std::string(text);
  }
  if (units == 0) {
    return "";
  }
  // The last place where a cut is allowed and "…" still fits.
  size_t cut = 0;
  size_t used = 0;
  char32_t before = ' ';
  for (size_t i = 0; i < text.size();) {
    const uint32_t size = Utf8Size(text[i]);
    const char32_t c = DecodeUtf8(text.data() + i);
    if (!BelongTogether(before, c)) {
      cut = i;
    }
    used += size == 4 ? 2 : 1;
    if (used > units - 1) {
      break;
    }
    before = c;
    i += size;
  }
  std::string shortened(text.substr(0, cut));
  while (!shortened.empty() && shortened.back() == ' ') {
    shortened.pop_back();
  }
  return shortened + "…";
}

bool HasRightToLeft(std::string_view text) {
  static constexpr std::array<Range, 5> kScripts = {{{0x590, 0x8FF},
                                                     {0xFB1D, 0xFDFF},
                                                     {0xFE70, 0xFEFC},
                                                     {0x10800, 0x10FFF},
                                                     {0x1E800, 0x1EFFF}}};
  for (size_t i = 0; i < text.size(); i += Utf8Size(text[i])) {
    if (IsIn(kScripts, DecodeUtf8(text.data() + i))) {
      return true;
    }
  }
  return false;
}

std::string Isolated(std::string text) {
  return HasRightToLeft(text) ? "\u2068" + text + "\u2069" : text;
}

std::string CleanUrl(std::string_view url) {
  constexpr size_t kLengthMax = 2'000;
  constexpr std::string_view kEnds = "<>\"`{}|\\^'()*[]@";
  constexpr char kDigits[] = "0123456789ABCDEF";
  const auto starts_with = [&](std::string_view scheme) {
    return url.size() > scheme.size() &&
           std::equal(scheme.begin(), scheme.end(), url.begin(),
                      [](char a, char b) {
                        return a == (b >= 'A' && b <= 'Z' ? b + 32 : b);
                      });
  };
  if (!starts_with("http://") && !starts_with("https://")) {
    return "";
  }
  // Brackets are part of an address, and nowhere else.
  const size_t path =
      std::min(url.find_first_of("/?#", url.find("//") + 2), url.size());
  if (url.substr(0, path).find('@') != std::string_view::npos) {
    return "";  // What stands before it passes for the name of the host.
  }
  std::string clean;
  for (size_t i = 0; i < url.size(); ++i) {
    const char c = url[i];
    const auto byte = static_cast<uint8_t>(c);
    const bool is_address = i < path && (c == '[' || c == ']');
    if (byte <= ' ' || byte >= 0x7F ||
        (kEnds.find(c) != std::string_view::npos && !is_address)) {
      clean += '%';
      clean += kDigits[byte >> 4];
      clean += kDigits[byte & 15];
    } else {
      clean += c;
    }
  }
  return clean.size() <= kLengthMax ? clean : "";
}

}  // namespace presshawk
