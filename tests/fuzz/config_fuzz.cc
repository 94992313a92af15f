// SPDX-License-Identifier: Apache-2.0
// Any text is a configuration or has errors with a place.
#include "core/base/check.h"
#include "core/config/load_options.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace presshawk;
  const LoadedOptions loaded = ParseOptions(
      Bytes(data, size), "fuzz.yaml",
      [](std::string_view) { return std::optional<std::string>(); });
  for (const ConfigError& error : loaded.errors) {
    PRESSHAWK_CHECK(!error.message.empty());
  }
  return 0;
}
