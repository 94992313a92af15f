// SPDX-License-Identifier: Apache-2.0
// Any text gives text of valid UTF-8.
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
  DecodeReferences(html, &text);
  PRESSHAWK_CHECK(IsValidUtf8(text));
  return 0;
}
