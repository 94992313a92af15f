// SPDX-License-Identifier: Apache-2.0
// Finds terms by the hash of their anchor (anchors.h).
//
//   token, pair, edges ──► filter (token_hash.h) ──► bucket ──► comparison
//
// The scan loop asks the filter about each token and pair, and about edges
// where there are wildcards. The filter stays in the cache: 10,000 terms take
// 64 KiB, a million take 2 MiB. Of the tokens that are not in the index, it
// rejects 199 of 200, or 49 of 50 for a large set. All tables are arrays of
// plain values.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "core/base/flat_array.h"
#include "matchers/plan/hit_store.h"
#include "matchers/plan/pattern_claims.h"
#include "matchers/plan/term_scanner.h"
#include "matchers/tokens/token_hash.h"

namespace presshawk::tokens {

// The tokens, pairs or edges that passed the filter.
struct Candidates {
  static constexpr size_t kMax = 512;
  std::array<uint64_t, kMax> hashes;
  std::array<uint32_t, kMax> places;
  size_t count = 0;
};

// THREAD SAFETY. Immutable once it is built.
class TokenIndex {
 public:
  // Whether the index takes a pattern: it needs an anchor, and at most 64 KiB.
  static bool Takes(const Pattern& pattern);

  // Indexes those of `patterns` that it takes.
  explicit TokenIndex(absl::Span<const Pattern> patterns);
  // For an index that is read from a file; use it only if IsSound().
  TokenIndex() = default;
  // Whether every index is in bounds and every entry is consistent. Claims the
  // patterns.
  bool IsSound(PatternClaims* claims) const;
  template <typename Self, typename Archive>
  static void Transfer(Self* self, Archive* archive) {
    archive->Array(&self->texts_);
    for (auto* const table :
         {&self->words_, &self->pairs_, &self->globs_, &self->phrases_}) {
      archive->Array(&table->begins);
      archive->Array(&table->entries);
      archive->Value(&table->shift);
    }
    archive->Array(&self->filter_);
    archive->Value(&self->filter_shift_);
    archive->Value(&self->edge_bytes_min_);
    archive->Value(&self->edge_bytes_max_);
  }

  // ---- for the scan loop ----
  const uint64_t* filter() const { return filter_.data(); }
  // The `shift` of FilterBits().
  uint32_t filter_shift() const { return filter_shift_; }
  // Call it some time before the filter is asked.
  void PrefetchFilter(uint64_t hash) const {
    __builtin_prefetch(filter_.data() + (hash >> filter_shift_));
  }
  // The range of edge sizes to look up. If there are no edges, the minimum is
  // larger than the maximum.
  uint32_t edge_bytes_min() const { return edge_bytes_min_; }
  uint32_t edge_bytes_max() const { return edge_bytes_max_; }
  bool has_phrases() const { return !phrases_.entries.empty(); }
  bool empty() const {
    return words_.entries.empty() && pairs_.entries.empty() &&
           globs_.entries.empty() && phrases_.entries.empty();
  }

  // Add the patterns whose anchor has the hash and the place of a candidate. A
  // place is the byte of `canonical` at which the token, or the pair, begins.
  void AddWords(std::string_view canonical, const Candidates& candidates,
                HitStore* hits) const {
    Add(words_, canonical, candidates, hits);
  }
  void AddPairs(std::string_view canonical, const Candidates& candidates,
                HitStore* hits) const {
    Add(pairs_, canonical, candidates, hits);
  }
  // Adds the wildcards of one token that match the tokens of the candidates.
  void AddGlobs(std::string_view canonical, const Candidates& candidates,
                HitStore* hits) const;
  // Adds the phrases with wildcards of which a candidate is the anchor.
  void AddPhrases(std::string_view canonical, const Candidates& candidates,
                  HitStore* hits) const;

 private:
  struct Entry {
    uint32_t tag;  // Bits of its anchor's hash that the bucket does not use.
    PatternId pattern;
    uint32_t text;  // Where its text begins in texts_.
    uint16_t size;  // Of its text, with the spaces around it.
    // The bytes before the anchor in the text; for a glob, its Shape.
    uint16_t anchor;
  };
  // PERF: `elect*` and `*gate` are compared, and not matched as globs.
  enum Shape : uint16_t { kGlob, kHead, kTail };
  static Shape ShapeOf(std::string_view glob);
  // Entries by bucket: the highest bits of the anchor's hash. There is about
  // one entry per bucket. PERF: open addressing with slots that point to
  // entries would take one more load and twice the memory.
  struct AnchorTable {
    FlatArray<uint32_t> begins;  // entries[begins[bucket], begins[bucket+1])
    FlatArray<Entry> entries;
    uint32_t shift = 0;
  };
  struct Anchored {
    uint64_t hash;
    Entry entry;
  };

  // `is_globs` says that the entries are wildcards of one token.
  bool IsSound(const AnchorTable& table, bool is_globs,
               PatternClaims* claims) const;
  bool IsSound(const Entry& entry, bool is_globs) const;
  static uint32_t TagOf(uint64_t hash) {
    return static_cast<uint32_t>(hash >> 16);
  }
  // Moves the entries into *table, and sets their bits in *filter.
  void Fill(std::vector<Anchored>* anchored, AnchorTable* table,
            std::vector<uint64_t>* filter) const;
  void Add(const AnchorTable& table, std::string_view canonical,
           const Candidates& candidates, HitStore* hits) const;
  // Calls visit(entry, place) for each entry with the hash of a candidate.
  template <typename Visit>
  static void ForEachEntry(const AnchorTable& table,
                           const Candidates& candidates, Visit visit);
  std::string_view TextOf(const Entry& entry) const {
    return {texts_.data() + entry.text, entry.size};
  }

  FlatArray<char> texts_;  // Followed by kHashPaddingBytes bytes.
  AnchorTable words_, pairs_, globs_, phrases_;
  FlatArray<uint64_t> filter_;
  uint32_t filter_shift_ = 0;
  uint32_t edge_bytes_min_ = kEdgeBytesMax + 1;
  uint32_t edge_bytes_max_ = 0;
};

}  // namespace presshawk::tokens
