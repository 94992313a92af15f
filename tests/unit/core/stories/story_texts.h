// SPDX-License-Identifier: Apache-2.0
// Articles for the tests of stories: made of numbered words, so that how much
// two of them have in common is plain to see.
#pragma once

#include <string>
#include <string_view>

#include "core/base/str_cat.h"
#include "core/model/article.h"
#include "core/model/limits.h"
#include "core/stories/signature.h"
#include "core/text/article_text.h"

namespace presshawk {

// Words `begin` to `end` of an endless text, in sentences of ten.
inline std::string Words(std::string_view text, int begin, int end) {
  std::string words;
  for (int i = begin; i < end; ++i) {
    StrAppend(&words, text, "word",
              std::string(1, static_cast<char>('a' + i % 26)),
              std::string(1, static_cast<char>('a' + i / 26 % 26)),
              i % 10 == 9 ? ". " : " ");
  }
  return words;
}

struct TestArticle {
  std::string title = "", body = "", source = "The Paper", url = "";
};

inline Signature SignatureOf(const TestArticle& from) {
  Article article;
  article.id = "a";
  article.text[static_cast<size_t>(Field::kTitle)] = from.title;
  article.text[static_cast<size_t>(Field::kBody)] = from.body;
  article.source = from.source;
  article.url = from.url;
  ArticleText text;
  EXPECT_TRUE(text.Assign(article, size_t{1} << 24));
  SignatureBuilder builder;
  Signature signature;
  builder.Build(article, text, &signature);
  return signature;
}

}  // namespace presshawk
