// SPDX-License-Identifier: Apache-2.0
// A query (first line), a title (second) and a body: matchers/ against
// tests/reference, hits included.
#include "core/alerts/placed_hits.h"
#include "core/base/check.h"
#include "matchers/query/parser.h"
#include "matchers/query_set.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/reference/matchers/reference_matcher.h"

namespace presshawk {
namespace {

bool HasRegex(const Node& node) {
  bool found =
      node.kind == NodeKind::kTerm && node.term_kind == TermKind::kRegex;
  for (const auto& child : node.children) {
    found |= HasRegex(*child);
  }
  return found;
}

void Compare(const WatchList& list, const Node& query, const Article& article) {
  // Both engines get their share.
  const auto query_set = QuerySet::Compile(
      {list}, {.engine = article.text_of(Field::kBody).size() % 2 == 0
                             ? QuerySet::Engine::kTokens
                             : QuerySet::Engine::kHyperscan});
  PRESSHAWK_CHECK(query_set.ok());
  if ((*query_set)->size() == 0) {
    return;  // An error that only the set knows.
  }
  const auto matcher = (*query_set)->NewMatcher();
  ArticleText text;
  PRESSHAWK_CHECK(text.Assign(article, ~size_t{0}) && matcher->Scan(text));
  std::vector<ListSlot> slots;
  matcher->Evaluate(article, text, &slots);
  if (!matcher->abandoned().empty()) {
    return;
  }
  reference::ReferenceLists lists;
  lists["q"].query = &query;
  const reference::ReferenceArticle expected(article);
  PRESSHAWK_CHECK(expected.Holds(lists, "q") == !slots.empty());
  if (slots.empty()) {
    return;
  }
  std::vector<Hit> hits;
  std::vector<PlacedHit> placed;
  matcher->CollectHits(0, text, &hits);
  PlaceHits(text, &hits, ~size_t{0}, &placed);
  const auto expected_hits = expected.Hits(lists, "q");
  PRESSHAWK_CHECK(placed.size() == expected_hits.size());
  for (size_t i = 0; i < placed.size(); ++i) {
    PRESSHAWK_CHECK(placed[i].field == expected_hits[i].field &&
                    placed[i].code_points == expected_hits[i].span &&
                    placed[i].term == expected_hits[i].term);
  }
}

}  // namespace
}  // namespace presshawk

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace presshawk;
  if (size > 400) {
    return 0;  // The reference is slow on purpose.
  }
  const std::string input = ValidUtf8(Bytes(data, size));
  std::string_view rest = input;
  WatchList list;
  list.id = "q";
  list.query = WatchListTerm{std::string(TakeLine(&rest)), {}};
  const ParsedQuery parsed = ParseQuery(list.query->text);
  if (parsed.root == nullptr || HasRegex(*parsed.root)) {
    return 0;  // Regexes have a target of their own.
  }
  Article article;
  article.id = "1";
  article.html.fill(HtmlMode::kNo);
  article.text[static_cast<size_t>(Field::kTitle)] = TakeLine(&rest);
  article.text[static_cast<size_t>(Field::kBody)] = rest;
  Compare(list, *parsed.root, article);
  return 0;
}
