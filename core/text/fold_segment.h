// SPDX-License-Identifier: Apache-2.0
// Folds the rare rest (SPEC TEXT-2, TEXT-3): runs of code points that
// normalization must treat together, from one boundary to the next.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace presshawk {

struct SourceCodePoint {
  char32_t c;
  uint32_t begin, end;  // The bytes of the text that it came from.
};

// One character of NFKC_Casefold after step 3, with the bytes of all code
// points that it came from (SPEC A6). Marks are still included, because the
// characters before a mark decide whether it is kept (A12).
struct FoldedCharacter {
  char32_t c;
  uint32_t begin, end;
};

// Appends the folded form of `segment` to *out. Takes O(n log n) time, even for
// 100,000 marks on one letter.
void FoldSegment(absl::Span<const SourceCodePoint> segment,
                 std::vector<FoldedCharacter>* out);

}  // namespace presshawk
