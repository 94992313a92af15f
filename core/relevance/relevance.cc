// SPDX-License-Identifier: Apache-2.0
#include "core/relevance/relevance.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/zones/folded_text.h"

namespace presshawk {
namespace {

constexpr size_t kStartBytes = 600;
constexpr size_t kSampleBytes = 256;
constexpr size_t kContextBytes = 100;
constexpr size_t kContextHits = 4;
constexpr size_t kHeadlineBytesMax = 200;
constexpr size_t kTenths = 10;
constexpr double kDensityMax = 5;

bool IsLetterByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (static_cast<uint8_t>(c) & 0x80) != 0;
}

// Calls `take` with a hash of each word of at least four letters.
template <typename Take>
void ForEachWord(std::string_view text, Take take) {
  uint32_t hash = 2166136261;
  size_t size = 0;
  for (const char c : text) {
    if (IsLetterByte(c)) {
      hash = (hash ^ static_cast<uint8_t>(c | 0x20)) * 16777619;
      ++size;
      continue;
    }
    if (size >= 4) {
      take(hash);
    }
    hash = 2166136261;
    size = 0;
  }
  if (size >= 4) {
    take(hash);
  }
}

// Words per byte, judged by the start of a text. A word is taken to have six
// letters, and two in scripts without spaces.
double WordsPerByte(std::string_view text) {
  const std::string_view sample = Utf8Prefix(text, kSampleBytes);
  size_t letters = 0;
  size_t spaceless = 0;
  for (size_t i = 0; i < sample.size(); i += Utf8Size(sample[i])) {
    ++letters;
    spaceless += IsSpacelessScript(DecodeUtf8(sample.data() + i)) ? 1 : 0;
  }
  return sample.empty() ? 0
                        : (static_cast<double>(letters - spaceless) / 6 +
                           static_cast<double>(spaceless) / 2) /
                              static_cast<double>(sample.size());
}

bool IsUpperAt(std::string_view text, size_t at) {
  const char32_t c = DecodeUtf8(text.data() + at);
  return (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE) ||
         (c >= 0x391 && c <= 0x3A9) || (c >= 0x400 && c <= 0x42F);
}

bool IsLowerAt(std::string_view text, size_t at) {
  const char32_t c = DecodeUtf8(text.data() + at);
  return (c >= 'a' && c <= 'z') || (c >= 0xDF && c <= 0xFF) ||
         (c >= 0x3B1 && c <= 0x3C9) || (c >= 0x430 && c <= 0x45F);
}

// Whether a word with a capital and then a small letter stands right before or
// behind the hit: "Karl Michelin", "Chelsea Industries".
bool IsPartOfName(std::string_view text, ByteSpan hit) {
  if (!IsUpperAt(text, hit.begin)) {
    return false;
  }
  const size_t behind = hit.end + 1;
  if (behind + 1 < text.size() && text[hit.end] == ' ' &&
      IsUpperAt(text, behind)) {
    const size_t next = behind + Utf8Size(text[behind]);
    if (next < text.size() && IsLowerAt(text, next)) {
      return true;
    }
  }
  if (hit.begin < 3 || text[hit.begin - 1] != ' ') {
    return false;
  }
  size_t begin = hit.begin - 1;
  while (begin > 0 && hit.begin - begin < 24 && IsLetterByte(text[begin - 1])) {
    --begin;
  }
  return begin + 1 < hit.begin - 1 && IsUpperAt(text, begin) &&
         IsLowerAt(text, begin + Utf8Size(text[begin]));
}

bool StartsWithAny(std::string_view text,
                   absl::Span<const std::string_view> all) {
  return std::any_of(all.begin(), all.end(), [&](std::string_view one) {
    return text.starts_with(one);
  });
}

// Whether the hit says who said something: "Ford said", "an analyst at Ford".
bool IsSaying(std::string_view text, ByteSpan hit) {
  static constexpr std::array<std::string_view, 9> kVerbs = {
      " said",  " says",     " told",      " analyst",   " spokes",
      " wrote", " reported", " according", ", according"};
  static constexpr std::array<std::string_view, 7> kBefore = {
      "according to ", "according to the ",
      "said the ",     "told the ",
      "told ",         " at ",
      " of "};
  std::string_view behind = text.substr(hit.end, 24);
  if (behind.starts_with(",")) {
    behind.remove_prefix(1);
  }
  const std::string_view before = text.substr(0, hit.begin);
  return StartsWithAny(behind, kVerbs) ||
         std::any_of(kBefore.begin(), kBefore.end(), [&](std::string_view one) {
           return before.ends_with(one);
         });
}

// Whether the title is that of a round-up, a live blog or a list.
bool IsRoundup(std::string_view title) {
  static constexpr std::array<std::string_view, 20> kWords = {
      "live",     "live updates", "updates",    "highlights", "roundup",
      "round-up", "briefing",     "newsletter", "deals",      "morning",
      "today",    "headlines",    "what to",    "here's",     "how to",
      "top #",    "# best",       "# things",   "# ways",     "best"};
  for (size_t at = 0; at < title.size(); ++at) {
    if (at > 0 && IsLetterByte(title[at - 1])) {
      continue;
    }
    const std::string_view rest = title.substr(at);
    const char first = static_cast<char>(rest[0] | 0x20);
    if (!IsUtf8Continuation(rest[0]) &&
        (std::string_view("luhrbndmtw").find(first) != std::string_view::npos ||
         (rest[0] >= '0' && rest[0] <= '9')) &&
        std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
          return PhraseAtStart(rest, word) != kNoPhrase;
        })) {
      return true;
    }
  }
  return false;
}

