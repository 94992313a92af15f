// SPDX-License-Identifier: Apache-2.0
// Alerts against deploy/schema/alert.v1.schema.json, for C++ tests that make
// some. tests/support/alert_schema.py is the same for Python.
//
//   EXPECT_EQ(AlertMistake(json::parse(line)), "");
#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace presshawk {

// The first thing that is wrong with an alert: where, and what; empty if
// nothing is. A member that the schema does not name is a mistake here, so that
// each is described somewhere. Aborts on a keyword of JSON Schema that this
// small validator does not know.
std::string AlertMistake(const nlohmann::json& alert);

}  // namespace presshawk
