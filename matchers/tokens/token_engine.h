// SPDX-License-Identifier: Apache-2.0
// The token engine finds words, phrases and most wildcards with a hash index
// over the tokens of the canonical text. From about a hundred terms on it is
// faster than Hyperscan, and more terms hardly slow it down (bench/README.md).
#pragma once

#include <memory>

#include "absl/types/span.h"
#include "core/text/canonicalizer.h"
#include "matchers/plan/pattern_claims.h"
#include "matchers/plan/term_scanner.h"

namespace presshawk {

// Whether the token engine takes a pattern. Hyperscan gets the others.
bool IsForTokenEngine(const Pattern& pattern);

// Compiles those of `patterns` that the engine takes. A PatternId is an index.
std::unique_ptr<const TermEngine> CompileTokenEngine(
    absl::Span<const Pattern> patterns, Kernel kernel = BestKernel());

// Opens an engine that TermEngine::Save() wrote. The reader's file must outlive
// it. Returns null if it is damaged. Claims its patterns in *claims.
std::unique_ptr<const TermEngine> OpenTokenEngine(SectionReader* reader,
                                                  PatternClaims* claims,
                                                  Kernel kernel = BestKernel());

}  // namespace presshawk
