// SPDX-License-Identifier: Apache-2.0
// Finds the sentences and paragraphs of a text (SPEC A30). Thread-safe.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"

namespace presshawk {

// Replaces *ends by the byte offset behind each paragraph, in rising order; the
// last one is the end of the text. A paragraph ends with white space that has
// two line breaks (LF, CR LF, CR, NEL, U+2028), or with U+2029.
void FindParagraphEnds(std::string_view text, std::vector<uint32_t>* ends);

// Does the same for sentences, which are ICU's for the root locale. A line
// break inside a paragraph reads as a space, and a paragraph's end ends a
// sentence.
void FindSentenceEnds(std::string_view text,
                      absl::Span<const uint32_t> paragraph_ends,
                      std::vector<uint32_t>* ends);

}  // namespace presshawk
