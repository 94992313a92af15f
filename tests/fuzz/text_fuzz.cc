// SPDX-License-Identifier: Apache-2.0
// Any text: every kernel against tests/reference, and the map back.
#include "core/base/check.h"
#include "core/text/article_text.h"
#include "core/text/canonicalizer.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/reference/text/reference_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace presshawk;
  const std::string text = ValidUtf8(Bytes(data, size));
  const reference::Canonical expected = reference::Canonicalize(text);
  for (const Kernel kernel : AvailableKernels()) {
    CanonicalBuffer buffer;
    std::vector<Checkpoint> checkpoints;
    CanonicalizeText(text, kernel, /*wildcards=*/false, ~size_t{0}, &buffer,
                     &checkpoints);
    PRESSHAWK_CHECK(std::string_view(buffer.data(), buffer.size()) ==
                    expected.text);
  }
  Article article;
  article.html.fill(HtmlMode::kNo);
  article.text[static_cast<size_t>(Field::kBody)] = text;
  ArticleText mapped;
  PRESSHAWK_CHECK(mapped.Assign(article, ~size_t{0}));
  uint32_t at = mapped.FieldSpan(Field::kBody).begin + 1;
  for (size_t i = 0; i < expected.tokens.size(); ++i) {
    const auto end = at + static_cast<uint32_t>(expected.tokens[i].text.size());
    PRESSHAWK_CHECK(mapped.ToOriginal(Field::kBody, {at, end}) ==
                    reference::HitSpan(text, expected, i, i));
    at = end + 1;
  }
  return 0;
}
