// SPDX-License-Identifier: Apache-2.0
// Tells in which fields of an article a regex may match, with Hyperscan.
//
// Hyperscan gets a looser regex over bytes: word edges are left out, and a set
// of letters beyond ASCII becomes any byte from 0x80 on. It only says in which
// fields to look, and RegexSearch says what matches there. Hyperscan's own
// Unicode tables, its limits on \b and its pattern sizes therefore do not
// matter.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/text/article_text.h"
#include "matchers/plan/hit_store.h"
#include "matchers/plan/pattern_claims.h"
#include "matchers/plan/term_scanner.h"

namespace presshawk {

// THREAD SAFETY. None: each worker has a scanner of its own.
class RegexScanner {
 public:
  virtual ~RegexScanner() = default;
  // Adds a hit to *hits for each regex and each field that may hold a match.
  // The `span.begin` of the hit is the number of the field. Returns false if
  // the engine failed on this text.
  [[nodiscard]] virtual bool Scan(const ArticleText& text, HitStore* hits) = 0;
};

// THREAD SAFETY. Immutable: workers share it.
class RegexEngine {
 public:
  virtual ~RegexEngine() = default;
  // Fails only if a resource is exhausted. The engine must outlive the scanner.
  virtual absl::StatusOr<std::unique_ptr<RegexScanner>> NewScanner() const = 0;
  // Writes the engine for OpenRegexEngine() to read.
  virtual void Save(SectionWriter* writer) const = 0;
};

// Compiles those of `patterns` that are regexes. Returns null if there are
// none. A PatternId is an index into `patterns`. Fails only if a resource is
// exhausted.
absl::StatusOr<std::unique_ptr<const RegexEngine>> CompileRegexEngine(
    absl::Span<const Pattern> patterns);

// Opens an engine that Save() wrote. Claims its patterns in *claims.
absl::StatusOr<std::unique_ptr<const RegexEngine>> OpenRegexEngine(
    SectionReader* reader, PatternClaims* claims);

}  // namespace presshawk
