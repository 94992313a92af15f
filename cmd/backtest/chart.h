// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cmd/backtest/backtest.h"

namespace presshawk {

// Alerts over time: one column a day, or where that were too many, a column for
// as many days each as it takes.
// News has dates of the year 1 and of 2050 in it: the chart shows the days
// between which all but one in a hundred of the articles lie.
struct Chart {
  std::string first_day, last_day;  // Empty: no article has a date.
  int days_a_column = 1;
  std::vector<uint64_t> columns;
  uint64_t outside = 0;  // Alerts of other days, or of none.

  uint64_t most() const;  // In one column.
  // The days of a column: `2019-03-24`, or `2019-03-24 to 2019-03-30`.
  std::string DaysOf(size_t column) const;
};

Chart ChartOf(const BacktestReport& report, const ListReport& list,
              size_t columns_max);

// `▁▂█`: a character a column; a space for none.
std::string ChartText(const Chart& chart);

// The `count` largest, largest first.
template <typename Key, typename Value, typename Less>
std::vector<std::pair<Key, Value>> Largest(const std::map<Key, Value>& counts,
                                           size_t count, Less less) {
  std::vector<std::pair<Key, Value>> sorted(counts.begin(), counts.end());
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [&](const auto& a, const auto& b) { return less(b.second, a.second); });
  if (sorted.size() > count) {
    sorted.resize(count);
  }
  return sorted;
}

}  // namespace presshawk
