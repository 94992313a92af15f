// By which of its tokens a pattern is found in the text: its anchor. A word's
// is itself, a phrase's a pair of neighbours, a wildcard's (`elect*`, `*gate`)
// its first or last two to four bytes; a phrase with wildcards (`central
// bank*`) has the choice between all of these.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "matchers/plan/term_scanner.h"

namespace presshawk::tokens {

struct Anchor {
  enum class Kind : uint8_t { kWord, kPair, kEdge };
  uint64_t hash;
  uint32_t place;  // Where its first token begins, bytes of the pattern's text.
  Kind kind;
  uint8_t edge_bytes;  // Of an edge, else 0.
};

// Whether the pattern's words have an anchor: not `*a*`, which could be
// anywhere. Linear in the text.
bool HasAnchor(const Pattern& pattern);

// Chooses for many patterns at once: `university of` is rare in a text, and in
// every other name of a list of universities.
class AnchorChoice {
 public:
  // REQUIRES: HasAnchor() of each that is not a regex.
  void Add(const Pattern& pattern);
  // Of the `index`th that was added, by which it is found at the least cost.
  Anchor Best(size_t index, std::string_view text) const;

 private:
  std::vector<Anchor> anchors_;  // Of all patterns, one after the other.
  std::vector<uint32_t> ends_;   // Of each pattern's anchors in it.
  absl::flat_hash_map<uint64_t, uint32_t> shared_;  // Patterns, by hash.
};

}  // namespace presshawk::tokens
