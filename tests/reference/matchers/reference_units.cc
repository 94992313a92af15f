// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/matchers/reference_units.h"

#include <memory>

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "core/base/check.h"

namespace presshawk::reference {
namespace {

// A text with each line break as one LF, each U+2029 as two, and where each
// UTF-16 unit came from.
struct Unified {
  icu::UnicodeString text;
  std::vector<uint32_t> from;  // One more than units: the end.
};

Unified Unify(std::string_view bytes) {
  Unified unified;
  uint32_t at = 0;
  const auto add = [&](UChar32 c) {
    unified.text.append(c);
    unified.from.resize(static_cast<size_t>(unified.text.length()), at);
  };
  while (at < bytes.size()) {
    const auto starts = [&](std::string_view s) {
      return bytes.substr(at).starts_with(s);
    };
    uint32_t size = 1;
    if (starts("\r\n")) {
      size = 2;
      add('\n');
    } else if (starts("\r") || starts("\n")) {
      add('\n');
    } else if (starts("\xC2\x85")) {
      size = 2;
      add('\n');
    } else if (starts("\xE2\x80\xA8")) {
      size = 3;
      add('\n');
    } else if (starts("\xE2\x80\xA9")) {
      size = 3;
      add('\n');
      add('\n');
    } else {
      while (at + size < bytes.size() &&
             (static_cast<uint8_t>(bytes[at + size]) & 0xC0) == 0x80) {
        ++size;
      }
      add(icu::UnicodeString::fromUTF8(
              icu::StringPiece(bytes.data() + at, static_cast<int32_t>(size)))
              .char32At(0));
    }
    at += size;
  }
  unified.from.push_back(at);
  return unified;
}

// Units [begin, end) of each paragraph.
std::vector<std::pair<int32_t, int32_t>> ParagraphsOf(const Unified& unified) {
  std::vector<std::pair<int32_t, int32_t>> paragraphs;
  int32_t begin = 0;
  for (int32_t i = 0; i < unified.text.length();) {
    int32_t end = i;
    int32_t breaks = 0;
    while (end < unified.text.length() &&
           u_isUWhiteSpace(unified.text.char32At(end))) {
      breaks += unified.text[end] == '\n' ? 1 : 0;
      ++end;
    }
    if (breaks >= 2 && end < unified.text.length()) {
      paragraphs.emplace_back(begin, end);
      begin = end;
    }
    i = end == i ? unified.text.moveIndex32(i, 1) : end;
  }
  paragraphs.emplace_back(begin, unified.text.length());
  return paragraphs;
}

uint32_t Source(const Unified& unified, int32_t unit) {
  return unified.from[static_cast<size_t>(unit)];
}

}  // namespace

std::vector<ByteSpan> Paragraphs(std::string_view text) {
  const Unified unified = Unify(text);
  std::vector<ByteSpan> spans;
  for (const auto& [begin, end] : ParagraphsOf(unified)) {
    spans.push_back({Source(unified, begin), Source(unified, end)});
  }
  return spans;
}

std::vector<ByteSpan> Sentences(std::string_view text) {
  const Unified unified = Unify(text);
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> iterator(
      icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(),
                                                 error));
  PRESSHAWK_CHECK(U_SUCCESS(error));
  std::vector<ByteSpan> spans;
  for (const auto& [begin, end] : ParagraphsOf(unified)) {
    icu::UnicodeString paragraph =
        unified.text.tempSubStringBetween(begin, end);
    paragraph.findAndReplace(u"\n", u" ");
    iterator->setText(paragraph);
    int32_t from = iterator->first();
    for (int32_t to = iterator->next(); to != icu::BreakIterator::DONE;
         to = iterator->next()) {
      spans.push_back(
          {Source(unified, begin + from), Source(unified, begin + to)});
      from = to;
    }
  }
  return spans;
}

}  // namespace presshawk::reference
