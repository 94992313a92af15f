// SPDX-License-Identifier: Apache-2.0
// A pattern (first line) and a text: compiled or refused with a message; the
// matches are in order, not empty, and whole code points.
#include "core/base/check.h"
#include "matchers/regex/regex.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace presshawk;
  const std::string input = ValidUtf8(Bytes(data, size));
  std::string_view rest = input;
  const std::string_view pattern = TakeLine(&rest);
  for (const bool ignore_case : {false, true}) {
    const Regex::Compiled compiled = Regex::Compile(pattern, ignore_case);
    if (compiled.regex == nullptr) {
      PRESSHAWK_CHECK(!compiled.message.empty());
      continue;
    }
    RegexSearch search;
    std::vector<ByteSpan> found;
    (void)search.FindAll(*compiled.regex, rest, &found);
    uint32_t from = 0;
    for (const ByteSpan& span : found) {
      PRESSHAWK_CHECK(span.begin >= from && span.begin < span.end &&
                      span.end <= rest.size());
      PRESSHAWK_CHECK(
          IsValidUtf8(rest.substr(span.begin, span.end - span.begin)));
      from = span.end;
    }
  }
  return 0;
}
