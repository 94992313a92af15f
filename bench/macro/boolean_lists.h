// SPDX-License-Identifier: Apache-2.0
// What Boolean evaluation costs beside the scan, and what it costs to get
// 10,000 lists ready.
#pragma once

#include <string>
#include <vector>

#include "bench/macro/inputs.h"

namespace presshawk {

// `terms`: what the lists are about; they occur in the articles.
void BenchBooleanLists(const Inputs& inputs,
                       const std::vector<std::string>& terms, int rounds);

}  // namespace presshawk
