#include "matchers/tokens/token_index.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/base/str_cat.h"
#include "matchers/plan/triggers.h"
#include "matchers/tokens/token_hash.h"

namespace presshawk::tokens {
namespace {

constexpr size_t kFilterBitsAnAnchor = 16;
constexpr size_t kFilterBitsMin = 4096;

struct TokenPlace {
  uint32_t begin;
  uint32_t size;
};

// The tokens of ` us election `.
std::vector<TokenPlace> TokensOf(std::string_view text) {
  std::vector<TokenPlace> tokens;
  for (size_t begin = 1; begin < text.size();) {
    const size_t end = text.find(' ', begin);
    tokens.push_back(
        {static_cast<uint32_t>(begin), static_cast<uint32_t>(end - begin)});
    begin = end + 1;
  }
  return tokens;
}

// Index of the first of the two neighbours that are rarest together.
size_t RarestPair(std::string_view text,
                  const std::vector<TokenPlace>& tokens) {
  size_t best = 0;
  double least = 0;
  for (size_t i = 0; i + 1 < tokens.size(); ++i) {
    const size_t end = tokens[i + 1].begin + tokens[i + 1].size + 1;
    Pattern pair;
    pair.text = text.substr(tokens[i].begin - 1, end - tokens[i].begin + 1);
    const double frequency = EstimateFrequency(pair);
    if (i == 0 || frequency < least) {
      best = i;
      least = frequency;
    }
  }
  return best;
}

// log2 of the smallest power of two that is no less.
uint32_t BitsFor(size_t count) {
  return static_cast<uint32_t>(std::bit_width(std::bit_ceil(count)) - 1);
}

}  // namespace

TokenIndex::TokenIndex(absl::Span<const Pattern> patterns) {
  std::vector<Anchored> words;
  std::vector<Anchored> pairs;
  for (PatternId id = 0; id < patterns.size(); ++id) {
    const Pattern& pattern = patterns[id];
    if (pattern.has_wildcards || pattern.regex != nullptr) {
      continue;
    }
    // Padded: a hash reads a few bytes on.
    const std::string text = StrCat(pattern.text, "        ");
    const std::vector<TokenPlace> tokens = TokensOf(pattern.text);
    const auto hash_of = [&](const TokenPlace& token) {
      return TokenHash(text.data() + token.begin, token.size);
    };
    const size_t anchor = RarestPair(pattern.text, tokens);
    const Entry entry = {id, static_cast<uint32_t>(texts_.size()),
                         static_cast<uint32_t>(pattern.text.size()),
                         tokens[anchor].begin};
    if (tokens.size() == 1) {
      words.push_back({hash_of(tokens[0]), entry});
    } else {
      pairs.push_back(
          {PairHash(hash_of(tokens[anchor]), hash_of(tokens[anchor + 1])),
           entry});
    }
    texts_ += pattern.text;
  }
  const uint32_t bits = BitsFor(std::max(
      kFilterBitsMin, (words.size() + pairs.size()) * kFilterBitsAnAnchor));
  filter_.assign((uint64_t{1} << bits) / 64, 0);
  filter_shift_ = 64 - bits;
  Fill(&words, &words_);
  Fill(&pairs, &pairs_);
}

void TokenIndex::Fill(std::vector<Anchored>* anchored, SlotTable* table) {
  if (anchored->empty()) {
    return;
  }
  std::stable_sort(
      anchored->begin(), anchored->end(),
      [](const Anchored& a, const Anchored& b) { return a.hash < b.hash; });
  const uint32_t bits = BitsFor(anchored->size() * 2);
  table->slots.resize(uint64_t{1} << bits);
  table->shift = 64 - bits;
  for (size_t i = 0; i < anchored->size();) {
    const uint64_t hash = (*anchored)[i].hash;
    const auto begin = static_cast<uint32_t>(entries_.size());
    for (; i < anchored->size() && (*anchored)[i].hash == hash; ++i) {
      entries_.push_back((*anchored)[i].entry);
    }
    const uint64_t bit = hash >> filter_shift_;
    filter_[bit / 64] |= uint64_t{1} << bit % 64;
    size_t at = hash >> table->shift;
    while (table->slots[at].begin != table->slots[at].end) {
      at = (at + 1) & (table->slots.size() - 1);
    }
    table->slots[at] = {hash, begin, static_cast<uint32_t>(entries_.size())};
  }
}

void TokenIndex::Add(const SlotTable& table, std::string_view canonical,
                     uint64_t hash, uint32_t at, HitStore* hits) const {
  if (table.slots.empty()) {
    return;
  }
  for (size_t i = hash >> table.shift;;
       i = (i + 1) & (table.slots.size() - 1)) {
    const Slot& slot = table.slots[i];
    if (slot.begin == slot.end) {
      return;
    }
    if (slot.hash != hash) {
      continue;
    }
    for (uint32_t e = slot.begin; e < slot.end; ++e) {
      const Entry& entry = entries_[e];
      if (entry.anchor > at ||
          at - entry.anchor + entry.size > canonical.size()) {
        continue;
      }
      const uint32_t begin = at - entry.anchor;
      if (std::memcmp(canonical.data() + begin, texts_.data() + entry.text,
                      entry.size) == 0) {
        hits->Add(entry.pattern, {begin + 1, begin + entry.size - 1});
      }
    }
    return;
  }
}

}  // namespace presshawk::tokens
