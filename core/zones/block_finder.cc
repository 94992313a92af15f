// SPDX-License-Identifier: Apache-2.0
#include "core/zones/block_finder.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/base/utf8.h"
#include "core/zones/folded_text.h"
#include "core/zones/line_shape.h"

namespace presshawk {
namespace {

constexpr size_t kLineBytesMax = 700;
constexpr size_t kCreditLineBytesMax = 900;
constexpr size_t kCaptionBytesMax = 2500;
constexpr size_t kShortBytesMax = 120;
constexpr size_t kLinksBelowMax = 4;
constexpr size_t kLinkLineBytesMax = 350;
// More lines in capitals than this are headings of the text.
constexpr size_t kCapitalLinesMax = 4;
constexpr size_t kCapitalLineBytesMax = 250;
constexpr size_t kHeadlinesInRow = 3;
constexpr size_t kHeadlineWordsMin = 4;
constexpr size_t kHeadlineWordsMax = 22;
constexpr size_t kTailWordsMin = 15;
constexpr size_t kTailLines = 6;
constexpr size_t kLinkBytesMin = 55;
constexpr size_t kLinkBytesMax = 200;
// No headline ends with a shorter word: that is an article or a preposition.
constexpr size_t kLastWordBytesMin = 4;
constexpr size_t kSentenceBytesMax = 400;
constexpr size_t kOpeningBytesMax = 400;
constexpr size_t kHeadlinesMax = 10;
constexpr size_t kLastLines = 4;
// The first words of another article, as Russian pages show them: in bytes.
constexpr size_t kTeaserBytesMin = 190;
constexpr size_t kTeaserBytesMax = 330;
constexpr size_t kBylineBytesMax = 250;
// A longer line than this that is most of the text is the story.
constexpr size_t kWholeTextBytes = 200;

// White space at the ends of a line.
size_t SpaceAtStart(std::string_view text) {
  size_t at = 0;
  for (;;) {
    const std::string_view rest = text.substr(at);
    if (!rest.empty() && static_cast<uint8_t>(rest[0]) <= ' ') {
      ++at;
    } else if (rest.starts_with("\xC2\xA0")) {
      at += 2;
    } else if (rest.starts_with("\xE3\x80\x80")) {
      at += 3;
    } else {
      return at;
    }
  }
}

size_t SpaceAtEnd(std::string_view text) {
  size_t end = text.size();
  for (;;) {
    const std::string_view rest = text.substr(0, end);
    if (!rest.empty() && static_cast<uint8_t>(rest.back()) <= ' ') {
      --end;
    } else if (rest.ends_with("\xC2\xA0")) {
      end -= 2;
    } else if (rest.ends_with("\xE3\x80\x80")) {
      end -= 3;
    } else {
      return text.size() - end;
    }
  }
}

// Skips what may stand before a phrase: bullets, stars, dashes, arrows.
std::string_view WithoutBullet(std::string_view line) {
  size_t at = 0;
  while (at < line.size() && at < 6) {
    const char c = line[at];
    if (c == '*' || c == '>' || c == '-' || c == ' ' || c == '|') {
      ++at;
    } else if (line.substr(at).starts_with("•") ||
               line.substr(at).starts_with("⦁") ||
               line.substr(at).starts_with("–") ||
               line.substr(at).starts_with("—") ||
               line.substr(at).starts_with("►") ||
               line.substr(at).starts_with("▶")) {
      at += 3;
    } else {
      break;
    }
  }
  return line.substr(at);
}

bool IsAsciiUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsAsciiLower(char c) { return c >= 'a' && c <= 'z'; }

bool IsUpperAt(std::string_view text, size_t at) {
  const char32_t c = DecodeUtf8(text.data() + at);
  return IsAsciiUpper(text[at]) || (c >= 0xC0 && c <= 0xDE) ||
         (c >= 0x400 && c <= 0x42F);
}

bool IsLowerBefore(std::string_view text, size_t at) {
  while (at > 0 && IsUtf8Continuation(text[--at])) {
  }
  const char32_t c = DecodeUtf8(text.data() + at);
  return IsAsciiLower(text[at]) || (c >= 0xDF && c <= 0xFF) ||
         (c >= 0x430 && c <= 0x45F);
}

// The two parts of a phrase that is "A … B".
constexpr std::string_view kBetween = " … ";
std::string_view FirstPart(std::string_view phrase) {
  return phrase.substr(0, phrase.find(kBetween));
}
std::string_view SecondPart(std::string_view phrase) {
  return phrase.substr(phrase.find(kBetween) + kBetween.size());
}

bool OnlyPunctuation(std::string_view text) {
  for (size_t i = 0; i < text.size(); i += Utf8Size(text[i])) {
    if (IsWordCharacter(DecodeUtf8(text.data() + i))) {
      return false;
    }
  }
  return true;
}

// The first byte of the word that ends before `end`.
size_t WordBefore(std::string_view text, size_t end) {
  const size_t space = text.substr(0, end).rfind(' ');
  return space == std::string_view::npos ? 0 : space + 1;
}

// Whether the word that ends before `at` may end a headline: a short one is an
// article or a preposition, and one with a capital may be half a name.
bool EndsHeadline(std::string_view text, size_t at) {
  const size_t begin = WordBefore(text, at);
  return at - begin >= kLastWordBytesMin && !IsUpperAt(text, begin);
}

// Whether a word with a capital stands there, and then one without.
bool BeginsSentence(std::string_view text, size_t at) {
  if (!IsUpperAt(text, at)) {
    return false;
  }
  const size_t space = text.find(' ', at);
  return space != std::string_view::npos && space + 1 < text.size() &&
         !IsUpperAt(text, space + 1);
}

// Where a credit ends that begins a text: before the first sentence of the
// story.
size_t CreditEnd(std::string_view text, size_t taken) {
  const size_t end =
      std::min({text.find(". ", taken), text.size(), kSentenceBytesMax});
  for (size_t at = text.find(' ', taken + 1); at < end;
       at = text.find(' ', at + 1)) {
    if (BeginsSentence(text, at + 1)) {
      return at;
    }
  }
  return end;
}

// Whether one of the phrases is a word of the line.
bool HasWordOf(std::string_view line, absl::Span<const BlockRule> rules) {
  return std::any_of(rules.begin(), rules.end(), [&](const BlockRule& rule) {
    for (size_t at = line.find(rule.phrase); at != std::string_view::npos;
         at = line.find(rule.phrase, at + 1)) {
      const size_t end = at + rule.phrase.size();
      if ((at == 0 || line[at - 1] == ' ') &&
          (end == line.size() || line[end] == ' ')) {
        return true;
      }
    }
    return false;
  });
}

// Where the headline ends that follows a phrase of `taken` bytes at the start
// of `text`. If a full stop ends it, a sentence of the story may have begun
// before: at a capital behind a small letter.
size_t LinkEnd(std::string_view text, size_t taken) {
  size_t end = std::min(text.size(), kSentenceBytesMax);
  for (const std::string_view stop : {" «", " \"", " “", " +++"}) {
    end = std::min(end, text.find(stop, taken + 1));
  }
  size_t stop = std::string_view::npos;
  for (const std::string_view mark : {". ", "! ", "? "}) {
    stop = std::min(stop, text.find(mark, taken));
  }
  if (stop >= end && (end < text.size() || text.size() <= kLinkBytesMax)) {
    while (end < text.size() && IsUtf8Continuation(text[end])) {
      --end;
    }
    return end;
  }
  for (size_t at = std::max(taken, kLinkBytesMin);
       at + 1 < std::min(text.size(), kLinkBytesMax); ++at) {
    if (text[at] == ' ' && IsLowerBefore(text, at) &&
        BeginsSentence(text, at + 1) && EndsHeadline(text, at)) {
      return at;
    }
  }
  return taken;
}

}  // namespace

void BlockFinder::Find(std::string_view text) {
  text_ = text;
  lines_.clear();
  blocks_.clear();
  SplitLines();
  MarkOpening();
  for (size_t i = 0; i < lines_.size(); ++i) {
    if (!lines_[i].block) {
      MarkLine(i);
    }
  }
  MarkLastLines();
  MarkCapitals();
  MarkHeadlineRuns();
  MarkUnfinishedTail();
  MarkRepeated();
  MarkAboveCredits();
  MarkSentences();
  MarkGlued();
  MergeBlocks();
}

void BlockFinder::SplitLines() {
  size_t direct = 0;
  const auto add = [&, this](size_t begin, size_t end) {
    begin += SpaceAtStart(text_.substr(begin, end - begin));
    if (begin < end) {
      end -= SpaceAtEnd(text_.substr(begin, end - begin));
      const std::string_view line = text_.substr(begin, end - begin);
      if (ContinuesLine(begin)) {
        lines_.back().end = static_cast<uint32_t>(end);
        lines_.back().sentence = EndsAsSentence(line);
      } else {
        lines_.push_back({static_cast<uint32_t>(begin),
                          static_cast<uint32_t>(end), false,
                          EndsAsSentence(line)});
        direct += lines_.size() > 1 && FollowsDirectly(lines_.size() - 1);
      }
    }
  };
  const bool returns = text_.find('\r') != std::string_view::npos;
  size_t begin = 0;
  while (begin < text_.size()) {
    const size_t end = std::min(
        returns ? text_.find_first_of("\r\n", begin) : text_.find('\n', begin),
        text_.size());
    add(begin, end);
    begin = end + 1;
  }
  has_blank_lines_ = lines_.size() >= 4 && direct * 3 < lines_.size();
}

bool BlockFinder::ContinuesLine(size_t begin) const {
  if (lines_.empty() || !IsAsciiLower(text_[begin])) {
    return false;
  }
  const TextLine& last = lines_.back();
  return !last.sentence && last.end - last.begin >= 45 && begin - last.end <= 2;
}

bool BlockFinder::FollowsDirectly(size_t index) const {
  const uint32_t gap = lines_[index].begin - lines_[index - 1].end;
  return gap == 1 || (gap == 2 && text_[lines_[index - 1].end] == '\r');
}

void BlockFinder::Mark(size_t index, Zone zone) {
  TextLine& line = lines_[index];
  if (!line.block) {
    line.block = true;
    blocks_.push_back({{line.begin, line.end}, zone});
  }
}

void BlockFinder::MarkOpening() {
  if (lines_.empty()) {
    return;
  }
  const std::string_view start = TextOf(lines_[0]).substr(0, kOpeningBytesMax);
  for (const BlockRule& rule : rules_.opening()) {
    // By the byte before the last word, which is the rarest: a bar or a colon.
    const char mark =
        rule.phrase.find('|') != std::string_view::npos ? '|' : ':';
    for (size_t at = start.find(mark); at != std::string_view::npos;
         at = start.find(mark, at + 1)) {
      const size_t before = rule.phrase.find(mark);
      // The part before the mark has as many letters there, in either case.
      if (before > at) {
        continue;
      }
      const size_t taken =
          PhraseAtStart(start.substr(at - before), rule.phrase);
      if (taken != kNoPhrase) {
        const auto end =
            static_cast<uint32_t>(lines_[0].begin + at - before + taken);
        blocks_.push_back({{lines_[0].begin, end}, rule.zone});
        lines_[0].block = end == lines_[0].end;
        return;
      }
    }
  }
}

bool BlockFinder::IsMostOfText(std::string_view line) const {
  return line.size() > kWholeTextBytes && line.size() * 2 > text_.size();
}

void BlockFinder::MarkLine(size_t index) {
  if (!MarkByStart(index) && !MarkByEnd(index)) {
    MarkByShape(index);
  }
}

bool BlockFinder::MarkByStart(size_t index) {
  const std::string_view line = TextOf(lines_[index]);
  const std::string_view start = WithoutBullet(line);
  return MarkByRuleAtStart(index, line) ||
         (start.size() < line.size() && MarkByRuleAtStart(index, start));
}

bool BlockFinder::MarkByRuleAtStart(size_t index, std::string_view text) {
  for (const BlockRule& rule : rules_.AtStart(text)) {
    const size_t taken = PhraseAtStart(text, FirstPart(rule.phrase));
    if (taken == kNoPhrase || !Applies(rule, index, text, taken)) {
      continue;
    }
    const bool links = rule.zone == Zone::kRelatedLinks;
    if (rule.place == RulePlace::kOnwards) {
      for (size_t i = index; i < lines_.size(); ++i) {
        Mark(i, rule.zone);
      }
    } else if (rule.place == RulePlace::kStarts && links &&
               text.size() > kLinkLineBytesMax) {
      // A story whose paragraphs are one line.
      const auto begin = static_cast<uint32_t>(text.data() - text_.data());
      blocks_.push_back(
          {{begin, begin + static_cast<uint32_t>(LinkEnd(text, taken))},
           rule.zone});
    } else {
      Mark(index, rule.zone);
      const bool below =
          index + 1 < lines_.size() && FollowsDirectly(index + 1);
      if (rule.place == RulePlace::kList) {
        MarkHeadlinesBelow(index, rule.zone, kHeadlinesMax);
      } else if (rule.place == RulePlace::kStarts && links && below) {
        MarkHeadlinesBelow(index, rule.zone, kLinksBelowMax);
      }
    }
    return true;
  }
  return false;
}

bool BlockFinder::Applies(const BlockRule& rule, size_t index,
                          std::string_view text, size_t taken) const {
  const TextLine& line = lines_[index];
  const size_t size = line.end - line.begin;
  switch (rule.place) {
    case RulePlace::kIs:
    case RulePlace::kList:
      return OnlyPunctuation(text.substr(taken));
    case RulePlace::kShort:
      return size <= kShortBytesMax && !line.sentence;
    case RulePlace::kOnwards:
      // One word alone may begin a sentence: "Comments were sharp."
      return line.begin >= text_.size() / 2 &&
             (rule.phrase.find(' ') != std::string_view::npos ||
              OnlyPunctuation(text.substr(taken)));
    case RulePlace::kBoth:
      return size <= kLineBytesMax &&
             text.find(SecondPart(rule.phrase), taken) !=
                 std::string_view::npos;
    default:
      return !IsMostOfText(TextOf(line)) &&
             size <= (rule.zone == Zone::kBioByline ? kBylineBytesMax
                                                    : kLineBytesMax);
  }
}

void BlockFinder::MarkHeadlinesBelow(size_t index, Zone zone, size_t max) {
  for (size_t i = index + 1; i < lines_.size() && i <= index + max; ++i) {
    if (lines_[i].end - lines_[i].begin > 2 * kShortBytesMax ||
        lines_[i].sentence) {
      return;
    }
    Mark(i, zone);
  }
}

bool BlockFinder::MarkByEnd(size_t index) {
  const std::string_view line = TextOf(lines_[index]);
  if (line.size() > kCaptionBytesMax || IsMostOfText(line)) {
    return false;
  }
  // Most lines end as sentences do; of these, only promotions are blocks.
  std::string_view core = line;
  while (!core.empty() && std::strchr(".:!)]* \"", core.back()) != nullptr) {
    core.remove_suffix(1);
  }
  const bool stops =
      core.size() < line.size() && line.back() != ')' && line.back() != ']';
  for (const BlockRule& rule : rules_.AtEnd(line)) {
    const std::string_view end_marks = ")!";
    const bool whole =
        rule.phrase.find_first_of(end_marks) != std::string_view::npos;
    size_t begin = 0;
    if (!PhraseAtEnd(whole ? line : core, rule.phrase, &begin)) {
      continue;
    }
    if (rule.place == RulePlace::kEnds) {
      if (line.size() > kLineBytesMax && rule.zone != Zone::kCaption) {
        continue;
      }
    } else if (line.size() > kCreditLineBytesMax || stops ||
               !IsCreditBefore(line, begin)) {
      continue;
    }
    Mark(index, rule.zone);
    return true;
  }
  return false;
}

bool BlockFinder::MarkByShape(size_t index) {
  const std::string_view line = TextOf(lines_[index]);
  const bool inside = index > 0 && index + 1 < lines_.size();
  if (line.size() <= kCreditLineBytesMax && !IsMostOfText(line) &&
      EndsWithCreditBracket(line)) {
    Mark(index, Zone::kCaption);
    return true;
  }
  if (IsNumberedGallery(line) || IsPictureName(line)) {
    Mark(index, Zone::kCaption);
    return true;
  }
  if (IsCode(line)) {
    Mark(index, Zone::kNav);
    return true;
  }
  if (inside && line.ends_with("...") && line.size() >= kTeaserBytesMin &&
      line.size() <= kTeaserBytesMax && static_cast<uint8_t>(line[0]) >= 0xD0 &&
      static_cast<uint8_t>(line[0]) <= 0xD2 && lines_[index - 1].sentence &&
      !TextOf(lines_[index - 1]).ends_with("...")) {
    Mark(index, Zone::kRelatedLinks);
    return true;
  }
  return false;
}

void BlockFinder::MarkLastLines() {
  const size_t first =
      lines_.size() > kLastLines ? lines_.size() - kLastLines : 0;
  for (size_t i = std::max<size_t>(first, 1); i < lines_.size(); ++i) {
    const std::string_view line = TextOf(lines_[i]);
    if (lines_[i].block || line.size() > kLineBytesMax) {
      continue;
    }
    for (size_t at = 0; at != std::string_view::npos && !lines_[i].block;
         at = line.find(' ', at)) {
      at += at == 0 ? 0 : 1;
      const std::string_view rest = line.substr(at);
      for (const BlockRule& rule : rules_.AtWordOfLastLines(rest)) {
        if (PhraseAtStart(rest, rule.phrase) != kNoPhrase) {
          Mark(i, rule.zone);
          break;
        }
      }
      at = std::max<size_t>(at, 1);
    }
  }
}

void BlockFinder::MarkRepeated() {
  // A caption comes twice where a page has the picture for two widths: the
  // second time without its credit, or with the credit on a line of its own.
  for (size_t i = 1; i < lines_.size(); ++i) {
    if (lines_[i].block || !lines_[i - 1].block) {
      continue;
    }
    const std::string_view line = TextOf(lines_[i]);
    const std::string_view before = TextOf(lines_[i - 1]);
    if (line.size() >= 20 && before.size() >= line.size() &&
        PhraseAtStart(before, line) != kNoPhrase) {
      Mark(i, Zone::kCaption);
    }
  }
}

void BlockFinder::MarkCapitals() {
  std::array<size_t, kCapitalLinesMax> found;
  size_t count = 0;
  for (size_t i = 1; i + 1 < lines_.size(); ++i) {
    const TextLine& line = lines_[i];
    if (!line.block && line.end - line.begin <= kCapitalLineBytesMax &&
        IsInCapitals(TextOf(line)) &&
        HasWordOf(TextOf(line), rules_.capitals())) {
      if (count == found.size()) {
        return;
      }
      found[count++] = i;
    }
  }
  for (size_t i = 0; i < count; ++i) {
    Mark(found[i], Zone::kRelatedLinks);
  }
}

bool BlockFinder::IsHeadline(size_t index) const {
  const TextLine& line = lines_[index];
  const std::string_view text = TextOf(line);
  if (line.block || line.sentence || text.size() < 20 || text.size() > 400 ||
      WithoutBullet(text).size() != text.size() ||
      (text[0] >= '0' && text[0] <= '9')) {
    return false;
  }
  const size_t words = CountWords(text, kHeadlineWordsMax + 1);
  return words >= kHeadlineWordsMin && words <= kHeadlineWordsMax;
}

void BlockFinder::MarkHeadlineRuns() {
  // In a text whose lines end as sentences, headlines one below the other are
  // links.
  size_t sentences = 0;
  for (const TextLine& line : lines_) {
    sentences += line.sentence || line.block ? 1 : 0;
  }
  if (sentences < 4 || sentences * 10 < lines_.size() * 8) {
    return;
  }
  for (size_t i = 1; i < lines_.size(); ++i) {
    size_t end = i;
    while (end < lines_.size() && IsHeadline(end) &&
           (end == i || FollowsDirectly(end))) {
      ++end;
    }
    if (end - i >= kHeadlinesInRow && lines_[i - 1].sentence) {
      for (size_t at = i; at < end; ++at) {
        Mark(at, Zone::kRelatedLinks);
      }
    }
    i = std::max(i, end);
  }
}

void BlockFinder::MarkUnfinishedTail() {
  // Arabic pages end with the first words of other articles: long lines that do
  // not end as sentences, and what is between and below them.
  size_t first = lines_.size();
  size_t unfinished = 0;
  for (size_t i = lines_.size() > kTailLines ? lines_.size() - kTailLines : 1;
       i < lines_.size(); ++i) {
    const TextLine& line = lines_[i];
    const auto byte = static_cast<uint8_t>(text_[line.begin]);
    if (!line.block && !line.sentence && byte >= 0xD8 && byte <= 0xDB &&
        CountWords(TextOf(line), kTailWordsMin) == kTailWordsMin) {
      first = std::min(first, i);
      ++unfinished;
    }
  }
  const bool agency =
      !lines_.empty() &&
      TextOf(lines_[0]).substr(0, kOpeningBytesMax).find("(CNN)") !=
          std::string_view::npos;
  if (unfinished >= 2 || (agency && first + 1 < lines_.size())) {
    for (size_t i = first; i < lines_.size(); ++i) {
      Mark(i, Zone::kRelatedLinks);
    }
  }
}

void BlockFinder::MarkAboveCredits() {
  // A credit on a line of its own belongs to the caption directly above it.
  for (size_t i = 1; i < lines_.size() && has_blank_lines_; ++i) {
    const std::string_view line = TextOf(lines_[i]);
    if (lines_[i].block && !lines_[i - 1].block && line.size() <= 60 &&
        FollowsDirectly(i) &&
        (line.starts_with("©") || line.find(" / ") != std::string_view::npos ||
         line.find("(CC ") != std::string_view::npos)) {
      Mark(i - 1, Zone::kCaption);
    }
  }
}

void BlockFinder::MarkSentences() {
  for (const TextLine& line : lines_) {
    if (line.block) {
      continue;
    }
    MarkSentenceAt(line.begin, line.end, 0);
    for (const char mark : {'.', '!', '?', '"', '|', ':'}) {
      const char* at = text_.data() + line.begin;
      const char* const end = text_.data() + line.end;
      while (at + 2 < end &&
             (at = static_cast<const char*>(std::memchr(
                  at, mark, static_cast<size_t>(end - at)))) != nullptr) {
        ++at;
        if (mark == ':') {
          MarkAtColon(static_cast<size_t>(at - text_.data()), line);
          continue;
        }
        const char* next = at;
        while (next < end && *next == ' ') {
          ++next;
        }
        if (next != at && next < end) {
          MarkSentenceAt(static_cast<size_t>(next - text_.data()), line.end, 0);
        }
      }
    }
  }
}

void BlockFinder::MarkAtColon(size_t colon, const TextLine& line) {
  size_t at = colon;
  for (int words = 0; words < 6 && at > line.begin + 1; ++words) {
    const size_t space =
        text_.substr(line.begin, at - 1 - line.begin).rfind(' ');
    if (space == std::string_view::npos) {
      return;
    }
    at = line.begin + space + 1;
    if (MarkSentenceAt(at, line.end, colon)) {
      return;
    }
  }
}

bool BlockFinder::MarkSentenceAt(size_t at, size_t line_end,
                                 size_t phrase_end) {
  const std::string_view rest = text_.substr(at, line_end - at);
  for (const BlockRule& rule : rules_.AtSentenceStart(rest)) {
    const size_t taken = PhraseAtStart(rest, rule.phrase);
    if (taken == kNoPhrase ||
        (phrase_end != 0 &&
         (at + taken > phrase_end || at + taken + 3 < phrase_end))) {
      continue;
    }
    const size_t size = rule.zone == Zone::kRelatedLinks
                            ? LinkEnd(rest, taken)
                            : CreditEnd(rest, taken);
    blocks_.push_back(
        {{static_cast<uint32_t>(at), static_cast<uint32_t>(at + size)},
         rule.zone});
    return true;
  }
  return false;
}

void BlockFinder::MarkGlued() {
  // "... Trump Donald John TrumpGOP senators balk at trial MORE addresses":
  // the full name and the headlines of links, which end with the phrase.
  constexpr size_t kBytesMax = 700;
  for (const BlockRule& rule : rules_.glued()) {
    size_t from = 0;
    size_t end = 0;
    while ((end = text_.find(rule.phrase, from)) != std::string_view::npos) {
      from = end + rule.phrase.size();
      if (end == 0 || text_[end - 1] != ' ') {
        continue;
      }
      const size_t least = end > kBytesMax ? end - kBytesMax : 0;
      for (size_t at = end - 1; at > least + 1; --at) {
        if (!IsAsciiUpper(text_[at]) || !IsAsciiLower(text_[at - 1])) {
          continue;
        }
        // The part before the capital must be a word that stands before, too.
        size_t begin = WordBefore(text_, at);
        const std::string_view name = text_.substr(begin, at - begin);
        size_t start = begin;
        bool found = false;
        for (int words = 0; words < 6 && start > least + 1; ++words) {
          const size_t word = WordBefore(text_, start - 1);
          if (text_.substr(word, start - 1 - word) == name) {
            found = true;
            break;
          }
          start = word;
        }
        if (found && name.size() > 1) {
          blocks_.push_back(
              {{static_cast<uint32_t>(start), static_cast<uint32_t>(from)},
               rule.zone});
          break;
        }
      }
    }
  }
}

void BlockFinder::MergeBlocks() {
  std::sort(blocks_.begin(), blocks_.end(), [](const Block& a, const Block& b) {
    return a.bytes.begin < b.bytes.begin ||
           (a.bytes.begin == b.bytes.begin && a.bytes.end > b.bytes.end);
  });
  size_t kept = 0;
  for (const Block& block : blocks_) {
    if (kept > 0 && block.bytes.begin < blocks_[kept - 1].bytes.end) {
      blocks_[kept - 1].bytes.end =
          std::max(blocks_[kept - 1].bytes.end, block.bytes.end);
    } else {
      blocks_[kept++] = block;
    }
  }
  blocks_.resize(kept);
}

}  // namespace presshawk
