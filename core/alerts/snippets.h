// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "core/alerts/placed_hits.h"
#include "core/text/article_text.h"

namespace presshawk {

// A piece of a field with some hits, cut between words.
struct Snippet {
  Field field = Field::kTitle;
  ByteSpan bytes;  // In ArticleText::original(field).
  // The hits in the snippet, half-open, in code points from its start and in
  // rising order. Hits that overlap or touch are one.
  absl::InlinedVector<CodePointSpan, 8> highlights;
};

// The number of code points of context on each side of a hit. The cut then
// moves on to the next space.
inline constexpr uint32_t kSnippetContextCodePoints = 90;

// Replaces *snippets by at most `max` snippets, in the order of their places.
// Terms that no snippet shows yet come first: if an article says "Kremlin" nine
// times and "election" once, an analyst wants to see both.
void ChooseSnippets(const ArticleText& text, const std::vector<PlacedHit>& hits,
                    size_t max, std::vector<Snippet>* snippets);

}  // namespace presshawk
