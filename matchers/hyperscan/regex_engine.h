// Where regexes may match: a first look at an article's fields with Hyperscan.
//
// Hyperscan sees a looser regex over bytes: word edges are left out, and a set
// of letters beyond ASCII becomes any byte from 0x80 on. It tells in which
// fields to look; what a match is, RegexSearch says. So Hyperscan's own tables
// of Unicode, its limits with \b and its pattern sizes do not matter.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/text/article_text.h"
#include "matchers/plan/hit_store.h"
#include "matchers/plan/pattern_claims.h"
#include "matchers/plan/term_scanner.h"

namespace presshawk {

// One worker's.
class RegexScanner {
 public:
  virtual ~RegexScanner() = default;
  // Adds to *hits, for each regex, a hit for each field that may hold a match:
  // its `span.begin` is the field's number. False when the engine failed on
  // this text.
  [[nodiscard]] virtual bool Scan(const ArticleText& text, HitStore* hits) = 0;
};

// Immutable and shared.
class RegexEngine {
 public:
  virtual ~RegexEngine() = default;
  // Fails only on exhaustion. The engine must outlive the scanner.
  virtual absl::StatusOr<std::unique_ptr<RegexScanner>> NewScanner() const = 0;
  // Saves itself, for OpenRegexEngine().
  virtual void Save(SectionWriter* writer) const = 0;
};

// Compiles those of `patterns` that are regexes; null when there are none.
// PatternId is the index. Fails only on exhaustion.
absl::StatusOr<std::unique_ptr<const RegexEngine>> CompileRegexEngine(
    absl::Span<const Pattern> patterns);

// Of what such an engine saved. Claims the patterns.
absl::StatusOr<std::unique_ptr<const RegexEngine>> OpenRegexEngine(
    SectionReader* reader, PatternClaims* claims);

}  // namespace presshawk
