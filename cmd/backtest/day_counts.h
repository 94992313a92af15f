// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "cmd/backtest/backtest.h"

namespace presshawk {

// How a list's alerts fall on days.
//
// ACTIVE days are those on which the list has an alert: a mean over all days of
// an archive, most of which have none, hides the one that has 62. Articles
// without a date are of no day; only where no article has one they are taken as
// of one day, `undated`.
struct DayCounts {
  uint64_t active_days = 0;
  std::string busiest_day;  // The first of equally busy ones; empty: none.
  uint64_t busiest_alerts = 0;
  double mean = 0;    // Of the active days.
  double median = 0;  // Of the active days; of an even number the middle.
  uint64_t undated = 0;
};

DayCounts DayCountsOf(const BacktestReport& report, const ListReport& list);

// Alerts a day among articles without a date, of which nobody knows the days:
// as if these came at the pace of the others.
double UndatedPerDay(const BacktestReport& report, const ListReport& list);

// "busiest day 2019-03-24 with 40 alerts; 5 active days of 3190, mean 12.4,
// median 3; 0.019 a day over all". REQUIRES: the list has an alert.
std::string DaysLine(const BacktestReport& report, const ListReport& list);

// "1 alert", "62 alerts".
std::string AlertCount(uint64_t count);

// "12.3", "0.4", "0.021": a list with an alert a month has no rate of zero.
std::string PerDay(double rate);

}  // namespace presshawk
