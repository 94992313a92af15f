// SPDX-License-Identifier: Apache-2.0
#include "core/text/html_entities.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "core/base/utf8.h"

namespace presshawk {
namespace {

struct Entity {
  std::string_view name;
  std::string_view utf8;
};

constexpr Entity kEntities[] = {
#include "core/text/html_entities.inc"
};
constexpr size_t kLongestName = 33;  // CounterClockwiseContourIntegral;

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9');
}

const Entity* FindEntity(std::string_view name) {
  const auto* const end = std::end(kEntities);
  const auto* const it = std::lower_bound(
      std::begin(kEntities), end, name,
      [](const Entity& e, std::string_view wanted) { return e.name < wanted; });
  return it != end && it->name == name ? it : nullptr;
}

// The longest known name at the start of `text`, which is behind the `&`.
const Entity* LongestEntity(std::string_view text) {
  size_t size = 0;
  while (size < text.size() && size < kLongestName &&
         IsAlphanumeric(text[size])) {
    ++size;
  }
  if (size < text.size() && text[size] == ';') {
    if (const Entity* entity = FindEntity(text.substr(0, size + 1))) {
      return entity;
    }
  }
  for (; size > 1; --size) {
    if (const Entity* entity = FindEntity(text.substr(0, size))) {
      return entity;
    }
  }
  return nullptr;
}

// HTML 13.2.5.80: references to C1 controls mean Windows-1252.
char32_t NumericMeaning(char32_t c) {
  static constexpr std::array<char16_t, 32> kWindows1252 = {
      0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
      0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
      0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
      0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) {
    return 0xFFFD;
  }
  return c >= 0x80 && c < 0xA0 ? kWindows1252[c - 0x80] : c;
}

struct Numeric {
  size_t size = 0;  // 0: none. Counts `&#` and the `;` where there is one.
  char32_t value = 0;
  bool closed = false;
};

Numeric ParseNumeric(std::string_view text) {  // Begins with `&#`.
  size_t at = 2;
  const bool hex = at < text.size() && (text[at] == 'x' || text[at] == 'X');
  at += hex ? 1 : 0;
  const size_t digits_begin = at;
  char32_t value = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    char32_t digit;
    if (c >= '0' && c <= '9') {
      digit = static_cast<char32_t>(c - '0');
    } else if (hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = static_cast<char32_t>((c | 0x20) - 'a' + 10);
    } else {
      break;
    }
    value = std::min<char32_t>(value * (hex ? 16 : 10) + digit, 0x110000);
  }
  if (at == digits_begin) {
    return {};
  }
  const bool closed = at < text.size() && text[at] == ';';
  return {.size = at + (closed ? 1 : 0), .value = value, .closed = closed};
}

}  // namespace

size_t DecodeReference(std::string_view text, std::string* out) {
  if (text.size() < 3) {
    return 0;
  }
  if (text[1] == '#') {
    const Numeric numeric = ParseNumeric(text);
    if (numeric.size != 0) {
      AppendUtf8(NumericMeaning(numeric.value), out);
    }
    return numeric.size;
  }
  const Entity* const entity = LongestEntity(text.substr(1));
  if (entity == nullptr) {
    return 0;
  }
  out->append(entity->utf8);
  return entity->name.size() + 1;
}

bool IsClosedReference(std::string_view text) {
  if (text.size() < 4) {
    return false;
  }
  if (text[1] == '#') {
    return ParseNumeric(text).closed;
  }
  const Entity* const entity = LongestEntity(text.substr(1));
  return entity != nullptr && entity->name.back() == ';';
}

}  // namespace presshawk
