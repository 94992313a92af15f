// SPDX-License-Identifier: Apache-2.0
// Records which engine finds each pattern of a generation opened from a file.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "matchers/plan/hit_store.h"

namespace presshawk {

class PatternClaims {
 public:
  enum class By : uint8_t { kNone, kTermEngine, kRegexEngine };

  explicit PatternClaims(size_t patterns) : claims_(patterns, By::kNone) {}

  // Returns false if there is no such pattern, or if an engine has claimed it.
  [[nodiscard]] bool Claim(PatternId pattern, By by) {
    if (pattern >= claims_.size() || claims_[pattern] != By::kNone) {
      return false;
    }
    claims_[pattern] = by;
    return true;
  }
  By by(PatternId pattern) const { return claims_[pattern]; }
  size_t size() const { return claims_.size(); }

 private:
  std::vector<By> claims_;
};

// Whether `text` has the form of a pattern (matchers/plan/term_scanner.h): a
// space, and then tokens that are each followed by a single space.
inline bool IsPatternText(std::string_view text) {
  return text.size() >= 3 && text.front() == ' ' && text.back() == ' ' &&
         text.find("  ") == std::string_view::npos &&
         text.find('\1') == std::string_view::npos;
}

}  // namespace presshawk
