// SPDX-License-Identifier: Apache-2.0
// `where` of a subscription: a query over the article that an alert shows (SPEC
// SUB-3).
#pragma once

#include <string_view>

#include "core/config/config_section.h"

namespace presshawk {

// Tells what is wrong with the query that stands under `key`, each mistake at
// its place: of the language, and what an alert does not have (`body:`, `lead:`,
// `summary:`, `@list`). Warns as lists are warned of.
void JudgeWhere(ConfigSection* section, std::string_view key,
                const ConfigScalar& query);

}  // namespace presshawk
