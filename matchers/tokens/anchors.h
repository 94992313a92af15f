// SPDX-License-Identifier: Apache-2.0
// Chooses the token by which a pattern is found in the text: its anchor. A word
// is its own anchor. A phrase is found by a pair of neighbours, and a wildcard
// (`elect*`, `*gate`) by its first or last two to four bytes, an edge. A phrase
// with wildcards (`central bank*`) can be found by any of these.
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
  uint32_t place;  // Where its first token begins, in bytes of the pattern.
  Kind kind;
  uint8_t edge_bytes;  // The size of an edge; otherwise 0.
};

// Whether the pattern has an anchor. `*a*` has none, as it could be anywhere in
// a token. Takes time that is linear in the text.
bool HasAnchor(const Pattern& pattern);

// Chooses anchors for many patterns at once, because an anchor that many
// patterns share is expensive: `university of` is rare in texts, but not in a
// list of universities.
class AnchorChoice {
 public:
  // REQUIRES: HasAnchor(pattern), and the pattern is not a regex.
  void Add(const Pattern& pattern);
  // Returns the cheapest anchor of the `index`th pattern that was added.
  Anchor Best(size_t index, std::string_view text) const;

 private:
  std::vector<Anchor> anchors_;  // Of all patterns, one after another.
  std::vector<uint32_t> ends_;   // By pattern: the end of its anchors.
  absl::flat_hash_map<uint64_t, uint32_t> shared_;  // By hash: its patterns.
};

}  // namespace presshawk::tokens
