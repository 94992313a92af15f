// SPDX-License-Identifier: Apache-2.0
// Asks parts of queries of the same engine that alerts come from. Each question
// is compiled as a watch-list, beside the lists that it may refer to.
//
//   questions.Add({"cyber NEAR/5 attack"});
//   questions.Ask(article, text);
//   if (questions.of({"cyber NEAR/5 attack"}).holds) …
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/model/article.h"
#include "core/relevance/relevance.h"
#include "core/text/article_text.h"
#include "core/zones/zone.h"
#include "matchers/watchlist.h"

namespace presshawk {

class FormTables;  // matchers/forms/form_tables.h

// A query by itself.
struct Question {
  std::string query;
  bool editorial = false;  // In a list with `zones: editorial`.

  friend auto operator<=>(const Question&, const Question&) = default;
};

// A hit of an answer, with its place in the article.
struct AnswerHit {
  Field field = Field::kTitle;
  CodePointSpan span;        // In the text of the field, as in an alert.
  ByteSpan bytes;            // The same place, in bytes.
  std::string text;          // The text at this place.
  uint32_t token_begin = 0;  // Index in the field; equal to token_end if the
  uint32_t token_end = 0;    // hit touches no token.
  Zone zone = Zone::kMain;   // Where it begins (SPEC ZONE-1).
};

struct Answer {
  bool holds = false;
  std::vector<AnswerHit> hits;  // In order; empty if it does not hold.
  Relevance relevance;          // As an alert with these hits has it.
};

class Questions {
 public:
  // `lists` are those that the questions refer to, and those that these refer
  // to. More lists would only take time. They must outlive the object.
  // `forms` are the tables of the forms that they ask for.
  Questions(const std::vector<WatchList>& lists,
            std::shared_ptr<const FormTables> forms)
      : lists_(lists), forms_(std::move(forms)) {}

  // Adding a question twice costs nothing.
  void Add(const Question& question);
  // Answers all questions. Fails only if a resource is exhausted.
  absl::Status Ask(const Article& article, const ArticleText& text);
  // REQUIRES: the question was added, and asked. A text that is no query by
  // itself does not hold.
  const Answer& of(const Question& question) const;

 private:
  const std::vector<WatchList>& lists_;
  const std::shared_ptr<const FormTables> forms_;
  std::map<Question, Answer> answers_;
};

}  // namespace presshawk
