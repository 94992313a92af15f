// SPDX-License-Identifier: Apache-2.0
// The report of `presshawk test` as JUnit XML, as CI servers read it
// (https://github.com/testmoapp/junitxml describes what they agree on).
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace presshawk {

struct ExampleResult {
  std::string watchlist;
  std::string place;    // file:line:column
  std::string name;     // The example, and what is expected of it.
  std::string failure;  // Why it failed; empty where it passed.
};

// Replaces the file.
absl::Status WriteJunitReport(const std::string& path,
                              const std::vector<ExampleResult>& results);

}  // namespace presshawk
