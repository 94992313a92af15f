// The tree of a watch-list for one article: which parts hold, where, and for
// those that do not the nearest miss.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/model/article.h"
#include "core/text/article_text.h"
#include "matchers/explain/questions.h"
#include "matchers/watchlist.h"

namespace presshawk {

struct Explanation {
  // "list", "AND", "OR", "NOT", "scope", "reference", "term", "metadata", or
  // the form: "NEAR", "ONEAR", …
  std::string form;
  std::string text;  // The part in canonical writing.
  bool holds = false;
  std::vector<AnswerHit> hits;  // Of a leaf that holds.
  std::string why;              // Of a part that does not; may be empty.
  std::vector<Explanation> children;
};

// Explains `lists[index]`. NotFound where the list is bad: the message is its
// first error.
absl::StatusOr<Explanation> Explain(const std::vector<WatchList>& lists,
                                    size_t index, const Article& article,
                                    const ArticleText& text);

}  // namespace presshawk
