// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/evidence.h"

#include "core/base/str_cat.h"

namespace presshawk {

void Evidence::BeginArticle(const Article& article, const ArticleText& text,
                            TextLocator* locator) {
  article_ = &article;
  text_ = &text;
  locator_ = locator;
  for (const Field field : kFields) {
    code_points_[static_cast<size_t>(field)].Reset(article.text_of(field));
  }
}

std::optional<Evidence::Place> Evidence::Find(Field field, ByteSpan hit) {
  if (article_->at_own_key[static_cast<size_t>(field)] &&
      !text_->extracted(field)) {
    return std::nullopt;
  }
  const ByteSpan source = text_->ToSource(field, hit);
  if (!Locate(field, source)) {
    return std::nullopt;
  }
  CodePointIndex& code_points = code_points_[static_cast<size_t>(field)];
  const uint32_t before =
      code_points.Of({place_.value_begin, place_.value_begin}).begin;
  const CodePointSpan span = code_points.Of(source);
  return Place{place_.pointer, {span.begin - before, span.end - before}};
}

bool Evidence::Locate(Field field, ByteSpan source) {
  if (!article_->at_own_key[static_cast<size_t>(field)]) {
    return locator_ != nullptr && locator_->Locate(field, source, &place_);
  }
  place_.pointer.clear();
  StrAppend(&place_.pointer, "/", FieldName(field));
  place_.value_begin = 0;
  return true;
}

}  // namespace presshawk
