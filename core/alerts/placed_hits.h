// SPDX-License-Identifier: Apache-2.0
// Places the hits of an article in its original text, in the order of an alert,
// with one hit per place (SPEC A41).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/model/hit.h"
#include "core/text/article_text.h"

namespace presshawk {

struct PlacedHit {
  Field field = Field::kTitle;
  ByteSpan bytes;             // In ArticleText::original(field).
  CodePointSpan code_points;  // The same place, in code points, for the alert.
  std::string_view term;
};

// Replaces *placed by the first `max` of `hits`, ordered by field, begin and
// end. Of several hits at one place, the first in written order stays. Returns
// the number of all distinct places. Reorders *hits. Hits that are not shown
// are mapped back only if two of them might be at the same place.
uint64_t PlaceHits(const ArticleText& text, std::vector<Hit>* hits, size_t max,
                   std::vector<PlacedHit>* placed);

}  // namespace presshawk
