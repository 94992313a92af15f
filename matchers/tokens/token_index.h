// Terms by the hash of their anchor: a word's is itself, a phrase's its rarest
// pair of neighbouring tokens, a wildcard's (`elect*`, `*gate`, `wom?nhood`)
// the first or last four bytes of its token.
//
//   token, pair, edges ──► filter: one bit table, asked for each ──► slots ──►
//   compare
//
// The filter is what the scan loop touches: 16 to 32 bits an anchor, so that it
// stays in the cache (10,000 terms: 40 KiB; a million: 4 MiB) and answers no to
// 19 of 20 that are not there.
#pragma once

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

// Immutable once built.
class TokenIndex {
 public:
  // Whether a pattern is the index's to find: plain ones, and wildcards of one
  // token that begin or end with four bytes of their own.
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
    archive->Array(&self->entries_);
    for (auto* const table : {&self->words_, &self->pairs_, &self->edges_}) {
      archive->Array(&table->slots);
      archive->Value(&table->shift);
    }
    archive->Array(&self->filter_);
    archive->Value(&self->filter_shift_);
  }

  // ---- for the scan loop ----
  const uint64_t* filter() const { return filter_.data(); }
  // A hash's bit is its highest 64 - filter_shift() bits.
  uint32_t filter_shift() const { return filter_shift_; }
  bool has_pairs() const { return !pairs_.slots.empty(); }
  bool has_edges() const { return !edges_.slots.empty(); }
  bool empty() const { return entries_.empty(); }

  // Adds the patterns whose anchor is the token at `at` (bytes of `canonical`)
  // with this hash; of pairs, `at` is the first of the two.
  void AddWords(std::string_view canonical, uint64_t hash, uint32_t at,
                HitStore* hits) const {
    Add(words_, canonical, hash, at, hits);
  }
  void AddPairs(std::string_view canonical, uint64_t hash, uint32_t at,
                HitStore* hits) const {
    Add(pairs_, canonical, hash, at, hits);
  }
  // Adds the wildcards with this edge that the token at `at` matches.
  void AddEdges(std::string_view canonical, uint64_t hash, uint32_t at,
                HitStore* hits) const;

 private:
  struct Entry {
    PatternId pattern;
    uint32_t text;  // Where its text begins in texts_.
    uint32_t size;  // Of its text, the spaces around it included.
    // Bytes from the text's begin to the anchor's; of a wildcard its Shape.
    uint32_t anchor;
  };
  // PERF: `elect*` and `*gate` are compared, not matched as globs.
  enum Shape : uint32_t { kGlob, kHead, kTail };
  static Shape ShapeOf(std::string_view glob);
  struct Slot {
    uint64_t hash = 0;
    uint32_t begin = 0;  // entries_[begin, end); equal: the slot is free.
    uint32_t end = 0;
  };
  // Open addressing; a power of two of slots, at most half of them taken.
  struct SlotTable {
    FlatArray<Slot> slots;
    uint32_t shift = 0;
  };
  struct Anchored {
    uint64_t hash;
    Entry entry;
  };

  // `is_edges`: its entries are wildcards.
  bool IsSound(const SlotTable& table, bool is_edges,
               PatternClaims* claims) const;
  bool IsSound(const Entry& entry, bool is_edges) const;
  // Null where there is none.
  static const Slot* Find(const SlotTable& table, uint64_t hash);
  // Into *table, *entries and *filter.
  void Fill(std::vector<Anchored>* anchored, SlotTable* table,
            std::vector<Entry>* entries, std::vector<uint64_t>* filter) const;
  void Add(const SlotTable& table, std::string_view canonical, uint64_t hash,
           uint32_t at, HitStore* hits) const;

  FlatArray<char> texts_;
  FlatArray<Entry> entries_;
  SlotTable words_, pairs_, edges_;
  FlatArray<uint64_t> filter_;
  uint32_t filter_shift_ = 0;
};

}  // namespace presshawk::tokens
