// SPDX-License-Identifier: Apache-2.0
#include "matchers/tokens/token_index.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "matchers/plan/wildcard.h"
#include "matchers/tokens/anchors.h"
#include "matchers/tokens/token_hash.h"

namespace presshawk::tokens {
namespace {

// PERF: what passes for nothing costs 20 times what the filter does: 64 bits an
// anchor against 16 are 1.06 x the scan's rate, 128 no more. Beyond what stays
// in the second cache the filter itself is waited for.
constexpr size_t kFilterBitsAnAnchor = 32;
constexpr size_t kFilterBitsNear = size_t{1} << 21;
constexpr size_t kFilterBitsAnAnchorMin = 16;
constexpr size_t kFilterBitsMin = 4096;

// The longest text that an Entry can describe.
constexpr size_t kTextBytesMax = UINT16_MAX;

// log2 of the smallest power of two that is no less.
uint32_t BitsFor(size_t count) {
  return static_cast<uint32_t>(std::bit_width(std::bit_ceil(count)) - 1);
}

}  // namespace

bool TokenIndex::Takes(const Pattern& pattern) {
  return pattern.regex == nullptr && pattern.text.size() <= kTextBytesMax &&
         HasAnchor(pattern);
}

TokenIndex::TokenIndex(absl::Span<const Pattern> patterns) {
  AnchorChoice choice;
  for (const Pattern& pattern : patterns) {
    if (Takes(pattern)) {
      choice.Add(pattern);
    }
  }
  std::string texts;
  std::vector<Anchored> words, pairs, globs, phrases;
  size_t index = 0;
  for (PatternId id = 0; id < patterns.size(); ++id) {
    if (!Takes(patterns[id])) {
      continue;
    }
    std::string_view text = patterns[id].text;
    const Anchor anchor = choice.Best(index++, text);
    Entry entry = {TagOf(anchor.hash), id, static_cast<uint32_t>(texts.size()),
                   static_cast<uint16_t>(text.size()),
                   static_cast<uint16_t>(anchor.place)};
    if (!patterns[id].has_wildcards) {
      (anchor.kind == Anchor::Kind::kPair ? pairs : words)
          .push_back({anchor.hash, entry});
    } else if (text.find(' ', 1) + 1 == text.size()) {
      text = text.substr(1, text.size() - 2);
      entry.size = static_cast<uint16_t>(text.size());
      entry.anchor = ShapeOf(text);
      globs.push_back({anchor.hash, entry});
    } else {
      phrases.push_back({anchor.hash, entry});
    }
    if (anchor.kind == Anchor::Kind::kEdge) {
      edge_bytes_min_ = std::min<uint32_t>(edge_bytes_min_, anchor.edge_bytes);
      edge_bytes_max_ = std::max<uint32_t>(edge_bytes_max_, anchor.edge_bytes);
    }
    texts.append(text);
  }
  const size_t anchors =
      words.size() + pairs.size() + globs.size() + phrases.size();
  const uint32_t bits = BitsFor(
      std::max({kFilterBitsMin, anchors * kFilterBitsAnAnchorMin,
                std::min(anchors * kFilterBitsAnAnchor, kFilterBitsNear)}));
  std::vector<uint64_t> filter((uint64_t{1} << bits) / 64, 0);
  filter_shift_ = 64 + 6 - bits;
  Fill(&words, &words_, &filter);
  Fill(&pairs, &pairs_, &filter);
  Fill(&globs, &globs_, &filter);
  Fill(&phrases, &phrases_, &filter);
  texts.append(kHashPaddingBytes, ' ');
  texts_ = FlatArray(std::vector<char>(texts.begin(), texts.end()));
  filter_ = FlatArray(std::move(filter));
}

void TokenIndex::Fill(std::vector<Anchored>* anchored, AnchorTable* table,
                      std::vector<uint64_t>* filter) const {
  if (anchored->empty()) {
    return;
  }
  std::stable_sort(
      anchored->begin(), anchored->end(),
      [](const Anchored& a, const Anchored& b) { return a.hash < b.hash; });
  const uint32_t bits = std::max(1U, BitsFor(anchored->size()));
  table->shift = 64 - bits;
  std::vector<uint32_t> begins((size_t{1} << bits) + 1, 0);
  std::vector<Entry> entries;
  entries.reserve(anchored->size());
  for (const Anchored& one : *anchored) {
    entries.push_back(one.entry);
    ++begins[(one.hash >> table->shift) + 1];
    (*filter)[one.hash >> filter_shift_] |= FilterBits(filter_shift_, one.hash);
  }
  for (size_t i = 1; i < begins.size(); ++i) {
    begins[i] += begins[i - 1];
  }
  table->begins = FlatArray(std::move(begins));
  table->entries = FlatArray(std::move(entries));
}

TokenIndex::Shape TokenIndex::ShapeOf(std::string_view glob) {
  const size_t first = glob.find_first_of("*?");
  if (first == glob.find_last_of("*?") && glob[first] == '*') {
    return first + 1 == glob.size() ? kHead : first == 0 ? kTail : kGlob;
  }
  return kGlob;
}

template <typename Visit>
void TokenIndex::ForEachEntry(const AnchorTable& table,
                              const Candidates& candidates, Visit visit) {
  if (table.entries.empty()) {
    return;
  }
  for (size_t i = 0; i < candidates.count; ++i) {
    const uint64_t hash = candidates.hashes[i];
    const uint32_t* const bucket = &table.begins[hash >> table.shift];
    for (uint32_t e = bucket[0]; e < bucket[1]; ++e) {
      if (table.entries[e].tag == TagOf(hash)) {
        visit(table.entries[e], candidates.places[i]);
      }
    }
  }
}

// PERF: step by step for all candidates, each step asking the memory for what
// the next one reads: a large set's tables are in no cache.
void TokenIndex::Add(const AnchorTable& table, std::string_view canonical,
                     const Candidates& candidates, HitStore* hits) const {
  if (table.entries.empty()) {
    return;
  }
  const size_t count = candidates.count;
  const auto bucket = [&](size_t i) {
    return &table.begins[candidates.hashes[i] >> table.shift];
  };
  for (size_t i = 0; i < count; ++i) {
    __builtin_prefetch(bucket(i));
  }
  for (size_t i = 0; i < count; ++i) {
    __builtin_prefetch(table.entries.data() + *bucket(i));
  }
  // Those whose bucket has an entry for their hash, and the first of these.
  std::array<uint32_t, Candidates::kMax> found;
  std::array<uint32_t, Candidates::kMax> first;
  size_t found_count = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t tag = TagOf(candidates.hashes[i]);
    uint32_t e = bucket(i)[0];
    const uint32_t end = bucket(i)[1];
    while (e < end && table.entries[e].tag != tag) {
      ++e;
    }
    if (e < end) {
      __builtin_prefetch(texts_.data() + table.entries[e].text);
      hits->Prefetch(table.entries[e].pattern);
      found[found_count] = static_cast<uint32_t>(i);
      first[found_count++] = e;
    }
  }
  for (size_t f = 0; f < found_count; ++f) {
    const size_t i = found[f];
    const uint32_t at = candidates.places[i];
    const uint32_t tag = TagOf(candidates.hashes[i]);
    for (uint32_t e = first[f]; e < bucket(i)[1]; ++e) {
      const Entry& entry = table.entries[e];
      if (entry.tag != tag || entry.anchor > at ||
          at - entry.anchor + entry.size > canonical.size()) {
        continue;
      }
      const uint32_t begin = at - entry.anchor;
      if (SameBytes(canonical.data() + begin, texts_.data() + entry.text,
                    entry.size)) {
        hits->Add(entry.pattern, {begin + 1, begin + entry.size - 1});
      }
    }
  }
}

