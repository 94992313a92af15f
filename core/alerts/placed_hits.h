// An article's hits as an alert lists them: placed in the original, ordered,
// one a place (SPEC A41).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/model/hit.h"
#include "core/text/article_text.h"

namespace presshawk {

struct PlacedHit {
  Field field = Field::kTitle;
  ByteSpan bytes;             // Of ArticleText::original(field).
  CodePointSpan code_points;  // The same in code points: what the alert says.
  std::string_view term;
};

// Replaces *placed with the first `max` of `hits` by field, begin and end; of
// equal places the one earliest in written order stays. Returns the number of
// all distinct places. Reorders *hits. Hits that are not shown are mapped back
// only where two of them could turn out to be the same place.
uint64_t PlaceHits(const ArticleText& text, std::vector<Hit>* hits, size_t max,
                   std::vector<PlacedHit>* placed);

}  // namespace presshawk
