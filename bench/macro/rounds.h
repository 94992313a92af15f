// SPDX-License-Identifier: Apache-2.0
// Interleaved timing: every contestant once a round, in turn, so that a slow
// spell of a shared machine hits them all; ratios are taken within a round.
// Time is the thread's own: what else runs on the processor meanwhile does not
// count. Contestants have one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace presshawk {

struct Contestant {
  std::string name;
  std::function<void()> run;  // One pass over the corpus.
};

struct Timing {
  std::string name;
  std::vector<double> seconds;  // One a round.

  double median() const;
};

// One round to warm up, then `rounds` that count.
std::vector<Timing> RunRounds(const std::vector<Contestant>& contestants,
                              int rounds);

struct Spread {
  double min, median, max;
};
// How many times as fast as `reference` is `timing`, round by round.
Spread SpeedRatio(const Timing& timing, const Timing& reference);

const Timing& Find(const std::vector<Timing>& timings, std::string_view name);

// A row of a Markdown table: MB/s over `bytes` a round, and how many times as
// fast as `reference`, where there is one.
void PrintRow(const Timing& timing, uint64_t bytes, const Timing* reference);

}  // namespace presshawk
