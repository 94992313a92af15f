// SPDX-License-Identifier: Apache-2.0
#include "bench/macro/rounds.h"

#include <algorithm>
#include <ctime>

namespace presshawk {
namespace {

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle]
                                : (values[middle - 1] + values[middle]) / 2;
}

// That this thread has had a processor for.
double ThreadSeconds() {
  timespec now = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) / 1e9;
}

}  // namespace

double Timing::median() const { return Median(seconds); }

std::vector<Timing> RunRounds(const std::vector<Contestant>& contestants,
                              int rounds) {
  std::vector<Timing> timings;
  for (const Contestant& contestant : contestants) {
    contestant.run();
    timings.push_back({contestant.name, {}});
  }
  for (int round = 0; round < rounds; ++round) {
    for (size_t i = 0; i < contestants.size(); ++i) {
      const double begin = ThreadSeconds();
      contestants[i].run();
      timings[i].seconds.push_back(ThreadSeconds() - begin);
    }
  }
  return timings;
}

Spread SpeedRatio(const Timing& timing, const Timing& reference) {
  std::vector<double> ratios;
  for (size_t i = 0; i < timing.seconds.size(); ++i) {
    ratios.push_back(reference.seconds[i] / timing.seconds[i]);
  }
  const auto [min, max] = std::minmax_element(ratios.begin(), ratios.end());
  return {*min, Median(ratios), *max};
}

const Timing& Find(const std::vector<Timing>& timings, std::string_view name) {
  return *std::find_if(timings.begin(), timings.end(),
                       [&](const Timing& t) { return t.name == name; });
}

void PrintRow(const Timing& timing, uint64_t bytes, const Timing* reference) {
  std::printf("| %-44s | %7.0f |", timing.name.c_str(),
              static_cast<double>(bytes) / timing.median() / 1e6);
  if (reference == nullptr) {
    std::printf("                   |\n");
    return;
  }
  const Spread ratio = SpeedRatio(timing, *reference);
  std::printf(" %5.2f (%.2f-%.2f)  |\n", ratio.median, ratio.min, ratio.max);
}

}  // namespace presshawk
