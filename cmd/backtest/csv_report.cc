// SPDX-License-Identifier: Apache-2.0
#include "cmd/backtest/csv_report.h"

#include <initializer_list>
#include <string_view>

#include "cmd/backtest/day_counts.h"
#include "cmd/backtest/text_report.h"
#include "cmd/csv_text.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

void AppendHeader(std::initializer_list<std::string_view> columns,
                  std::string* out) {
  for (const std::string_view column : columns) {
    AppendCsvCell(column, out);
  }
  EndCsvRow(out);
}

void AppendNumbers(std::initializer_list<std::string> numbers,
                   std::string* out) {
  for (const std::string& number : numbers) {
    AppendCsvNumber(number, out);
  }
}

}  // namespace

std::string CsvReport(const BacktestReport& report) {
  std::string out;
  AppendHeader(
      {"watchlist", "name", "alerts", "busiest_day", "busiest_day_alerts",
       "active_days", "active_day_mean", "active_day_median", "days",
       "day_mean", "undated_alerts", "stories", "gained", "lost"},
      &out);
  for (const ListReport* list : BusiestFirst(report)) {
    const DayCounts days = DayCountsOf(report, *list);
    AppendCsvCell(list->id, &out);
    AppendCsvCell(list->name, &out);
    AppendNumbers(
        {StrCat(list->alerts), days.busiest_day, StrCat(days.busiest_alerts),
         StrCat(days.active_days), PerDay(days.mean), PerDay(days.median),
         StrCat(report.days()), PerDay(report.AlertsPerDay(*list)),
         StrCat(days.undated), StrCat(list->stories)},
        &out);
    const ListChange& change = list->change;
    AppendCsvNumber(change.compared ? StrCat(change.gained) : "", &out);
    AppendCsvNumber(change.compared ? StrCat(change.lost) : "", &out);
    EndCsvRow(&out);
  }
  return out;
}

std::string CsvDaysReport(const BacktestReport& report) {
  std::string out;
  AppendHeader({"watchlist", "day", "alerts", "articles"}, &out);
  for (const ListReport* list : BusiestFirst(report)) {
    for (const auto& [day, count] : list->by_day) {
      AppendCsvCell(list->id, &out);
      AppendNumbers(
          {day, StrCat(count), StrCat(report.articles_by_day.at(day))}, &out);
      EndCsvRow(&out);
    }
  }
  return out;
}

std::string CsvRelevanceReport(const BacktestReport& report) {
  std::string out;
  AppendHeader({"watchlist", "min_relevance", "alerts", "held_back"}, &out);
  for (const ListReport* list : BusiestFirst(report)) {
    for (int score = 0; score <= 100; ++score) {
      const uint64_t kept = list->KeptAt(score);
      AppendCsvCell(list->id, &out);
      AppendNumbers({StrCat(score), StrCat(kept), StrCat(list->alerts - kept)},
                    &out);
      EndCsvRow(&out);
    }
  }
  return out;
}

}  // namespace presshawk
