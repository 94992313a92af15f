// SPDX-License-Identifier: Apache-2.0
#include "core/relevance/signals.h"

namespace presshawk {

std::string_view SignalName(Signal signal) {
  static constexpr std::array<std::string_view, kSignalCount> kNames = {
      "title",       "lead",        "first",  "first_share", "count",
      "density",     "log_density", "spread", "blocks_only", "context",
      "longer_name", "small",       "said",   "roundup",     "length"};
  return kNames[static_cast<size_t>(signal)];
}

}  // namespace presshawk
