// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cmd/backtest/backtest.h"

namespace presshawk {

// The report for a spreadsheet, in UTF-8, with a header row: a row a list, the
// busiest first. `gained` and `lost` are empty for a list that is new.
std::string CsvReport(const BacktestReport& report);

// What charts are drawn from: a row for each list and day with an alert, with
// how many articles the day has. Lists as above, days in order.
std::string CsvDaysReport(const BacktestReport& report);

// How many alerts of each list have at least a relevance: a row for each list
// and each score from 0 to 100. Lists as above.
std::string CsvRelevanceReport(const BacktestReport& report);

}  // namespace presshawk
