// SPDX-License-Identifier: Apache-2.0
// Any text gives text of valid UTF-8, each part of which stands in it.
#include "core/base/check.h"
#include "core/text/html_text.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace presshawk;
  const std::string html = ValidUtf8(Bytes(data, size));
  std::string text;
  DetectHtml(html);
  for (const bool detected : {false, true}) {
    ExtractHtmlText(html, detected, &text);
    PRESSHAWK_CHECK(IsValidUtf8(text));
  }
  for (const HtmlMode mode : {HtmlMode::kAuto, HtmlMode::kYes}) {
    if (ToPlainText(html, mode, &text) && !text.empty()) {
      HtmlMap map;
      MapPlainText(html, mode, &map);
      const auto end = static_cast<uint32_t>(text.size());
      for (uint32_t at = 0; at < end; ++at) {
        const ByteSpan source = map.ToSource({at, at + 1});
        PRESSHAWK_CHECK(source.begin <= source.end);
        PRESSHAWK_CHECK(source.end <= html.size());
      }
    }
  }
  DecodeReferences(html, &text);
  PRESSHAWK_CHECK(IsValidUtf8(text));
  return 0;
}