// English where the article says so, or says nothing and is ASCII.
bool IsEnglish(const RelevanceArticle& article) {
  return article.lang.empty()
             ? IsAscii(article.title) &&
                   IsAscii(article.body.substr(0, kSampleBytes))
             : article.lang.starts_with("en");
}

float& At(Signals* signals, Signal signal) {
  return (*signals)[static_cast<size_t>(signal)];
}

float Share(size_t part, size_t all) {
  return all == 0 ? 0.0F : static_cast<float>(part) / static_cast<float>(all);
}

}  // namespace

std::string_view RelevanceRelease() { return kWeightsRelease; }

void RelevanceScorer::BeginArticle(const RelevanceArticle& article,
                                   const ArticleZones& zones) {
  article_ = article;
  zones_ = &zones;
  words_per_byte_ =
      WordsPerByte(article.body.empty() ? article.title : article.body);
  words_ = 1 + words_per_byte_ * static_cast<double>(article.title.size() +
                                                     article.summary.size() +
                                                     article.body.size());
  roundup_ = IsRoundup(article.title);
  english_ = IsEnglish(article);
  headline_end_ = 0;
  if (article.title.empty()) {
    // The first sentence takes the place of a headline that is missing.
    size_t end = kHeadlineBytesMax;
    for (const std::string_view mark : {". ", "! ", "? ", "\n", "。"}) {
      end = std::min(end, article.body.find(mark));
    }
    headline_end_ = static_cast<uint32_t>(std::min(end, article.body.size()));
  }
  start_words_.reset();
  const auto add = [this](uint32_t hash) {
    start_words_.set(hash % start_words_.size());
  };
  ForEachWord(article.title, add);
  ForEachWord(article.summary.substr(0, kStartBytes), add);
  ForEachWord(article.body.substr(0, kStartBytes), add);
  story_lines_ = static_cast<uint32_t>(
      std::count_if(zones.lines().begin(), zones.lines().end(),
                    [](const TextLine& line) { return !line.block; }));
}

std::string_view RelevanceScorer::TextOf(Field field) const {
  return field == Field::kTitle     ? article_.title
         : field == Field::kSummary ? article_.summary
                                    : article_.body;
}

Relevance RelevanceScorer::Score(absl::Span<const RelevanceHit> hits,
                                 uint64_t hit_count) const {
  Relevance relevance;
  relevance.hit_count = hit_count;
  relevance.lines = story_lines_;
  if (hits.empty()) {
    // The list asks for no words, and has what it asks for.
    relevance.score = 100;
    return relevance;
  }
  Signals* signals = &relevance.signals;
  CountPlaces(hits, &relevance);
  LookAround(hits, &relevance);
  At(signals, Signal::kRoundup) = roundup_ ? 1 : 0;
  At(signals, Signal::kLength) = static_cast<float>(std::log2(words_));
  const RelevanceWeights& table = english_ ? kEnglishWeights : kOtherWeights;
  relevance.weights = &table;
  float sum = table.bias;
  for (size_t i = 0; i < kSignalCount; ++i) {
    sum += table.weights[i] * relevance.signals[i];
  }
  relevance.score =
      static_cast<int>(std::lround(100 / (1 + std::exp(-double{sum}))));
  return relevance;
}

