// SPDX-License-Identifier: Apache-2.0
#include "core/zones/article_zones.h"

#include <algorithm>

#include "core/base/utf8.h"
#include "core/zones/folded_text.h"
#include "core/zones/line_shape.h"

namespace presshawk {
namespace {

constexpr size_t kLeadWords = 60;
constexpr size_t kLeadParagraphWords = 120;
constexpr size_t kQuoteWords = 5;

bool OpensQuote(char32_t c) {
  return c == 0x201E || c == 0x201C || c == 0xAB || c == 0x300C || c == 0x300E;
}

bool ClosesQuote(char32_t c) {
  return c == 0x201D || c == 0xBB || c == 0x300D || c == 0x300F;
}

// Whether byte `offset` of a paragraph is inside quotation marks that hold at
// least kQuoteWords words: fewer are a name or a title.
bool IsInQuote(std::string_view paragraph, uint32_t offset) {
  bool open = false;
  bool low = false;  // Opened by a low mark, which a high one closes.
  size_t begin = 0;
  for (size_t i = 0; i < paragraph.size(); i += Utf8Size(paragraph[i])) {
    if (!open && i >= offset) {
      return false;
    }
    const bool was_open = open;
    const auto byte = static_cast<uint8_t>(paragraph[i]);
    if (byte < 0x80) {
      // Between letters or digits it is no quotation mark.
      const bool inside =
          byte == '"' && i > 0 && i + 1 < paragraph.size() &&
          IsWordCharacter(static_cast<uint8_t>(paragraph[i - 1])) &&
          IsWordCharacter(static_cast<uint8_t>(paragraph[i + 1]));
      open = byte == '"' && !inside ? !open : open;
    } else if (byte == 0xE2 || byte == 0xC2 || byte == 0xE3) {
      const char32_t c = DecodeUtf8(paragraph.data() + i);
      if (c == 0x201C && low) {
        open = low = false;
      } else if (OpensQuote(c)) {
        // German books write »so«.
        open = !(c == 0xAB && open);
        low = c == 0x201E;
      } else if (ClosesQuote(c)) {
        open = c == 0xBB && !open;
        low = false;
      }
    }
    if (open && !was_open) {
      begin = i;
    } else if (was_open && !open && i >= offset) {
      return CountWords(paragraph.substr(begin, i - begin), kQuoteWords) ==
             kQuoteWords;
    }
  }
  return open;
}

}  // namespace

void ArticleZones::Assign(std::string_view title, std::string_view body) {
  body_ = body;
  finder_.Find(body);
  lead_end_ = FindLeadEnd(title);
}

uint32_t ArticleZones::FindLeadEnd(std::string_view title) const {
  size_t words = 0;
  size_t paragraphs = 0;
  uint32_t end = 0;
  for (const TextLine& line : lines()) {
    const std::string_view text =
        body_.substr(line.begin, line.end - line.begin);
    if (line.block ||
        (paragraphs == 0 && PhraseAtStart(text, title) == text.size())) {
      continue;
    }
    const size_t here = CountWords(text, kLeadParagraphWords + 1);
    ++paragraphs;
    if (paragraphs <= 2 && words + here <= kLeadParagraphWords) {
      end = line.end;
    } else if (words < kLeadWords) {
      end = std::max(
          end, static_cast<uint32_t>(
                   line.begin + TakeWords(text, kLeadWords - words).bytes));
    }
    words += here;
    if (words >= kLeadWords && paragraphs >= 2) {
      break;
    }
  }
  return end;
}

size_t ArticleZones::LineAt(uint32_t offset) const {
  const auto after = std::upper_bound(
      lines().begin(), lines().end(), offset,
      [](uint32_t at, const TextLine& line) { return at < line.begin; });
  return after == lines().begin()
             ? 0
             : static_cast<size_t>(after - lines().begin()) - 1;
}

const Block* ArticleZones::BlockAt(uint32_t offset) const {
  const auto after = std::upper_bound(
      blocks().begin(), blocks().end(), offset,
      [](uint32_t at, const Block& block) { return at < block.bytes.begin; });
  return after != blocks().begin() && offset < (after - 1)->bytes.end
             ? &*(after - 1)
             : nullptr;
}

bool ArticleZones::InStory(Field field, uint32_t offset) const {
  return field == Field::kBody ? BlockAt(offset) == nullptr
                               : field != Field::kAuthor;
}

Zone ArticleZones::At(Field field, uint32_t offset) const {
  switch (field) {
    case Field::kTitle:
      return Zone::kTitle;
    case Field::kSummary:
      return Zone::kLead;
    case Field::kAuthor:
      return Zone::kBioByline;
    case Field::kBody:
      break;
  }
  if (const Block* const block = BlockAt(offset)) {
    return block->zone;
  }
  if (offset < lead_end_) {
    return Zone::kLead;
  }
  if (lines().empty()) {
    return Zone::kMain;
  }
  const TextLine& line = lines()[LineAt(offset)];
  return line.begin <= offset && offset < line.end &&
                 IsInQuote(body_.substr(line.begin, line.end - line.begin),
                           offset - line.begin)
             ? Zone::kQuote
             : Zone::kMain;
}

}  // namespace presshawk
