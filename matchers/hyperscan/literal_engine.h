// SPDX-License-Identifier: Apache-2.0
// The Hyperscan engine searches canonical text for patterns as plain literals.
//
// Exactly one space stands between two canonical tokens, so a phrase is the
// literal ` us election `. No word boundary has to be checked, and every
// callback is a hit. For a wildcard, the engine searches for its longest
// literal piece and verifies the tokens around each place.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "matchers/plan/pattern_claims.h"
#include "matchers/plan/term_scanner.h"

namespace presshawk {

// Compiles those of `patterns` that are not regexes and for which `leaves_out`
// returns false (a null `leaves_out` leaves nothing out). A PatternId is an
// index into `patterns`. A pattern may have any length: one that is longer than
// Hyperscan allows (16,000 bytes) is found by its start. Fails only if a
// resource is exhausted.
absl::StatusOr<std::unique_ptr<const TermEngine>> CompileLiteralEngine(
    absl::Span<const Pattern> patterns,
    bool (*leaves_out)(const Pattern&) = nullptr);

// Opens an engine that TermEngine::Save() wrote. Claims its patterns in
// *claims.
absl::StatusOr<std::unique_ptr<const TermEngine>> OpenLiteralEngine(
    SectionReader* reader, PatternClaims* claims);

}  // namespace presshawk
