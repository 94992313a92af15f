// SPDX-License-Identifier: Apache-2.0
// Any text of any vendor is a query of ours that reads back, or has an error.
#include <algorithm>

#include "core/base/check.h"
#include "matchers/import/import.h"
#include "matchers/query/parser.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace presshawk;
  if (size == 0) {
    return 0;
  }
  const std::string text = ValidUtf8(Bytes(data + 1, size - 1));
  const ImportedQuery imported =
      ImportQuery(text, {.dialect = static_cast<Dialect>(data[0] % 8),
                         .unknown_distance_is_positions = data[0] >= 128});
  const bool has_error =
      std::any_of(imported.notes.begin(), imported.notes.end(),
                  [](const ImportNote& note) { return note.is_error; });
  PRESSHAWK_CHECK(has_error == imported.query.empty());
  if (!has_error) {
    const ParsedQuery parsed = ParseQuery(imported.query);
    PRESSHAWK_CHECK(parsed.root != nullptr);
    PRESSHAWK_CHECK(PrintQuery(*parsed.root) == imported.query);
  }
  return 0;
}
