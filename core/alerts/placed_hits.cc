// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/placed_hits.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace presshawk {
namespace {

bool SamePlace(const Hit& a, const Hit& b) {
  return a.field == b.field && a.space == b.space && a.span == b.span;
}

auto OrderKey(const Hit& hit) {
  return std::tuple(hit.field, hit.span.begin, hit.span.end, hit.order);
}

// True where canonical order and identity are those of the original: no regex
// hits among them, and no code point that stands behind two tokens.
bool CanonicalPlacesSuffice(const ArticleText& text,
                            const std::vector<Hit>& hits) {
  return std::none_of(hits.begin(), hits.end(), [&](const Hit& hit) {
    return hit.space == Hit::Space::kOriginal ||
           text.MayShareOriginals(hit.field);
  });
}

void SortAndDropRepeats(std::vector<Hit>* hits) {
  const auto by_place = [](const Hit& a, const Hit& b) {
    return OrderKey(a) < OrderKey(b);
  };
  // Those of one term come in order; an article may have millions.
  if (!std::is_sorted(hits->begin(), hits->end(), by_place)) {
    std::sort(hits->begin(), hits->end(), by_place);
  }
  hits->erase(std::unique(hits->begin(), hits->end(), SamePlace), hits->end());
}

}  // namespace

uint64_t PlaceHits(const ArticleText& text, std::vector<Hit>* hits, size_t max,
                   std::vector<PlacedHit>* placed) {
  if (!CanonicalPlacesSuffice(text, *hits)) {
    for (Hit& hit : *hits) {
      if (hit.space == Hit::Space::kCanonical) {
        hit.span = text.ToOriginal(hit.field, hit.span);
        hit.space = Hit::Space::kOriginal;
      }
    }
  }
  SortAndDropRepeats(hits);
  placed->clear();
  for (const Hit& hit : *hits) {
    if (placed->size() == max) {
      break;
    }
    PlacedHit& place = placed->emplace_back();
    place.field = hit.field;
    place.bytes = hit.space == Hit::Space::kOriginal
                      ? hit.span
                      : text.ToOriginal(hit.field, hit.span);
    place.code_points = text.ToCodePoints(hit.field, place.bytes);
    place.term = hit.term;
  }
  return hits->size();
}

}  // namespace presshawk
