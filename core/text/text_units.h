// Sentences and paragraphs of a text (SPEC A30). Thread-safe.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"

namespace presshawk {

// Replaces *ends by the byte offsets behind each paragraph, rising, the text's
// end the last. A paragraph ends with the white space that holds two line
// breaks (LF, CR LF, CR, NEL, U+2028) or a U+2029.
void FindParagraphEnds(std::string_view text, std::vector<uint32_t>* ends);

// The same for sentences: ICU's, root locale; line breaks inside a paragraph
// are read as a space, and a paragraph's end ends a sentence.
void FindSentenceEnds(std::string_view text,
                      absl::Span<const uint32_t> paragraph_ends,
                      std::vector<uint32_t>* ends);

}  // namespace presshawk
