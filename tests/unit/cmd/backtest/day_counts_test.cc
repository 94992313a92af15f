// SPDX-License-Identifier: Apache-2.0
#include "cmd/backtest/day_counts.h"

#include <gtest/gtest.h>

#include "cmd/backtest/chart.h"

namespace presshawk {
namespace {

TEST(DayCountsTest, AFloodOfOneDayIsSeenAmongThousandsOfDays) {
  BacktestReport report;
  for (int i = 0; i < 3190; ++i) {
    report.articles_by_day[std::to_string(i)] = 1;
  }
  ListReport list;
  list.by_day = {{"2019-03-24", 62}, {"2019-03-25", 1}, {"2020-01-01", 3}};
  list.alerts = 66;
  const DayCounts days = DayCountsOf(report, list);
  EXPECT_EQ(days.busiest_day, "2019-03-24");
  EXPECT_EQ(days.busiest_alerts, 62U);
  EXPECT_EQ(days.active_days, 3U);
  EXPECT_DOUBLE_EQ(days.mean, 22);
  EXPECT_DOUBLE_EQ(days.median, 3);
  EXPECT_EQ(DaysLine(report, list),
            "busiest day 2019-03-24 with 62 alerts; 3 active days of 3190, "
            "mean 22.0, median 3.0; 0.021 a day over all");
}

TEST(DayCountsTest, OfAnEvenNumberTheMedianIsTheMiddle) {
  const BacktestReport report;
  ListReport list;
  list.by_day = {{"2019-03-24", 4},
                 {"2019-03-25", 1},
                 {"2019-03-26", 4},
                 {"2019-03-27", 2}};
  const DayCounts days = DayCountsOf(report, list);
  EXPECT_DOUBLE_EQ(days.median, 3);
  EXPECT_EQ(days.busiest_day, "2019-03-24");  // The first of equal ones.
}

TEST(DayCountsTest, WithoutADateIsNoDayUnlessNothingHasOne) {
  BacktestReport report;
  report.articles_by_day = {{"2019-03-24", 10}, {kUndated, 70}};
  ListReport list;
  list.by_day = {{"2019-03-24", 2}, {kUndated, 70}};
  EXPECT_EQ(DayCountsOf(report, list).busiest_alerts, 2U);
  EXPECT_EQ(DayCountsOf(report, list).active_days, 1U);
  EXPECT_EQ(DayCountsOf(report, list).undated, 70U);
  // 70 articles are 7 days of 10.
  EXPECT_DOUBLE_EQ(UndatedPerDay(report, list), 10);
  list.by_day.erase("2019-03-24");
  EXPECT_EQ(DayCountsOf(report, list).active_days, 0U);
  EXPECT_EQ(DayCountsOf(report, list).busiest_day, "");
  EXPECT_EQ(DayCountsOf(report, ListReport()).active_days, 0U);
  report.articles_by_day = {{kUndated, 700}};
  EXPECT_EQ(DayCountsOf(report, list).busiest_day, kUndated);
  EXPECT_EQ(DayCountsOf(report, list).busiest_alerts, 70U);
  EXPECT_DOUBLE_EQ(UndatedPerDay(report, list), 70);
  EXPECT_EQ(DaysLine(report, list),
            "70 alerts of articles without a date, taken as of one day");
}

TEST(ChartTest, AColumnKnowsItsDays) {
  Chart chart;
  chart.first_day = "2019-03-24";
  chart.last_day = "2019-04-01";
  chart.days_a_column = 4;
  chart.columns = {1, 5, 2};
  EXPECT_EQ(chart.most(), 5U);
  EXPECT_EQ(chart.DaysOf(0), "2019-03-24 to 2019-03-27");
  EXPECT_EQ(chart.DaysOf(2), "2019-04-01");
}

}  // namespace
}  // namespace presshawk
