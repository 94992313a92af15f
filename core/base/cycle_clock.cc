// SPDX-License-Identifier: Apache-2.0
#include "core/base/cycle_clock.h"

namespace presshawk {

double CycleClockSecondsPerTick() {
  static const double seconds_per_tick = [] {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point begin = Clock::now();
    const uint64_t begin_ticks = CycleClockNow();
    while (Clock::now() - begin < std::chrono::milliseconds(2)) {
    }
    const uint64_t ticks = CycleClockNow() - begin_ticks;
    const std::chrono::duration<double> elapsed = Clock::now() - begin;
    return elapsed.count() / static_cast<double>(ticks);
  }();
  return seconds_per_tick;
}

}  // namespace presshawk
