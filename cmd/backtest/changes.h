// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cmd/backtest/backtest.h"

namespace presshawk {

// Fills in why the other version of a list does not hold for the articles
// gained and lost, and which lists only the older set has.
void ExplainChanges(const BacktestLists& lists, const BacktestLists& old,
                    const Mapping& mapping, BacktestReport* report);

}  // namespace presshawk
