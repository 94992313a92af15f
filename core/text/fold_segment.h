// SPEC TEXT-2, TEXT-3 for the rare rest: a run of code points that
// normalization treats together, from one boundary to the next.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace presshawk {

struct SourceCodePoint {
  char32_t c;
  uint32_t begin, end;  // Bytes of the text that it came from.
};

// One character of NFKC_Casefold after step 3, with the bytes of all the code
// points that it came from (SPEC A6). Marks are still in: whether they are kept
// depends on what stands before them (A12).
struct FoldedCharacter {
  char32_t c;
  uint32_t begin, end;
};

// Appends what `segment` becomes to *out. O(n log n), also for 100,000 marks on
// one letter.
void FoldSegment(absl::Span<const SourceCodePoint> segment,
                 std::vector<FoldedCharacter>* out);

}  // namespace presshawk
