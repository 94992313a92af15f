// Interleaved timing: every contestant once a round, in turn, so that a slow
// spell of a shared machine hits them all; ratios are taken within a round.
#pragma once

#include <functional>
#include <string>
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

}  // namespace presshawk
