// SPDX-License-Identifier: Apache-2.0
// Explains a watch-list for one article as a tree: which parts hold and where,
// and how close the others come to holding.
//
//   ListExplainer explainer(lists);
//   auto explanation = explainer.Explain(index, article, text);
#pragma once

#include <memory>
#include <optional>
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

// A form of a term that stands in the article.
struct FoundForm {
  std::string text;
  std::string language;
  std::string why;   // As FormTable says it: "genitive: -а → -ы".
  std::string also;  // Another word that the form is as well, or empty.
};

struct Explanation {
  // "list", "AND", "OR", "NOT", "scope", "forms", "reference", "term",
  // "metadata", or
  // the name of a positional form: "NEAR", "ONEAR", …
  std::string form;
  std::string text;  // The part, in canonical form.
  bool holds = false;
  std::vector<AnswerHit> hits;  // The hits of a leaf that holds.
  // The forms that the hits of a term are, but for the written one.
  std::vector<FoundForm> forms;
  std::string why;                 // Why it does not hold; may be empty.
  std::vector<AnswerHit> nearest;  // The places of `why`; may be empty.
  // The words around `nearest`, or around the hits of a form that asks for
  // positions; otherwise empty.
  std::vector<Passage> passages;
  std::vector<Explanation> children;
  // For the list that was asked for, where it holds: as its alert has it.
  std::optional<Relevance> relevance = {};
};

// COST. The lists are checked once. An explanation costs as much as the list
// and those that it refers to, however many others there are.
// THREAD SAFETY. Immutable.
class ListExplainer {
 public:
  // `lists` must outlive the explainer. `forms` may be null, as for
  // CheckLists().
  explicit ListExplainer(const std::vector<WatchList>& lists,
                         std::shared_ptr<const FormTables> forms = nullptr);

  // Explains one list. Returns NotFound with its first error if the list is
  // bad.
  absl::StatusOr<Explanation> Explain(size_t index, const Article& article,
                                      const ArticleText& text) const;
  // Explains several lists, for less than one by one.
  std::vector<absl::StatusOr<Explanation>> Explain(
      absl::Span<const size_t> indexes, const Article& article,
      const ArticleText& text) const;

 private:
  // The good ones of the lists, and those that they refer to.
  std::vector<WatchList> WithReferences(absl::Span<const size_t> indexes) const;

  const std::vector<WatchList>& lists_;
  const std::shared_ptr<const FormTables> forms_;
  const CheckedLists checked_;
  absl::flat_hash_map<std::string_view, size_t> by_id_;
  std::vector<bool> good_;
  absl::flat_hash_map<std::string_view, size_t> first_errors_;
};

}  // namespace presshawk
