// What evaluating looked at, for measuring.
#pragma once

#include <cstdint>
#include <vector>

namespace presshawk {

struct EvaluationRecord {
  struct ListWork {
    uint64_t evaluations = 0;
    uint64_t ticks = 0;  // Of CycleClockNow(), lists referred to included.
  };
  // By slot. A list that holds by what triggers it alone is not evaluated.
  std::vector<ListWork> lists;
};

}  // namespace presshawk
