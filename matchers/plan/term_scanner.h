// What an engine is: it finds a set of patterns in canonical text. Two engines
// stand behind it (matchers/hyperscan, matchers/tokens), equal in result.
//
//   patterns --engine's Compile--> TermEngine --NewScanner--> one a worker
//
// THREAD SAFETY. A TermEngine is immutable and shared; a TermScanner is one
// worker's.
#pragma once

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "matchers/plan/hit_store.h"
#include "matchers/regex/regex.h"
#include "matchers/sections/sections.h"

namespace presshawk {

// Tokens between single spaces, one at each end: ` us election `. With
// wildcards `*` and `?` have their meaning, else they do not occur. Or a regex,
// which is not an engine's to find (matchers/hyperscan/regex_engine.h): `text`
// is then empty. Views what the builder keeps: an engine copies what it needs.
struct Pattern {
  std::string_view text;
  bool has_wildcards = false;
  const Regex* regex = nullptr;
};

class TermScanner {
 public:
  virtual ~TermScanner() = default;
  // Adds every occurrence of every pattern (regexes aside) in `canonical` (that
  // of ArticleText: padded, fields between separators) to *hits, which the
  // caller cleared; those of one pattern in rising order, each once. False when
  // the engine failed on this text. Never aborts on content.
  [[nodiscard]] virtual bool Scan(std::string_view canonical,
                                  HitStore* hits) = 0;
};

class TermEngine {
 public:
  virtual ~TermEngine() = default;
  // Fails only on exhaustion. The engine must outlive the scanner.
  virtual absl::StatusOr<std::unique_ptr<TermScanner>> NewScanner() const = 0;
  // Saves itself, for the Open…Engine() of its kind.
  virtual void Save(SectionWriter* writer) const = 0;
};

}  // namespace presshawk
