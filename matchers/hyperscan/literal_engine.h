// The Hyperscan engine: patterns as plain literals over canonical text.
//
// Because canonical tokens are separated by exactly one space, a phrase is the
// literal ` us election `: no boundary checks, no callback that is no hit. A
// wildcard is scanned as its longest literal piece and verified.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "matchers/plan/pattern_claims.h"
#include "matchers/plan/term_scanner.h"

namespace presshawk {

// Compiles those of `patterns` that are no regex and that `leaves_out` (null:
// nothing) is not true of; PatternId is the index. Of any length: long ones are
// found by their begin (Hyperscan's limit is 16,000 bytes). Fails only on
// exhaustion.
absl::StatusOr<std::unique_ptr<const TermEngine>> CompileLiteralEngine(
    absl::Span<const Pattern> patterns,
    bool (*leaves_out)(const Pattern&) = nullptr);

// Of what such an engine saved. Claims the patterns.
absl::StatusOr<std::unique_ptr<const TermEngine>> OpenLiteralEngine(
    SectionReader* reader, PatternClaims* claims);

}  // namespace presshawk
