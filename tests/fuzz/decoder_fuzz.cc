// SPDX-License-Identifier: Apache-2.0
// Any bytes are an article of valid UTF-8 or a reject with a reason.
#include "core/base/check.h"
#include "core/text/byte_order_mark.h"
#include "ingest/json/article_decoder.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace presshawk;
  static auto& decoder =
      *new JsonArticleDecoder(*LoadMapping("generic"), 1UL << 20);
  const std::string_view payload = WithoutByteOrderMark(Bytes(data, size));
  std::vector<Article> articles;
  std::vector<Reject> rejects;
  decoder.Decode({&payload, 1}, &articles, &rejects);
  PRESSHAWK_CHECK(articles.size() + rejects.size() == 1);
  for (const Article& article : articles) {
    PRESSHAWK_CHECK(!article.id.empty());
    for (const Field field : kFields) {
      PRESSHAWK_CHECK(IsValidUtf8(article.text_of(field)));
    }
  }
  for (const Reject& reject : rejects) {
    PRESSHAWK_CHECK(IsValidUtf8(reject.detail) && reject.detail.size() <= 200);
  }
  return 0;
}
