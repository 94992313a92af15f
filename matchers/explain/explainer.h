// The tree of a watch-list for one article: which parts hold, where, and for
// those that do not the nearest miss.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "core/model/article.h"
#include "core/text/article_text.h"
#include "matchers/explain/passage.h"
#include "matchers/explain/questions.h"
#include "matchers/list_check.h"
#include "matchers/watchlist.h"

namespace presshawk {

struct Explanation {
  // "list", "AND", "OR", "NOT", "scope", "reference", "term", "metadata", or
  // the form: "NEAR", "ONEAR", …
  std::string form;
  std::string text;  // The part in canonical writing.
  bool holds = false;
  std::vector<AnswerHit> hits;     // Of a leaf that holds.
  std::string why;                 // Of a part that does not; may be empty.
  std::vector<AnswerHit> nearest;  // Where what `why` says is; may be empty.
  // The words around `nearest`, or around the hits of a form that asks where
  // terms stand; else empty.
  std::vector<Passage> passages;
  std::vector<Explanation> children;
};

// COST. The lists are checked once; an explanation costs what the list and
// those that it refers to have, however many others there are. THREAD SAFETY.
// Immutable.
class ListExplainer {
 public:
  // `lists` must outlive this.
  explicit ListExplainer(const std::vector<WatchList>& lists);

  // Explains a list. NotFound where it is bad: the message is its first error.
  absl::StatusOr<Explanation> Explain(size_t index, const Article& article,
                                      const ArticleText& text) const;
  // Several, for less than one by one.
  std::vector<absl::StatusOr<Explanation>> Explain(
      absl::Span<const size_t> indexes, const Article& article,
      const ArticleText& text) const;

 private:
  std::vector<WatchList> WithReferences(absl::Span<const size_t> indexes) const;

  const std::vector<WatchList>& lists_;
  const CheckedLists checked_;
  absl::flat_hash_map<std::string_view, size_t> by_id_;
  std::vector<bool> good_;
  absl::flat_hash_map<std::string_view, size_t> first_errors_;
};

}  // namespace presshawk
