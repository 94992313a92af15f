// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cmd/backtest/backtest.h"

namespace presshawk {

// The report as one HTML file that needs nothing else: no script, no network.
// All of what articles and lists say is escaped.
std::string HtmlReport(const BacktestReport& report);

}  // namespace presshawk
