// SPDX-License-Identifier: Apache-2.0
// The position conditions (SPEC QUERY-6 to QUERY-11, A28-A33), as pure
// functions. Each takes O(n log n) time in the number of occurrences.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "core/model/field.h"
#include "core/model/hit.h"

namespace presshawk {

// One occurrence of a term. Positions count the tokens of all fields; the
// fields lie so far apart that no condition reaches from one into the next. A
// regex match that touches no token (`!!!`) has no position, and token_end 0.
struct Occurrence {
  ByteSpan span;  // In the text that `space` names.
  Hit::Space space = Hit::Space::kCanonical;
  uint32_t token_begin = 0;
  uint32_t token_end = 0;
  uint32_t leaf = 0;  // Index of its term within the operand.
  Field field = Field::kTitle;
};

// The least distance between token positions of two fields, and the least
// position. It is larger than every n of a query (1,000, SPEC A28).
inline constexpr uint32_t kFieldGapTokens = 4096;

// Every function takes occurrences sorted by token_begin, and equal ones by
// span. Only the `a` of MarkNotNear() may have occurrences without a position.
using Occurrences = absl::Span<const Occurrence>;

// Returns the first of `others` that begins at most n words behind `one`, or
// the last that ends at most n words in front of it; null if there is none.
// REQUIRES: `others` are of one term that is no regex: their ends rise, too.
const Occurrence* NextWithin(const Occurrence& one, Occurrences others,
                             uint32_t n);
const Occurrence* LastWithin(const Occurrence& one, Occurrences others,
                             uint32_t n);

// Whether some `first` ends at most n words before some `second` begins.
bool HasPair(Occurrences first, Occurrences second, uint32_t n);

// Sets the marks of all occurrences that are in such a pair. REQUIRES: the
// vectors are as long as the spans.
void MarkPairs(Occurrences first, Occurrences second, uint32_t n,
               std::vector<bool>* first_marks, std::vector<bool>* second_marks);

// The sentences or paragraphs that an occurrence touches. Their numbers count
// through all fields.
struct UnitRange {
  uint64_t first = 0;
  uint64_t last = 0;
};

// Marks each occurrence of `first` that shares a unit with an occurrence of
// `second` and does not overlap it, and returns whether there is any. `…_units`
// are those of the occurrences. Two regex matches overlap if their spans do,
// and any other two occurrences if they share a token (SPEC A23).
bool MarkUnitPairs(Occurrences first, absl::Span<const UnitRange> first_units,
                   Occurrences second, absl::Span<const UnitRange> second_units,
                   std::vector<bool>* first_marks);

// Marks each occurrence of `a` that no `b` overlaps or comes within n words of,
// and returns whether there is any.
bool MarkNotNear(Occurrences a, Occurrences b, uint32_t n,
                 std::vector<bool>* marks);

// The largest number of occurrences of which no two overlap. REQUIRES: none is
// a regex match.
uint32_t CountDisjoint(Occurrences occurrences);

// An occurrence as an interval on a line, for CountDisjointStretches(). Two
// intervals overlap exactly where the occurrences do: two regex matches by
// their spans, any other two by their tokens (SPEC A23, A33).
struct Stretch {
  enum class Of : uint8_t { kTerm, kRegex, kUnplacedRegex };
  uint64_t begin = 0;
  uint64_t end = 0;
  Of of = Of::kTerm;
};

// The largest number of stretches of which no two overlap. An unplaced regex
// match inside a term's stretch does not overlap the term, because it touches
// none of its tokens. Sorts *stretches; takes O(n log n) time.
uint32_t CountDisjointStretches(std::vector<Stretch>* stretches);

}  // namespace presshawk
