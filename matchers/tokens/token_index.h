// Terms by the hash of their anchor (anchors.h).
//
//   token, pair, edges ──► filter (token_hash.h), asked for each ──► bucket ──►
//   compare
//
// The filter is what the scan loop touches. It stays in the cache (10,000
// terms: 64 KiB; a million: 2 MiB) and answers no to 199 of 200 that are not
// there, of large sets to 49 of 50. All tables are arrays of plain values.
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

// Tokens, pairs or edges that passed the filter.
struct Candidates {
  static constexpr size_t kMax = 512;
  std::array<uint64_t, kMax> hashes;
  std::array<uint32_t, kMax> places;
  size_t count = 0;
};

// Immutable once built.
class TokenIndex {
 public:
  // Whether a pattern is the index's to find: those with an anchor, up to
  // 64 KiB.
  static bool Takes(const Pattern& pattern);

  // Of those that it takes.
  explicit TokenIndex(absl::Span<const Pattern> patterns);
  // For what was saved, which is used where IsSound().
  TokenIndex() = default;
  // Whether everything is in its bounds and says what it must; claims the
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
  // As FilterBits() takes it.
  uint32_t filter_shift() const { return filter_shift_; }
  // Ahead of asking it.
  void PrefetchFilter(uint64_t hash) const {
    __builtin_prefetch(filter_.data() + (hash >> filter_shift_));
  }
  // How many first and last bytes of a token are to be asked for; where there
  // are none to ask, the least is above the most.
  uint32_t edge_bytes_min() const { return edge_bytes_min_; }
  uint32_t edge_bytes_max() const { return edge_bytes_max_; }
  bool has_phrases() const { return !phrases_.entries.empty(); }
  bool empty() const {
    return words_.entries.empty() && pairs_.entries.empty() &&
           globs_.entries.empty() && phrases_.entries.empty();
  }

  // Adds the patterns whose anchor is the token at a place (bytes of
  // `canonical`) with this hash; of pairs, the place is the first of the two.
  void AddWords(std::string_view canonical, const Candidates& candidates,
                HitStore* hits) const {
    Add(words_, canonical, candidates, hits);
  }
  void AddPairs(std::string_view canonical, const Candidates& candidates,
                HitStore* hits) const {
    Add(pairs_, canonical, candidates, hits);
  }
  // Adds the wildcards of one token that the token with this edge matches.
  void AddGlobs(std::string_view canonical, const Candidates& candidates,
                HitStore* hits) const;
  // Adds the phrases with wildcards of which this token, pair or edge is the
  // anchor.
  void AddPhrases(std::string_view canonical, const Candidates& candidates,
                  HitStore* hits) const;

 private:
  struct Entry {
    uint32_t tag;  // Of its anchor's hash, beside the bucket.
    PatternId pattern;
    uint32_t text;  // Where its text begins in texts_.
    uint16_t size;  // Of its text, the spaces around it included.
    // Bytes from the text's begin to the anchor's; of a glob its Shape.
    uint16_t anchor;
  };
  // PERF: `elect*` and `*gate` are compared, not matched as globs.
  enum Shape : uint16_t { kGlob, kHead, kTail };
  static Shape ShapeOf(std::string_view glob);
  // Entries by bucket, the highest bits of their anchor's hash; about one a
  // bucket. PERF: against slots with open addressing that point to entries a
  // load and half the memory less.
  struct AnchorTable {
    FlatArray<uint32_t> begins;  // entries[begins[bucket], begins[bucket+1])
    FlatArray<Entry> entries;
    uint32_t shift = 0;
  };
  struct Anchored {
    uint64_t hash;
    Entry entry;
  };

  // `is_globs`: its entries are wildcards of one token.
  bool IsSound(const AnchorTable& table, bool is_globs,
               PatternClaims* claims) const;
  bool IsSound(const Entry& entry, bool is_globs) const;
  static uint32_t TagOf(uint64_t hash) {
    return static_cast<uint32_t>(hash >> 16);
  }
  // Into *table and *filter.
  void Fill(std::vector<Anchored>* anchored, AnchorTable* table,
            std::vector<uint64_t>* filter) const;
  void Add(const AnchorTable& table, std::string_view canonical,
           const Candidates& candidates, HitStore* hits) const;
  // visit(entry, place) for each entry of the candidates' hashes.
  template <typename Visit>
  static void ForEachEntry(const AnchorTable& table,
                           const Candidates& candidates, Visit visit);
  std::string_view TextOf(const Entry& entry) const {
    return {texts_.data() + entry.text, entry.size};
  }

  FlatArray<char> texts_;  // And kHashPaddingBytes.
  AnchorTable words_, pairs_, globs_, phrases_;
  FlatArray<uint64_t> filter_;
  uint32_t filter_shift_ = 0;
  uint32_t edge_bytes_min_ = kEdgeBytesMax + 1;
  uint32_t edge_bytes_max_ = 0;
};

}  // namespace presshawk::tokens
