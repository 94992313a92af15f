// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace presshawk {

// Where a value stands in the configuration: for errors that only using it
// finds.
struct OptionPlace {
  uint32_t line = 1;    // From 1.
  uint32_t column = 1;  // From 1, in code points.
};

}  // namespace presshawk
