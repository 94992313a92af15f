// SPDX-License-Identifier: Apache-2.0
#include "core/zones/folded_text.h"

#include <algorithm>

#include "core/base/utf8.h"

namespace presshawk {
namespace {

constexpr uint32_t kHashStart = 2166136261;

uint32_t HashWith(uint32_t hash, char32_t c) {
  return (hash ^ static_cast<uint32_t>(c)) * 16777619;
}

bool IsDigit(char32_t c) { return c >= '0' && c <= '9'; }

bool IsSpace(char32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || c == 0xA0 || c == 0x3000 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x202F;
}

char32_t FoldLetter(char32_t c) {
  if (c < 0x80) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }
  if ((c >= 0xC0 && c <= 0xDE && c != 0xD7) || (c >= 0x391 && c <= 0x3A9) ||
      (c >= 0x410 && c <= 0x42F)) {
    return c + 32;
  }
  if (c >= 0x400 && c <= 0x40F) {
    return c + 80;
  }
  if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177) ||
      (c >= 0x490 && c <= 0x4FF)) {
    return c | 1;
  }
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) {
    return (c & 1) != 0 ? c + 1 : c;
  }
  switch (c) {
    case 0x2018:
    case 0x2019:
      return '\'';
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0xAB:
    case 0xBB:
      return '"';
    default:
      return c;
  }
}

char32_t Decode(const char* at, uint32_t* size) {
  *size = Utf8Size(*at);
  return DecodeUtf8(at);
}

bool IsClosing(char32_t c) { return !IsWordCharacter(c) && c != '#'; }

}  // namespace

char32_t FoldedReader::Next() {
  uint32_t size;
  const char32_t c = Decode(at_, &size);
  at_ += size;
  if (IsSpace(c)) {
    while (at_ != end_ && IsSpace(Decode(at_, &size))) {
      at_ += size;
    }
    return ' ';
  }
  if (IsDigit(c)) {
    while (at_ != end_ && IsDigit(static_cast<uint8_t>(*at_))) {
      ++at_;
    }
    return '#';
  }
  return c == '#' ? '#' : FoldLetter(c);
}

bool IsSpacelessScript(char32_t c) {
  return (c >= 0x3040 && c <= 0x9FFF) || (c >= 0xE00 && c <= 0xE7F) ||
         (c >= 0x20000 && c <= 0x3FFFF);
}

bool IsWordCharacter(char32_t c) {
  if (c < 0x80) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) ||
           c == '#';
  }
  return c >= 0xAA && c != 0xAB && c != 0xB7 && c != 0xBB && c != 0xD7 &&
         c != 0x60C && c != 0x61B && c != 0x61F && c != 0x964 &&
         !(c >= 0x2000 && c <= 0x206F) && !(c >= 0x3000 && c <= 0x303F) &&
         !(c >= 0xFF01 && c <= 0xFF0F) && !(c >= 0xFF1A && c <= 0xFF20);
}

size_t PhraseAtStart(std::string_view text, std::string_view phrase) {
  FoldedReader in_text(text);
  FoldedReader in_phrase(phrase);
  char32_t last = 0;
  while (!in_phrase.AtEnd()) {
    last = in_phrase.Next();
    if (in_text.AtEnd() || in_text.Next() != last) {
      return kNoPhrase;
    }
  }
  const size_t end = in_text.position();
  if (!in_text.AtEnd() && IsWordCharacter(last) && !IsSpacelessScript(last) &&
      IsWordCharacter(in_text.Next())) {
    return kNoPhrase;
  }
  return end;
}

bool PhraseAtEnd(std::string_view text, std::string_view phrase,
                 size_t* begin) {
  // As many words from the end as the phrase has.
  size_t at = text.size();
  for (size_t word = 0;
       word == 0 || (word = phrase.find(' ', word)) != std::string_view::npos;
       ++word) {
    while (at > 0 && text[at - 1] == ' ') {
      --at;
    }
    while (at > 0 && text[at - 1] != ' ') {
      --at;
    }
  }
  // Punctuation before the first word is not of it: "(AP".
  for (;; at += Utf8Size(text[at])) {
    const std::string_view rest = text.substr(at);
    const size_t taken = PhraseAtStart(rest, phrase);
    if (taken == rest.size()) {
      *begin = at;
      return true;
    }
    const size_t end = std::min(text.find(' ', at), text.size());
    // Skip to what stands behind the next mark in this word.
    while (at < end && IsWordCharacter(DecodeUtf8(text.data() + at)) &&
           !IsSpacelessScript(DecodeUtf8(text.data() + at))) {
      at += Utf8Size(text[at]);
    }
    if (at >= end) {
      return false;
    }
  }
}

uint32_t FirstWordHash(std::string_view text) {
  FoldedReader reader(text);
  uint32_t hash = kHashStart;
  for (int letters = 0; !reader.AtEnd() && letters < 24; ++letters) {
    const char32_t c = reader.Next();
    if (letters > 0 &&
        (!IsWordCharacter(c) || (letters == 2 && IsSpacelessScript(c)))) {
      break;
    }
    hash = HashWith(hash, c);
  }
  return hash;
}

uint32_t LastWordHash(std::string_view text) {
  // Backwards over punctuation, then over the word.
  size_t end = text.size();
  size_t begin = end;
  const auto before = [&](size_t at) {
    while (at > 0 && IsUtf8Continuation(text[--at])) {
    }
    return at;
  };
  while (end > 0) {
    begin = before(end);
    if (!IsClosing(DecodeUtf8(text.data() + begin))) {
      break;
    }
    end = begin;
  }
  for (int letters = 0; begin > 0 && letters < 24; ++letters) {
    const size_t at = before(begin);
    const char32_t c = DecodeUtf8(text.data() + at);
    if (!IsWordCharacter(c) || (IsSpacelessScript(c) && letters == 1)) {
      break;
    }
    begin = at;
  }
  return FirstWordHash(text.substr(begin, end - begin));
}

}  // namespace presshawk
