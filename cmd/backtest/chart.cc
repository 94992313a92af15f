// SPDX-License-Identifier: Apache-2.0
#include "cmd/backtest/chart.h"

#include <algorithm>

#include "absl/time/civil_time.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

absl::CivilDay CivilDayOf(const std::string& day) {
  return absl::CivilDay(std::stoi(day.substr(0, 4)),
                        std::stoi(day.substr(5, 2)),
                        std::stoi(day.substr(8, 2)));
}

}  // namespace

Chart ChartOf(const BacktestReport& report, const ListReport& list,
              size_t columns_max) {
  Chart chart;
  uint64_t dated = 0;
  for (const auto& [day, count] : report.articles_by_day) {
    dated += day != kUndated ? count : 0;
  }
  uint64_t before = 0;
  for (const auto& [day, count] : report.articles_by_day) {
    if (day == kUndated) {
      continue;
    }
    if (chart.first_day.empty() && (before + count) * 200 > dated) {
      chart.first_day = day;
    }
    if (before * 200 < dated * 199) {
      chart.last_day = day;
    }
    before += count;
  }
  if (chart.first_day.empty()) {
    return chart;
  }
  const absl::CivilDay first = CivilDayOf(chart.first_day);
  const auto days = static_cast<size_t>(CivilDayOf(chart.last_day) - first) + 1;
  const size_t width = (days + columns_max - 1) / columns_max;
  chart.days_a_column = static_cast<int>(width);
  chart.columns.resize((days + width - 1) / width);
  for (const auto& [day, count] : list.by_day) {
    const absl::CivilDay at = day == kUndated ? first - 1 : CivilDayOf(day);
    const auto index = static_cast<size_t>(at - first) / width;
    if (at < first || index >= chart.columns.size()) {
      chart.outside += count;
    } else {
      chart.columns[index] += count;
    }
  }
  return chart;
}

uint64_t Chart::most() const {
  return columns.empty() ? 0
                         : *std::max_element(columns.begin(), columns.end());
}

std::string Chart::DaysOf(size_t column) const {
  const absl::CivilDay begin =
      CivilDayOf(first_day) +
      static_cast<absl::civil_diff_t>(column) * days_a_column;
  const absl::CivilDay end =
      std::min(begin + (days_a_column - 1), CivilDayOf(last_day));
  const std::string first = absl::FormatCivilTime(begin);
  return begin == end ? first
                      : StrCat(first, " to ", absl::FormatCivilTime(end));
}

std::string ChartText(const Chart& chart) {
  static constexpr const char* kBars[] = {"▁", "▂", "▃", "▄",
                                          "▅", "▆", "▇", "█"};
  std::string text;
  const uint64_t most = chart.most();
  for (const uint64_t column : chart.columns) {
    text += column == 0 ? " " : kBars[(column * 8 - 1) / most];
  }
  return text;
}

}  // namespace presshawk
