// SPDX-License-Identifier: Apache-2.0
#include "core/zones/block_rules.h"

#include <algorithm>
#include <optional>

#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/zones/folded_text.h"

namespace presshawk {
namespace {

constexpr std::array<std::string_view, 13> kPlaces = {
    "is",   "starts", "short", "list", "onwards", "sentence", "opening",
    "ends", "credit", "both",  "last", "glued",   "capitals"};

std::optional<RulePlace> PlaceNamed(std::string_view name) {
  const auto* const found = std::find(kPlaces.begin(), kPlaces.end(), name);
  if (found == kPlaces.end()) {
    return std::nullopt;
  }
  return static_cast<RulePlace>(found - kPlaces.begin());
}

// Cuts the first word off *line.
std::string_view TakeWord(std::string_view* line) {
  const size_t end = std::min(line->find(' '), line->size());
  const std::string_view word = line->substr(0, end);
  line->remove_prefix(std::min(end + 1, line->size()));
  return word;
}

bool IsAsciiLetter(size_t byte) {
  return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

// Whether a text whose phrase begins with the byte `of_phrase` may have `byte`
// there: the same byte, the other case, or any byte where folding may change
// more.
bool MayStand(size_t byte, uint8_t of_phrase) {
  if (of_phrase >= 0x80) {
    return byte >= 0x80;
  }
  if (IsAsciiLetter(of_phrase)) {
    return (byte | 0x20) == (of_phrase | 0x20U);
  }
  return of_phrase == '#' ? byte >= '0' && byte <= '9'
                          : byte == of_phrase || byte >= 0xC2 || byte < 0x20 ||
                                of_phrase == ' ';
}

absl::Span<const BlockRule> Found(
    const absl::flat_hash_map<uint32_t, std::vector<BlockRule>>& index,
    uint32_t hash) {
  const auto found = index.find(hash);
  if (found == index.end()) {
    return {};
  }
  return found->second;
}

}  // namespace

void BlockRules::StartBytes::Add(std::string_view phrase) {
  const auto byte_at = [&](size_t i) {
    return i < phrase.size() ? static_cast<uint8_t>(phrase[i]) : uint8_t{' '};
  };
  std::bitset<256> second;
  for (size_t byte = 0; byte < 256; ++byte) {
    second[byte] = byte_at(0) == '#' || byte_at(0) == ' ' ||
                   phrase.size() < 2 || MayStand(byte, byte_at(1));
  }
  for (size_t byte = 0; byte < 256; ++byte) {
    if (MayStand(byte, byte_at(0))) {
      by_first_[byte] |= second;
    }
  }
}

BlockRules BlockRules::Parse(std::string_view text,
                             std::vector<std::string>* mistakes) {
  BlockRules rules;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with("//")) {
      continue;
    }
    const std::string_view whole = line;
    const std::optional<Zone> zone = ZoneNamed(TakeWord(&line));
    const std::optional<RulePlace> place = PlaceNamed(TakeWord(&line));
    if (!zone || IsEditorial(*zone) || !place || line.empty()) {
      mistakes->push_back(StrCat("not a kind, a place and a phrase: ", whole));
      continue;
    }
    rules.Add({*zone, *place, line});
  }
  return rules;
}

void BlockRules::Add(const BlockRule& rule) {
  switch (rule.place) {
    case RulePlace::kEnds:
    case RulePlace::kCredit:
      by_last_[LastWordHash(rule.phrase)].push_back(rule);
      return;
    case RulePlace::kSentence:
      sentences_[FirstWordHash(rule.phrase)].push_back(rule);
      sentence_bytes_.Add(rule.phrase);
      return;
    case RulePlace::kOpening:
      opening_.push_back(rule);
      return;
    case RulePlace::kLast:
      last_[FirstWordHash(rule.phrase)].push_back(rule);
      last_bytes_.Add(rule.phrase);
      return;
    case RulePlace::kCapitals:
      capitals_.push_back(rule);
      return;
    case RulePlace::kGlued:
      glued_.push_back(rule);
      return;
    default:
      by_first_[FirstWordHash(rule.phrase)].push_back(rule);
      first_bytes_.Add(rule.phrase);
  }
}

const BlockRules& BlockRules::BuiltIn() {
  static const BlockRules* const kRules = [] {
    std::vector<std::string> mistakes;
    return new BlockRules(Parse(BlockRuleText(), &mistakes));
  }();
  return *kRules;
}

absl::Span<const BlockRule> BlockRules::AtStart(std::string_view text) const {
  if (!first_bytes_.MayStart(text)) {
    return {};
  }
  return Found(by_first_, FirstWordHash(text));
}

absl::Span<const BlockRule> BlockRules::AtSentenceStart(
    std::string_view text) const {
  if (!sentence_bytes_.MayStart(text)) {
    return {};
  }
  return Found(sentences_, FirstWordHash(text));
}

absl::Span<const BlockRule> BlockRules::AtWordOfLastLines(
    std::string_view text) const {
  if (!last_bytes_.MayStart(text)) {
    return {};
  }
  return Found(last_, FirstWordHash(text));
}

absl::Span<const BlockRule> BlockRules::AtEnd(std::string_view text) const {
  return Found(by_last_, LastWordHash(text));
}

}  // namespace presshawk
