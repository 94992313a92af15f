// Position conditions over occurrences (SPEC QUERY-6 to QUERY-11, A28-A33):
// pure functions, n log n in the occurrences.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "core/model/field.h"
#include "core/model/hit.h"

namespace presshawk {

// An occurrence of a term. Positions count tokens through all fields; fields
// lie so far apart that no condition reaches from one into the next. A regex
// that touches no token (`!!!`) has no position: token_end is 0.
struct Occurrence {
  ByteSpan span;  // In what Hit::Space says.
  Hit::Space space = Hit::Space::kCanonical;
  uint32_t token_begin = 0;
  uint32_t token_end = 0;
  uint32_t leaf = 0;  // Which term of its operand it is of.
  Field field = Field::kTitle;
};

// Token positions of two fields are at least this far apart, and the first
// position is at least this: above every n (1,000, SPEC A28).
inline constexpr uint32_t kFieldGapTokens = 4096;

// In all of these the occurrences are sorted by token_begin, of equal ones by
// span. Only MarkNotNear()'s `a` takes ones without position.
using Occurrences = absl::Span<const Occurrence>;

// The first of `others` that begins at most n words behind `one`, or the last
// that ends at most n words before it; null for none. REQUIRES: `others` are of
// one term that is no regex, so that all have a position and their ends rise.
const Occurrence* NextWithin(const Occurrence& one, Occurrences others,
                             uint32_t n);
const Occurrence* LastWithin(const Occurrence& one, Occurrences others,
                             uint32_t n);

// Whether some `first` ends at most n words before some `second` begins.
bool HasPair(Occurrences first, Occurrences second, uint32_t n);

// Marks (sets to true) those that are in such a pair. REQUIRES: the vectors
// have the size of the spans.
void MarkPairs(Occurrences first, Occurrences second, uint32_t n,
               std::vector<bool>* first_marks, std::vector<bool>* second_marks);

// The sentences or paragraphs that an occurrence touches, counted through all
// fields.
struct UnitRange {
  uint64_t first = 0;
  uint64_t last = 0;
};

// Marks the occurrences of `first` that share a unit with one of `second` that
// they do not overlap. `units` are those of the occurrences. True when there is
// any. Two regexes overlap by their spans, all others by their tokens
// (SPEC A23).
bool MarkUnitPairs(Occurrences first, absl::Span<const UnitRange> first_units,
                   Occurrences second, absl::Span<const UnitRange> second_units,
                   std::vector<bool>* first_marks);

// Marks the occurrences of `a` that no `b` overlaps, or is within n words of.
// True when there is any.
bool MarkNotNear(Occurrences a, Occurrences b, uint32_t n,
                 std::vector<bool>* marks);

// The largest number of occurrences that do not overlap. REQUIRES: none is of a
// regex.
uint32_t CountDisjoint(Occurrences occurrences);

// An occurrence as a part of a line, for CountDisjointStretches(). On the line
// two of them overlap where the occurrences do: regexes by their spans, a term
// and another by their tokens (SPEC A23, A33).
struct Stretch {
  enum class Of : uint8_t { kTerm, kRegex, kUnplacedRegex };
  uint64_t begin = 0;
  uint64_t end = 0;
  Of of = Of::kTerm;
};

// The largest number of stretches that do not overlap, where an unplaced regex
// within a term's stretch does not overlap the term: it touches none of its
// tokens. Sorts *stretches. n log n.
uint32_t CountDisjointStretches(std::vector<Stretch>* stretches);

}  // namespace presshawk
