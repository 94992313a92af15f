#include "cmd/backtest/day_counts.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

double MedianOf(std::vector<uint64_t> counts) {
  std::sort(counts.begin(), counts.end());
  const size_t middle = counts.size() / 2;
  const auto upper = static_cast<double>(counts[middle]);
  return counts.size() % 2 == 1
             ? upper
             : (static_cast<double>(counts[middle - 1]) + upper) / 2;
}

}  // namespace

DayCounts DayCountsOf(const ListReport& list) {
  DayCounts days;
  const auto undated = list.by_day.find(kUndated);
  days.undated = undated == list.by_day.end() ? 0 : undated->second;
  const bool none_is_dated = days.undated > 0 && list.by_day.size() == 1;
  std::vector<uint64_t> counts;
  uint64_t sum = 0;
  for (const auto& [day, count] : list.by_day) {
    if (day == kUndated && !none_is_dated) {
      continue;
    }
    counts.push_back(count);
    sum += count;
    if (count > days.busiest_alerts) {
      days.busiest_day = day;
      days.busiest_alerts = count;
    }
  }
  days.active_days = counts.size();
  if (!counts.empty()) {
    days.mean = static_cast<double>(sum) / static_cast<double>(counts.size());
    days.median = MedianOf(std::move(counts));
  }
  return days;
}

std::string DaysLine(const BacktestReport& report, const ListReport& list) {
  const DayCounts days = DayCountsOf(list);
  return StrCat(days.busiest_day == kUndated
                    ? StrCat(AlertCount(days.busiest_alerts),
                             " of articles without a date, taken as of one day")
                    : StrCat("busiest day ", days.busiest_day, " with ",
                             AlertCount(days.busiest_alerts)),
                "; ", days.active_days,
                days.active_days == 1 ? " active day of " : " active days of ",
                report.days(), ", mean ", PerDay(days.mean), ", median ",
                PerDay(days.median), "; ", PerDay(report.AlertsPerDay(list)),
                " a day over all");
}

std::string AlertCount(uint64_t count) {
  return StrCat(count, count == 1 ? " alert" : " alerts");
}

std::string PerDay(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, rate < 0.1 ? "%.2g" : "%.1f", rate);
  return text;
}

}  // namespace presshawk
