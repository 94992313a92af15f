// SPDX-License-Identifier: Apache-2.0
// Reads what /metrics says.
#pragma once

#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace presshawk {

// The samples of an exposition by what stands before the value; fails the test
// on a line that is none, and on a sample that comes twice.
inline std::map<std::string, double> MetricSamples(const std::string& text) {
  std::map<std::string, double> samples;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#")) {
      continue;
    }
    const size_t space = line.rfind(' ');
    if (space == std::string::npos) {
      ADD_FAILURE() << "not a sample: " << line;
      continue;
    }
    const bool is_new =
        samples
            .emplace(line.substr(0, space),
                     std::strtod(line.c_str() + space + 1, nullptr))
            .second;
    EXPECT_TRUE(is_new) << line;
  }
  return samples;
}

// The names of the metrics, histograms without their suffixes.
inline std::set<std::string> MetricFamilies(const std::string& text) {
  std::set<std::string> names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      names.insert(line.substr(7, line.find(' ', 7) - 7));
    }
  }
  return names;
}

}  // namespace presshawk