void RelevanceScorer::CountPlaces(absl::Span<const RelevanceHit> hits,
                                  Relevance* relevance) const {
  Signals* signals = &relevance->signals;
  std::bitset<kTenths> tenths;
  size_t story_hits = 0;
  double before = words_ + 50;  // Words before the first hit.
  size_t last_line = SIZE_MAX;
  for (const RelevanceHit& hit : hits) {
    if (!IsEditorial(hit.zone)) {
      continue;
    }
    ++story_hits;
    if (hit.zone == Zone::kLead) {
      At(signals, Signal::kLead) = 1;
    }
    if (hit.field == Field::kTitle ||
        (hit.field == Field::kBody && hit.bytes.begin < headline_end_)) {
      At(signals, Signal::kTitle) = 1;
    }
    if (hit.field != Field::kBody) {
      before = std::min(before, hit.field == Field::kTitle ? 0.0 : 5.0);
      continue;
    }
    before = std::min(before, 10 + words_per_byte_ * hit.bytes.begin);
    tenths.set(std::min<size_t>(
        kTenths - 1, hit.bytes.begin * kTenths / article_.body.size()));
    const size_t line = zones_->LineAt(hit.bytes.begin);
    relevance->lines_with_hit += line != last_line ? 1 : 0;
    last_line = line;
  }
  const double count = static_cast<double>(relevance->hit_count) *
                       Share(story_hits, hits.size());
  At(signals, Signal::kFirst) = static_cast<float>(-std::log2(1 + before));
  At(signals, Signal::kFirstShare) =
      static_cast<float>(-std::min(1.0, before / words_));
  At(signals, Signal::kCount) = static_cast<float>(std::log2(1 + count));
  At(signals, Signal::kDensity) =
      static_cast<float>(std::min(kDensityMax, 100 * count / words_));
  At(signals, Signal::kLogDensity) =
      static_cast<float>(std::log2(1e-3 + count / words_));
  At(signals, Signal::kSpread) = Share(tenths.count(), kTenths);
  At(signals, Signal::kBlocksOnly) = story_hits == 0 ? 1 : 0;
}

void RelevanceScorer::LookAround(absl::Span<const RelevanceHit> hits,
                                 Relevance* relevance) const {
  size_t story_hits = 0;
  size_t names = 0;
  size_t small = 0;
  size_t said = 0;
  size_t contexts = 0;
  float context = 0;
  for (const RelevanceHit& hit : hits) {
    if (!IsEditorial(hit.zone)) {
      continue;
    }
    ++story_hits;
    const std::string_view text = TextOf(hit.field);
    names += IsPartOfName(text, hit.bytes) ? 1 : 0;
    small += IsLowerAt(text, hit.bytes.begin) ? 1 : 0;
    if (hit.field == Field::kBody) {
      said += IsSaying(text, hit.bytes) ? 1 : 0;
      if (contexts < kContextHits) {
        ++contexts;
        context += SharedContext(hit);
      }
    }
  }
  Signals* signals = &relevance->signals;
  At(signals, Signal::kLongerName) = Share(names, story_hits);
  At(signals, Signal::kSmall) = Share(small, story_hits);
  At(signals, Signal::kSaid) = Share(said, story_hits);
  At(signals, Signal::kContext) =
      contexts == 0 ? 0.5F : context / static_cast<float>(contexts);
}

float RelevanceScorer::SharedContext(const RelevanceHit& hit) const {
  size_t words = 0;
  size_t shared = 0;
  const auto look = [&](uint32_t hash) {
    ++words;
    shared += start_words_[hash % start_words_.size()] ? 1 : 0;
  };
  const std::string_view body = article_.body;
  const size_t begin =
      hit.bytes.begin > kContextBytes ? hit.bytes.begin - kContextBytes : 0;
  ForEachWord(body.substr(begin, hit.bytes.begin - begin), look);
  ForEachWord(body.substr(hit.bytes.end, kContextBytes), look);
  return Share(shared, words);
}

void AppendWhy(const Relevance& relevance, std::string* json) {
  const auto has = [&](Signal signal) {
    return relevance.signals[static_cast<size_t>(signal)] > 0.5F;
  };
  constexpr int kReasonsMax = 3;
  int reasons = 0;
  // Opens a text of the array, if there may be one more.
  const auto may_say = [&](bool holds) {
    if (!holds || reasons == kReasonsMax) {
      return false;
    }
    *json += reasons++ == 0 ? "\"" : ",\"";
    return true;
  };
  const auto say = [&](bool holds, std::string_view text) {
    if (may_say(holds)) {
      StrAppend(json, text, "\"");
    }
  };
  *json += '[';
  const bool without_words = relevance.weights == nullptr;
  say(without_words, "by metadata alone");
  say(has(Signal::kBlocksOnly), "only outside the story");
  say(has(Signal::kTitle), "in the title");
  say(has(Signal::kLead), "in the lead");
  say(has(Signal::kRoundup), "a round-up or a list");
  if (may_say(relevance.lines > 1 && relevance.lines_with_hit > 0)) {
    StrAppend(json, relevance.lines_with_hit, " of ", relevance.lines,
              " paragraphs\"");
  }
  say(has(Signal::kSmall), "in small letters");
  say(has(Signal::kLongerName), "part of a longer name");
  say(has(Signal::kSaid), "as a source");
  say(relevance.hit_count == 1 && !without_words, "named once");
  *json += ']';
}

}  // namespace presshawk
