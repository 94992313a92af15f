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
  return pattern.regex == nullptr &&
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
      edges.push_back({*EdgeHash(patterns[id].text),
                       {id, static_cast<uint32_t>(texts.size()),
                        static_cast<uint32_t>(glob.size()), ShapeOf(glob)}});
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
    const Entry entry = {draft.id, static_cast<uint32_t>(texts.size()),
                         static_cast<uint32_t>(text.size()),
                         draft.tokens[anchor].begin};
    if (draft.pairs.empty()) {
      words.push_back({draft.first_hash, entry});
    } else {
      pairs.push_back({draft.pairs[anchor], entry});
    }
    texts.append(text);
  }
  const uint32_t bits = BitsFor(std::max(
      kFilterBitsMin, (words.size() + pairs.size()) * kFilterBitsAnAnchor));
  std::vector<uint64_t> filter((uint64_t{1} << bits) / 64, 0);
  filter_shift_ = 64 - bits;
  std::vector<Entry> entries;
  entries.reserve(words.size() + pairs.size() + edges.size());
  Fill(&words, &words_, &entries, &filter);
  Fill(&pairs, &pairs_, &entries, &filter);
  Fill(&edges, &edges_, &entries, &filter);
  texts_ = FlatArray(std::vector<char>(texts.begin(), texts.end()));
  entries_ = FlatArray(std::move(entries));
  filter_ = FlatArray(std::move(filter));
}

void TokenIndex::Fill(std::vector<Anchored>* anchored, SlotTable* table,
                      std::vector<Entry>* entries,
                      std::vector<uint64_t>* filter) const {
  if (anchored->empty()) {
    return;
  }
  std::stable_sort(
      anchored->begin(), anchored->end(),
      [](const Anchored& a, const Anchored& b) { return a.hash < b.hash; });
  const uint32_t bits = BitsFor(anchored->size() * 2);
  std::vector<Slot> slots(uint64_t{1} << bits);
  table->shift = 64 - bits;
  for (size_t i = 0; i < anchored->size();) {
    const uint64_t hash = (*anchored)[i].hash;
    const auto begin = static_cast<uint32_t>(entries->size());
    for (; i < anchored->size() && (*anchored)[i].hash == hash; ++i) {
      entries->push_back((*anchored)[i].entry);
    }
    const uint64_t bit = hash >> filter_shift_;
    (*filter)[bit / 64] |= uint64_t{1} << bit % 64;
    size_t at = hash >> table->shift;
    while (slots[at].begin != slots[at].end) {
      at = (at + 1) & (slots.size() - 1);
    }
    slots[at] = {hash, begin, static_cast<uint32_t>(entries->size())};
  }
  table->slots = FlatArray(std::move(slots));
}

TokenIndex::Shape TokenIndex::ShapeOf(std::string_view glob) {
  const size_t first = glob.find_first_of("*?");
  if (first == glob.find_last_of("*?") && glob[first] == '*') {
    return first + 1 == glob.size() ? kHead : first == 0 ? kTail : kGlob;
  }
  return kGlob;
}

const TokenIndex::Slot* TokenIndex::Find(const SlotTable& table,
                                         uint64_t hash) {
  if (table.slots.empty()) {
    return nullptr;
  }
  for (size_t i = hash >> table.shift;;
       i = (i + 1) & (table.slots.size() - 1)) {
    const Slot& slot = table.slots[i];
    if (slot.begin == slot.end) {
      return nullptr;
    }
    if (slot.hash == hash) {
      return &slot;
    }
  }
}

void TokenIndex::Add(const SlotTable& table, std::string_view canonical,
                     uint64_t hash, uint32_t at, HitStore* hits) const {
  const Slot* const slot = Find(table, hash);
  if (slot == nullptr) {
    return;
  }
  for (uint32_t e = slot->begin; e < slot->end; ++e) {
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
}

void TokenIndex::AddEdges(std::string_view canonical, uint64_t hash,
                          uint32_t at, HitStore* hits) const {
  const Slot* const slot = Find(edges_, hash);
  if (slot == nullptr) {
    return;
  }
  const auto end = static_cast<uint32_t>(canonical.find(' ', at));
  const std::string_view token = canonical.substr(at, end - at);
  for (uint32_t e = slot->begin; e < slot->end; ++e) {
    const Entry& entry = entries_[e];
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

}  // namespace presshawk::tokens
