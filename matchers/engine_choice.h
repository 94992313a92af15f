// SPDX-License-Identifier: Apache-2.0
// Chooses the engine that searches for each pattern of a set.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "matchers/plan/pattern_claims.h"
#include "matchers/plan/term_scanner.h"
#include "matchers/query_set.h"

namespace presshawk {

// With `kAuto`, a set with at least this many terms for the token engine uses
// it. bench/README.md has the measurement.
inline constexpr size_t kTokenEngineTermsMin = 100;

// Compiles an engine for all of `patterns` except the regexes. Fails only if a
// resource is exhausted.
absl::StatusOr<std::unique_ptr<const TermEngine>> CompileTermEngine(
    absl::Span<const Pattern> patterns, QuerySet::Engine engine);

// Opens an engine that TermEngine::Save() wrote. The reader's file must outlive
// it. Claims its patterns in *claims.
absl::StatusOr<std::unique_ptr<const TermEngine>> OpenTermEngine(
    SectionReader* reader, PatternClaims* claims);

// Counts the patterns that CompileTermEngine() gives to each engine.
EngineUse CountEngineUse(absl::Span<const Pattern> patterns,
                         QuerySet::Engine engine);

}  // namespace presshawk
