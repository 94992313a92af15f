#include "matchers/tokens/token_index.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "core/base/str_cat.h"
#include "matchers/plan/triggers.h"
#include "matchers/plan/wildcard.h"
#include "matchers/tokens/token_hash.h"

namespace presshawk::tokens {
namespace {

constexpr size_t kFilterBitsAnAnchor = 16;
constexpr size_t kFilterBitsMin = 4096;

// What an Entry can say of its text.
constexpr size_t kTextBytesMax = UINT16_MAX;

struct TokenPlace {
  uint32_t begin;
  uint32_t size;
};

// A pattern while the index is built.
struct Draft {
  PatternId id;
  std::vector<TokenPlace> tokens;
  std::vector<uint64_t> pairs;  // Hashes of neighbours; of a word none.
  uint64_t first_hash;
};

Draft DraftOf(PatternId id, std::string_view text) {
  Draft draft = {id, {}, {}, 0};
  const std::string padded = StrCat(text, "        ");  // For LoadWord().
  uint64_t before = 0;
  for (size_t begin = 1; begin < text.size();) {
    const size_t end = text.find(' ', begin);
    const uint64_t hash = TokenHash(padded.data() + begin, end - begin);
    if (draft.tokens.empty()) {
      draft.first_hash = hash;
    } else {
      draft.pairs.push_back(PairHash(before, hash));
    }
    draft.tokens.push_back(
        {static_cast<uint32_t>(begin), static_cast<uint32_t>(end - begin)});
    before = hash;
    begin = end + 1;
  }
  return draft;
}

double FrequencyOf(std::string_view text, const TokenPlace& token) {
  Pattern word;
  word.text = text.substr(token.begin - 1, token.size + 2);
  return EstimateFrequency(word);
}

// Index of the first token of the pair by which the pattern is found best.
// `shared` says how many patterns hold a pair: `university of` is rare in a
// text, and in every other name of a list of universities.
size_t BestPair(const Draft& draft, std::string_view text,
                const absl::flat_hash_map<uint64_t, uint32_t>& shared) {
  size_t best = 0;
  double least = 0;
  for (size_t i = 0; draft.pairs.size() > 1 && i < draft.pairs.size(); ++i) {
    const double cost = FrequencyOf(text, draft.tokens[i]) *
                        FrequencyOf(text, draft.tokens[i + 1]) *
                        shared.at(draft.pairs[i]);
    if (i == 0 || cost < least) {
      best = i;
      least = cost;
    }
  }
  return best;
}

// log2 of the smallest power of two that is no less.
uint32_t BitsFor(size_t count) {
  return static_cast<uint32_t>(std::bit_width(std::bit_ceil(count)) - 1);
}

// Of ` elect* `; nullopt where both edges are too short, or there are several
// tokens.
std::optional<uint64_t> EdgeHash(std::string_view text) {
  const std::string_view glob = text.substr(1, text.size() - 2);
  if (glob.find(' ') != std::string_view::npos) {
    return std::nullopt;
  }
  const size_t first = glob.find_first_of("*?");
  const size_t last = glob.find_last_of("*?");
  if (first == std::string_view::npos) {
    return std::nullopt;
  }
  if (first >= kEdgeBytes) {
    const std::string padded = StrCat(std::string(glob), "        ");
    return HeadHash(padded.data());
  }
  if (glob.size() - last - 1 >= kEdgeBytes) {
    return TailHash(glob.data() + glob.size());
  }
  return std::nullopt;
}

}  // namespace

bool TokenIndex::Takes(const Pattern& pattern) {
  return pattern.regex == nullptr && pattern.text.size() <= kTextBytesMax &&
         (!pattern.has_wildcards || EdgeHash(pattern.text).has_value());
}

TokenIndex::TokenIndex(absl::Span<const Pattern> patterns) {
  std::string texts;
  std::vector<Draft> drafts;
  absl::flat_hash_map<uint64_t, uint32_t> shared;
  std::vector<Anchored> edges;
  for (PatternId id = 0; id < patterns.size(); ++id) {
    if (!Takes(patterns[id])) {
      continue;
    }
    if (patterns[id].has_wildcards) {
      const std::string_view glob =
          patterns[id].text.substr(1, patterns[id].text.size() - 2);
      const uint64_t hash = *EdgeHash(patterns[id].text);
      edges.push_back({hash,
                       {TagOf(hash), id, static_cast<uint32_t>(texts.size()),
                        static_cast<uint16_t>(glob.size()), ShapeOf(glob)}});
      texts.append(glob);
    } else {
      drafts.push_back(DraftOf(id, patterns[id].text));
      for (const uint64_t pair : drafts.back().pairs) {
        ++shared[pair];
      }
    }
  }
  std::vector<Anchored> words;
  std::vector<Anchored> pairs;
  for (const Draft& draft : drafts) {
    const std::string_view text = patterns[draft.id].text;
    const size_t anchor = BestPair(draft, text, shared);
    const uint64_t hash =
        draft.pairs.empty() ? draft.first_hash : draft.pairs[anchor];
    const Entry entry = {TagOf(hash), draft.id,
                         static_cast<uint32_t>(texts.size()),
                         static_cast<uint16_t>(text.size()),
                         static_cast<uint16_t>(draft.tokens[anchor].begin)};
    (draft.pairs.empty() ? words : pairs).push_back({hash, entry});
    texts.append(text);
  }
  const uint32_t bits = BitsFor(std::max(
      kFilterBitsMin, (words.size() + pairs.size()) * kFilterBitsAnAnchor));
  std::vector<uint64_t> filter((uint64_t{1} << bits) / 64, 0);
  filter_shift_ = 64 - bits;
  Fill(&words, &words_, &filter);
  Fill(&pairs, &pairs_, &filter);
  Fill(&edges, &edges_, &filter);
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
    const uint64_t bit = one.hash >> filter_shift_;
    (*filter)[bit / 64] |= uint64_t{1} << bit % 64;
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

void TokenIndex::AddEdges(std::string_view canonical,
                          const Candidates& candidates, HitStore* hits) const {
  for (size_t i = 0; i < candidates.count; ++i) {
    const uint64_t hash = candidates.hashes[i];
    const uint32_t at = candidates.places[i];
    const uint32_t* const bucket = &edges_.begins[hash >> edges_.shift];
    const auto end = static_cast<uint32_t>(canonical.find(' ', at));
    const std::string_view token = canonical.substr(at, end - at);
    for (uint32_t e = bucket[0]; e < bucket[1]; ++e) {
      const Entry& entry = edges_.entries[e];
      if (entry.tag != TagOf(hash)) {
        continue;
      }
      const std::string_view glob(texts_.data() + entry.text, entry.size);
      const bool matches =
          entry.anchor == kHead
              ? token.starts_with(glob.substr(0, glob.size() - 1))
          : entry.anchor == kTail ? token.ends_with(glob.substr(1))
                                  : MatchesGlob(glob, token);
      if (matches) {
        hits->Add(entry.pattern, {at, end});
      }
    }
  }
}

}  // namespace presshawk::tokens
