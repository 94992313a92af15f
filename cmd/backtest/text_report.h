// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cmd/backtest/backtest.h"

namespace presshawk {

// The report for a person at a terminal, a paragraph a list, the busiest first.
std::string TextReport(const BacktestReport& report, bool colour);

// The lists in the order in which reports show them.
std::vector<const ListReport*> BusiestFirst(const BacktestReport& report);

// "1 story", "47 stories".
std::string StoryCount(uint64_t stories);

// "18,859 articles of 3,021 days, 2012-03-01 to 2020-11-20; 3 rejected".
std::string CorpusLine(const BacktestReport& report);

}  // namespace presshawk
