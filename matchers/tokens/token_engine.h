// The token engine: plain words and phrases by a hash index over the tokens of
// the canonical text. From a hundred terms or so on it is faster than
// Hyperscan, and hardly slows down with more (bench/README.md).
#pragma once

#include <memory>

#include "absl/types/span.h"
#include "core/text/canonicalizer.h"
#include "matchers/plan/term_scanner.h"

namespace presshawk {

// Of `patterns` those without wildcards that are no regex; PatternId is the
// index.
std::unique_ptr<const TermEngine> CompileTokenEngine(
    absl::Span<const Pattern> patterns, Kernel kernel = BestKernel());

}  // namespace presshawk
