// SPDX-License-Identifier: Apache-2.0
// Any text as a metadata value, a condition on it, and a date: what they become
// is valid UTF-8, and what became a code or a host stays one.
#include "core/base/check.h"
#include "core/model/published_time.h"
#include "core/text/metadata_value.h"
#include "matchers/plan/metadata.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace presshawk;
  const std::string text = ValidUtf8(Bytes(data, size));
  ParsePublishedTime(text, absl::FromUnixSeconds(1'800'000'000));
  for (size_t i = 0; i < kMetaFieldCount; ++i) {
    const auto field = static_cast<MetaField>(i);
    std::string normalized;
    std::string_view value = text;
    if (NormalizeMetadata(field, text, &normalized)) {
      PRESSHAWK_CHECK(IsValidUtf8(normalized));
      std::string again;
      PRESSHAWK_CHECK(
          (field != MetaField::kLang && field != MetaField::kCountry) ||
          !NormalizeMetadata(field, normalized, &again));
      value = normalized;
    }
    Article article;
    article.url = text;
    article.meta[i] = {&value, 1};
    MetaValues values;
    AppendMetaValues(field, article, &values);
    const std::string pattern = FoldMetaPattern(field, text);
    PRESSHAWK_CHECK(IsValidUtf8(pattern));
    for (const std::string& folded : values.all()) {
      PRESSHAWK_CHECK(IsValidUtf8(folded) && !folded.empty());
      MetaMatches(field, pattern, folded);
    }
  }
  return 0;
}
