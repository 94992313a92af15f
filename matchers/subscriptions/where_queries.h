// SPDX-License-Identifier: Apache-2.0
// The `where` queries of many subscriptions, answered together for an alert.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/delivery/subscription_matcher.h"

namespace presshawk {

// Compiles the queries into one generation, as those of watch-lists. Each must
// have passed JudgeWhere(); one that has not never holds. Fails only on
// exhausted resources.
//
// The article that they are asked about is made of the alert: its title and
// author as text, and its id, source, site, url, lang and country as metadata
// (SPEC SUB-3).
absl::StatusOr<std::unique_ptr<WhereQueries>> CompileWhereQueries(
    absl::Span<const std::string> queries);

}  // namespace presshawk
