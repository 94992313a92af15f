// SPDX-License-Identifier: Apache-2.0
// Any text is a query or has an error inside it; what is printed reads back.
#include "core/base/check.h"
#include "matchers/query/lexer.h"
#include "matchers/query/parser.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace presshawk;
  const std::string query = ValidUtf8(Bytes(data, size));
  const size_t characters = ToCodePoints(query).size();
  const ParsedQuery parsed = ParseQuery(query);
  bool has_error = false;
  for (const QueryProblem& problem : parsed.problems) {
    PRESSHAWK_CHECK(problem.span.begin <= problem.span.end &&
                    problem.span.end <= characters && !problem.message.empty());
    has_error |= !problem.warning;
  }
  PRESSHAWK_CHECK(has_error == (parsed.root == nullptr));
  if (parsed.root != nullptr && characters < 10'000) {
    const std::string printed = PrintQuery(*parsed.root);
    const ParsedQuery again = ParseQuery(printed);
    PRESSHAWK_CHECK(again.root != nullptr);
    PRESSHAWK_CHECK(PrintQuery(*again.root) == printed);
  }
  return 0;
}
