// SPDX-License-Identifier: Apache-2.0
#include "cmd/backtest/day_counts.h"

#include <algorithm>
#include <cstdio>
#include <map>
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

uint64_t CountOf(const std::map<std::string, uint64_t>& by_day,
                 const std::string& day) {
  const auto at = by_day.find(day);
  return at == by_day.end() ? 0 : at->second;
}

}  // namespace

DayCounts DayCountsOf(const BacktestReport& report, const ListReport& list) {
  DayCounts days;
  days.undated = CountOf(list.by_day, kUndated);
  const bool none_is_dated = report.articles_by_day.size() == 1 &&
                             report.articles_by_day.contains(kUndated);
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

double UndatedPerDay(const BacktestReport& report, const ListReport& list) {
  const auto undated =
      static_cast<double>(CountOf(report.articles_by_day, kUndated));
  double articles = 0;
  for (const auto& [day, count] : report.articles_by_day) {
    articles += static_cast<double>(count);
  }
  const double dated = articles - undated;
  const double days =
      dated > 0 ? undated * static_cast<double>(report.days()) / dated : 1;
  return static_cast<double>(CountOf(list.by_day, kUndated)) /
         std::max(1.0, days);
}

std::string DaysLine(const BacktestReport& report, const ListReport& list) {
  const DayCounts days = DayCountsOf(report, list);
  if (days.busiest_day == kUndated) {
    return StrCat(AlertCount(days.busiest_alerts),
                  " of articles without a date, taken as of one day");
  }
  const std::string over_all =
      StrCat(PerDay(report.AlertsPerDay(list)), " a day over all");
  if (days.active_days == 0) {
    return StrCat("none is known; ", over_all);
  }
  return StrCat("busiest day ", days.busiest_day, " with ",
                AlertCount(days.busiest_alerts), "; ", days.active_days,
                days.active_days == 1 ? " active day of " : " active days of ",
                report.days(), ", mean ", PerDay(days.mean), ", median ",
                PerDay(days.median), "; ", over_all);
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
