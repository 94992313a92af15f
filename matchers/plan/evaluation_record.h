// SPDX-License-Identifier: Apache-2.0
// Counts how much work the evaluation of each list took, for measurements.
#pragma once

#include <cstdint>
#include <vector>

namespace presshawk {

struct EvaluationRecord {
  struct ListWork {
    uint64_t evaluations = 0;
    uint64_t ticks = 0;  // Of CycleClockNow(), with the lists referred to.
  };
  // By slot. A list that its trigger alone makes hold is never evaluated, so
  // its counts stay at 0.
  std::vector<ListWork> lists;
};

}  // namespace presshawk
