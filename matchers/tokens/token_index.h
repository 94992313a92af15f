// Terms by the hash of their anchor: a word's is itself, a phrase's its rarest
// pair of neighbouring tokens, a wildcard's (`elect*`, `*gate`, `wom?nhood`)
// the first or last four bytes of its token.
//
//   token, pair, edges ──► filter: one bit table, asked for each ──► bucket ──►
//   compare
//
// The filter is what the scan loop touches: 16 to 32 bits an anchor, so that it
// stays in the cache (10,000 terms: 40 KiB; a million: 4 MiB) and answers no to
// 19 of 20 that are not there. All tables are arrays of plain values.
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

namespace presshawk::tokens {

// Tokens, pairs or edges that passed the filter.
struct Candidates {
  // More than 64 bytes have tokens, and tokens edges.
  static constexpr size_t kMax = 192;
  std::array<uint64_t, kMax> hashes;
  std::array<uint32_t, kMax> places;
  size_t count = 0;
};

// Immutable once built.
class TokenIndex {
 public:
  // Whether a pattern is the index's to find: plain ones, and wildcards of one
  // token that begin or end with four bytes of their own; up to 64 KiB.
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
    for (auto* const table : {&self->words_, &self->pairs_, &self->edges_}) {
      archive->Array(&table->begins);
      archive->Array(&table->entries);
      archive->Value(&table->shift);
    }
    archive->Array(&self->filter_);
    archive->Value(&self->filter_shift_);
  }

  // ---- for the scan loop ----
  const uint64_t* filter() const { return filter_.data(); }
  // A hash's bit is its highest 64 - filter_shift() bits.
  uint32_t filter_shift() const { return filter_shift_; }
  bool has_edges() const { return !edges_.entries.empty(); }
  bool empty() const {
    return words_.entries.empty() && pairs_.entries.empty() && !has_edges();
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
  // Adds the wildcards with this edge that the token at the place matches.
  void AddEdges(std::string_view canonical, const Candidates& candidates,
                HitStore* hits) const;

 private:
  struct Entry {
    uint32_t tag;  // Of its anchor's hash, beside the bucket.
    PatternId pattern;
    uint32_t text;  // Where its text begins in texts_.
    uint16_t size;  // Of its text, the spaces around it included.
    // Bytes from the text's begin to the anchor's; of a wildcard its Shape.
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

  // `is_edges`: its entries are wildcards.
  bool IsSound(const AnchorTable& table, bool is_edges,
               PatternClaims* claims) const;
  bool IsSound(const Entry& entry, bool is_edges) const;
  static uint32_t TagOf(uint64_t hash) {
    return static_cast<uint32_t>(hash >> 16);
  }
  // Into *table and *filter.
  void Fill(std::vector<Anchored>* anchored, AnchorTable* table,
            std::vector<uint64_t>* filter) const;
  void Add(const AnchorTable& table, std::string_view canonical,
           const Candidates& candidates, HitStore* hits) const;

  FlatArray<char> texts_;
  AnchorTable words_, pairs_, edges_;
  FlatArray<uint64_t> filter_;
  uint32_t filter_shift_ = 0;
};

}  // namespace presshawk::tokens
