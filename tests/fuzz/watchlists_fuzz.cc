// SPDX-License-Identifier: Apache-2.0
// Any bytes are a file of watch-lists, in YAML, NDJSON and CSV, or have
// errors.
#include "core/base/check.h"
#include "matchers/watchlist.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace presshawk;
  for (const char* file : {"fuzz.yaml", "fuzz.ndjson", "fuzz.csv"}) {
    WatchListSet set;
    ParseWatchLists(file, Bytes(data, size), &set);
    for (const WatchList& list : set.lists) {
      PRESSHAWK_CHECK(!list.id.empty() && list.id.size() <= 128);
    }
    for (const Diagnostic& diagnostic : set.diagnostics) {
      PRESSHAWK_CHECK(!diagnostic.message.empty());
    }
  }
  return 0;
}
