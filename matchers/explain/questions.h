// Parts of queries, asked of the engine that alerts come from: each question is
// compiled as a watch-list of its own beside the lists that it may refer to.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/model/article.h"
#include "core/text/article_text.h"
#include "matchers/watchlist.h"

namespace presshawk {

// A hit of an answer, placed in the article.
struct AnswerHit {
  Field field = Field::kTitle;
  CodePointSpan span;        // Of the field's text, as in an alert.
  ByteSpan bytes;            // The same, in bytes.
  std::string text;          // That slice.
  uint32_t token_begin = 0;  // In the field; equal to token_end where the hit
  uint32_t token_end = 0;    // touches no token.
};

struct Answer {
  bool holds = false;
  std::vector<AnswerHit> hits;  // In order; empty where it does not hold.
};

class Questions {
 public:
  // `lists`: what the questions refer to, with what that refers to; they must
  // outlive this. Others would only cost time.
  explicit Questions(const std::vector<WatchList>& lists) : lists_(lists) {}

  // Adds a query; asking twice costs nothing.
  void Add(const std::string& query);
  // Answers all that were added. An error only on exhaustion.
  absl::Status Ask(const Article& article, const ArticleText& text);
  // REQUIRES: added, and asked. What is no query by itself does not hold.
  const Answer& of(const std::string& query) const;

 private:
  const std::vector<WatchList>& lists_;
  std::map<std::string, Answer> answers_;
};

}  // namespace presshawk
