// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cmd/bench/measurement.h"

namespace presshawk {

struct BenchReport {
  const Sample& sample;
  const std::vector<EngineMeasurement>& engines;  // The first is the one asked.
  size_t bad_lists = 0;
  size_t top = 10;  // Of the dearest lists.
};

// For people; for programs, one JSON object on one line.
std::string BenchText(const BenchReport& report);
std::string BenchJson(const BenchReport& report);

}  // namespace presshawk
