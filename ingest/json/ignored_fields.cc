// SPDX-License-Identifier: Apache-2.0
#include "ingest/json/ignored_fields.h"

#include "core/base/str_cat.h"

namespace presshawk {

std::string_view IgnoredKindName(IgnoredKind kind) {
  constexpr std::array<std::string_view, kIgnoredKindCount> kNames = {
      "object", "array", "boolean", "text"};
  return kNames[static_cast<size_t>(kind)];
}

std::string IgnoredFieldText(ArticleKey key, IgnoredKind kind) {
  std::string_view what;
  switch (kind) {
    case IgnoredKind::kObject:
      what = "is or holds an object, which is not read";
      break;
    case IgnoredKind::kArray:
      what = "holds an array in an array, which is not read";
      break;
    case IgnoredKind::kBoolean:
      what = "is or holds true or false, which is not read";
      break;
    case IgnoredKind::kText:
      what = key == ArticleKey::kTags
                 ? "is one text with commas, which is one tag"
                 : "is a text that identifies nothing, which is not read";
      break;
  }
  return StrCat("`", ArticleKeyName(key), "` ", what);
}

std::string_view IgnoredFieldAdvice(ArticleKey key, IgnoredKind kind) {
  if (key == ArticleKey::kTags && kind == IgnoredKind::kText) {
    return "a mapping with `tags: {from: /tags, split: ','}` makes tags of it";
  }
  return kind == IgnoredKind::kObject
             ? "a mapping can point into it, e.g. /source/name, /authors/*/name"
             : "correct the feed or the mapping";
}

}  // namespace presshawk
