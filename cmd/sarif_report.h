// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "matchers/diagnostic.h"

namespace presshawk {

// The diagnostics as one SARIF 2.1.0 document (OASIS), for code review tools.
// Ends with a line feed.
std::string SarifReport(const std::vector<Diagnostic>& diagnostics);

}  // namespace presshawk
