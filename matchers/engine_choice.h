// Which engine finds which patterns of a set.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "matchers/plan/pattern_claims.h"
#include "matchers/plan/term_scanner.h"
#include "matchers/query_set.h"

namespace presshawk {

// With `kAuto` the token engine takes what it can from this many terms on.
// Measured: bench/README.md.
inline constexpr size_t kTokenEngineTermsMin = 100;

// An engine for all of `patterns` but regexes. Fails only on exhaustion.
absl::StatusOr<std::unique_ptr<const TermEngine>> CompileTermEngine(
    absl::Span<const Pattern> patterns, QuerySet::Engine engine);

// Of what such an engine saved; the reader's file must outlive it. Claims the
// patterns.
absl::StatusOr<std::unique_ptr<const TermEngine>> OpenTermEngine(
    SectionReader* reader, PatternClaims* claims);

// Which engine CompileTermEngine() gives which patterns.
EngineUse CountEngineUse(absl::Span<const Pattern> patterns,
                         QuerySet::Engine engine);

}  // namespace presshawk
