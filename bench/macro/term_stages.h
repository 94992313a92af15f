// SPDX-License-Identifier: Apache-2.0
// Sets of plain terms: every stage, and the whole, against raw Hyperscan and
// the plain pipeline around it.
#pragma once

#include <string>
#include <vector>

#include "bench/macro/inputs.h"
#include "ingest/json/mapping.h"

namespace presshawk {

// One list a term.
void BenchTerms(const Inputs& inputs, const Mapping& mapping,
                const std::vector<std::string>& terms, int rounds);

// A million terms beside 10,000: as many hits an article, and hits in
// proportion. `folder` holds the data, `terms` all that it has.
void BenchMillionTerms(const Inputs& inputs, const Mapping& mapping,
                       const std::string& folder,
                       const std::vector<std::string>& terms, int rounds);

}  // namespace presshawk