void TokenIndex::AddGlobs(std::string_view canonical,
                          const Candidates& candidates, HitStore* hits) const {
  ForEachEntry(globs_, candidates, [&](const Entry& entry, uint32_t at) {
    const auto end = static_cast<uint32_t>(canonical.find(' ', at));
    const std::string_view token = canonical.substr(at, end - at);
    const std::string_view glob = TextOf(entry);
    const bool matches =
        entry.anchor == kHead
            ? token.starts_with(glob.substr(0, glob.size() - 1))
        : entry.anchor == kTail ? token.ends_with(glob.substr(1))
                                : MatchesGlob(glob, token);
    if (matches) {
      hits->Add(entry.pattern, {at, end});
    }
  });
}

void TokenIndex::AddPhrases(std::string_view canonical,
                            const Candidates& candidates,
                            HitStore* hits) const {
  ForEachEntry(phrases_, candidates, [&](const Entry& entry, uint32_t at) {
    const std::string_view text = TextOf(entry);
    const auto spaces =
        std::count(text.begin(), text.begin() + entry.anchor, ' ');
    const std::optional<ByteSpan> span =
        MatchTokens(text, static_cast<size_t>(spaces) - 1, canonical, at);
    if (span.has_value()) {
      hits->Add(entry.pattern, *span);
    }
  });
}

}  // namespace presshawk::tokens
