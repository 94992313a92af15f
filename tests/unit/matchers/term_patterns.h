// SPDX-License-Identifier: Apache-2.0
// Patterns of a few terms, and what an engine found of them, for the tests of
// engines.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/canonicalize.h"
#include "matchers/plan/hit_store.h"
#include "matchers/plan/term_scanner.h"

namespace presshawk {

// Owns the texts that its patterns view. A term with `*` or `?` is a wildcard.
class TermPatterns {
 public:
  explicit TermPatterns(const std::vector<std::string>& terms) {
    for (const std::string& term : terms) {
      const bool is_wild = term.find_first_of("*?") != std::string::npos;
      texts_.push_back(is_wild ? CanonicalizePattern(term)
                               : Canonicalize(term));
      patterns_.push_back({.text = texts_.back(), .has_wildcards = is_wild});
    }
  }
  TermPatterns(const TermPatterns&) = delete;
  TermPatterns& operator=(const TermPatterns&) = delete;

  const std::vector<Pattern>& patterns() const { return patterns_; }
  const Pattern& operator[](size_t index) const { return patterns_[index]; }
  std::string_view text(size_t index) const { return patterns_[index].text; }
  size_t size() const { return patterns_.size(); }

 private:
  std::deque<std::string> texts_;
  std::vector<Pattern> patterns_;
};

// The texts of a pattern's hits in `canonical`, in the order of their chain.
inline std::vector<std::string> TextsOf(const HitStore& hits, PatternId pattern,
                                        std::string_view canonical) {
  std::vector<std::string> texts;
  for (uint32_t i = hits.First(pattern); i != HitStore::kNone;
       i = hits.hit(i).next) {
    const ByteSpan span = hits.hit(i).span;
    texts.emplace_back(canonical.substr(span.begin, span.end - span.begin));
  }
  return texts;
}

}  // namespace presshawk
