#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "core/alerts/placed_hits.h"
#include "core/text/article_text.h"

namespace presshawk {

// A piece of a field around some hits, cut between words.
struct Snippet {
  Field field = Field::kTitle;
  ByteSpan bytes;  // Of ArticleText::original(field).
  // Of the hits that lie in it: half-open, in code points from its begin;
  // rising, and where hits overlap or touch, as one.
  absl::InlinedVector<CodePointSpan, 8> highlights;
};

// Code points of context on each side of a hit before the cut moves to the
// next space.
inline constexpr uint32_t kSnippetContextCodePoints = 90;

// Replaces *snippets with at most `max`, in order of place. Terms that no
// snippet shows yet come before more of the same: of "Kremlin" said nine times
// and "election" once an analyst wants to see both.
void ChooseSnippets(const ArticleText& text, const std::vector<PlacedHit>& hits,
                    size_t max, std::vector<Snippet>* snippets);

}  // namespace presshawk
