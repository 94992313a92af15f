// SPDX-License-Identifier: Apache-2.0
// Any text is a mapping or has errors.
#include "core/base/check.h"
#include "ingest/json/mapping.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace presshawk;
  const auto mapping =
      ParseMapping("fuzz.yaml", std::string(Bytes(data, size)));
  PRESSHAWK_CHECK(mapping.ok() || !mapping.status().message().empty());
  return 0;
}
