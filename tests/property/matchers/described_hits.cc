// SPDX-License-Identifier: Apache-2.0
#include "tests/property/matchers/described_hits.h"

#include <vector>

#include "core/alerts/placed_hits.h"
#include "core/base/str_cat.h"

namespace presshawk::testing {
namespace {

std::string Line(Field field, CodePointSpan span, std::string_view term) {
  return StrCat("  ", FieldName(field), " ", span.begin, "-", span.end, " ",
                std::string(term), "\n");
}

}  // namespace

std::string DescribeHits(Matcher* matcher, ListSlot slot,
                         const ArticleText& text) {
  std::vector<Hit> hits;
  std::vector<PlacedHit> placed;
  matcher->CollectHits(slot, text, &hits);
  PlaceHits(text, &hits, ~size_t{0}, &placed);
  std::string described;
  for (const PlacedHit& hit : placed) {
    described += Line(hit.field, hit.code_points, hit.term);
  }
  return described;
}

std::string DescribeHits(const reference::ReferenceArticle& article,
                         const reference::ReferenceLists& lists,
                         const std::string& id) {
  std::string described;
  for (const reference::ReferenceHit& hit : article.Hits(lists, id)) {
    described += Line(hit.field, hit.span, hit.term);
  }
  return described;
}

}  // namespace presshawk::testing
