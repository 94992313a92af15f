// SPDX-License-Identifier: Apache-2.0
#include "core/text/text_units.h"

#include <memory>

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "core/base/check.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

constexpr char32_t kParagraphSeparator = 0x2029;

bool IsLineBreak(char32_t c) {
  return c == U'\n' || c == U'\r' || c == 0x85 || c == 0x2028;
}

// One a thread: costly to make.
icu::BreakIterator& SentenceIterator() {
  static thread_local const std::unique_ptr<icu::BreakIterator> iterator = [] {
    UErrorCode error = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> made(
        icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(),
                                                   error));
    PRESSHAWK_CHECK(U_SUCCESS(error));  // The data are compiled into ICU.
    return made;
  }();
  return *iterator;
}

}  // namespace

void FindParagraphEnds(std::string_view text, std::vector<uint32_t>* ends) {
  ends->clear();
  uint32_t breaks = 0;  // In the white space being read.
  for (uint32_t i = 0; i < text.size();) {
    const char32_t c = DecodeUtf8(&text[i]);
    const uint32_t next = i + Utf8Size(text[i]);
    if (c == kParagraphSeparator) {
      breaks = 2;
    } else if (IsLineBreak(c)) {
      const bool ends_pair = c == U'\n' && i > 0 && text[i - 1] == '\r';
      breaks += ends_pair ? 0 : 1;
    } else if (!u_isUWhiteSpace(static_cast<UChar32>(c))) {
      if (breaks >= 2) {
        ends->push_back(i);
      }
      breaks = 0;
    }
    i = next;
  }
  ends->push_back(static_cast<uint32_t>(text.size()));
}

void FindSentenceEnds(std::string_view text,
                      absl::Span<const uint32_t> paragraph_ends,
                      std::vector<uint32_t>* ends) {
  ends->clear();
  icu::BreakIterator& iterator = SentenceIterator();
  std::vector<uint32_t> offsets;  // Of each UTF-16 unit of the paragraph.
  uint32_t begin = 0;
  for (const uint32_t end : paragraph_ends) {
    icu::UnicodeString paragraph;
    offsets.clear();
    for (uint32_t i = begin; i < end;) {
      const char32_t c = DecodeUtf8(&text[i]);
      const bool ends_pair = c == U'\n' && i > begin && text[i - 1] == '\r';
      if (!ends_pair) {
        const bool is_break = IsLineBreak(c) || c == kParagraphSeparator;
        paragraph.append(is_break ? UChar32{' '} : static_cast<UChar32>(c));
        offsets.resize(static_cast<size_t>(paragraph.length()), i);
      }
      i += Utf8Size(text[i]);
    }
    offsets.push_back(end);
    iterator.setText(paragraph);
    iterator.first();
    for (int32_t at = iterator.next(); at != icu::BreakIterator::DONE;
         at = iterator.next()) {
      ends->push_back(offsets[static_cast<size_t>(at)]);
    }
    if (ends->empty() || ends->back() != end) {
      ends->push_back(end);
    }
    begin = end;
  }
}

}  // namespace presshawk
