// SPDX-License-Identifier: Apache-2.0
// Where the hits of an article stand in the JSON that it came in, for receivers
// that highlight them there (SPEC ALERT-6).
//
// LIFE. Reused. Everything is computed at the first question about an article;
// an article whose hits need no evidence costs nothing.
// THREAD SAFETY. None.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/model/article.h"
#include "core/model/hit.h"
#include "core/model/text_place.h"
#include "core/text/article_text.h"
#include "core/text/code_point_index.h"

namespace presshawk {

class Evidence {
 public:
  // All must live until the next call. Without a locator (null), only texts at
  // their own keys are found.
  void BeginArticle(const Article& article, const ArticleText& text,
                    TextLocator* locator);

  struct Place {
    std::string_view pointer;  // Of the value; valid until the next question.
    CodePointSpan raw;         // In the value, as it is after JSON decoding.
  };
  // The place of a hit, given by its bytes in ArticleText::original(field).
  // Nothing where the hit's field and offsets say it already, and for a hit
  // that runs over several values.
  std::optional<Place> Find(Field field, ByteSpan hit);

 private:
  // Fills place_. False where no single value holds these bytes of the text.
  bool Locate(Field field, ByteSpan source);

  const Article* article_ = nullptr;
  const ArticleText* text_ = nullptr;
  TextLocator* locator_ = nullptr;
  std::array<CodePointIndex, kFieldCount> code_points_;  // Of Article::text.
  TextPlace place_;
};

}  // namespace presshawk
