// The token engine: words, phrases and most wildcards by a hash index over the
// tokens of the canonical text. From a hundred terms or so on it is faster than
// Hyperscan, and hardly slows down with more (bench/README.md).
#pragma once

#include <memory>

#include "absl/types/span.h"
#include "core/text/canonicalizer.h"
#include "matchers/plan/pattern_claims.h"
#include "matchers/plan/term_scanner.h"

namespace presshawk {

// Whether the token engine takes a pattern; the others are Hyperscan's.
bool IsForTokenEngine(const Pattern& pattern);

// Of `patterns` those that it takes; PatternId is the index.
std::unique_ptr<const TermEngine> CompileTokenEngine(
    absl::Span<const Pattern> patterns, Kernel kernel = BestKernel());

// Of what such an engine saved; the reader's file must outlive it. Null where
// it is damaged. Claims the patterns.
std::unique_ptr<const TermEngine> OpenTokenEngine(SectionReader* reader,
                                                  PatternClaims* claims,
                                                  Kernel kernel = BestKernel());

}  // namespace presshawk
