// SPDX-License-Identifier: Apache-2.0
// The interface of an engine, which finds a set of patterns in canonical text.
// The two engines (matchers/hyperscan, matchers/tokens) give equal results.
//
//   patterns ──Compile…Engine()──► TermEngine ──NewScanner()──► TermScanner,
//                                                               one per worker
//
// THREAD SAFETY. A TermEngine is immutable and shared. A TermScanner belongs to
// one worker.
#pragma once

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "matchers/plan/hit_store.h"
#include "matchers/regex/regex.h"
#include "matchers/sections/sections.h"

namespace presshawk {

// A pattern is a space, and then tokens that are each followed by one space,
// such as ` us election `. `*` and `?` are wildcards if `has_wildcards`, and
// otherwise do not occur. If `regex` is set, `text` is empty, and the pattern
// is left to matchers/hyperscan/regex_engine.h. The text views memory of the
// builder, so an engine copies what it needs.
struct Pattern {
  std::string_view text;
  bool has_wildcards = false;
  const Regex* regex = nullptr;
};

class TermScanner {
 public:
  virtual ~TermScanner() = default;
  // Adds every occurrence of every pattern except regexes to *hits, which the
  // caller has cleared. `canonical` is that of an ArticleText: it is padded,
  // and separators stand between its fields. Occurrences of one pattern are
  // added in rising order, each once. Returns false if the engine failed on
  // this text. Never aborts, whatever the content.
  [[nodiscard]] virtual bool Scan(std::string_view canonical,
                                  HitStore* hits) = 0;
};

class TermEngine {
 public:
  virtual ~TermEngine() = default;
  // Fails only if a resource is exhausted. The engine must outlive the scanner.
  virtual absl::StatusOr<std::unique_ptr<TermScanner>> NewScanner() const = 0;
  // Writes the engine for the Open…Engine() function of its kind.
  virtual void Save(SectionWriter* writer) const = 0;
};

}  // namespace presshawk
