// SPDX-License-Identifier: Apache-2.0
// Sets of code points for regexes, made of ranges and Unicode properties.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/types/span.h"

namespace presshawk {

class CodePointSet {
 public:
  // Both ends belong to the range.
  struct Range {
    char32_t first;
    char32_t last;
    friend bool operator==(const Range&, const Range&) = default;
  };
  static constexpr char32_t kLast = 0x10FFFF;

  CodePointSet() = default;
  // Takes ranges in any order; they may overlap.
  explicit CodePointSet(std::vector<Range> ranges);
  // The set of `\p{name}`, a general category, a script or another property by
  // ICU's names (`L`, `Lu`, `Greek`, `White_Space`); nullopt if there is none.
  static std::optional<CodePointSet> OfProperty(std::string_view name);

  void Add(const CodePointSet& other);
  CodePointSet Complement() const;
  // Adds all code points that equal one of the set by simple case folding.
  CodePointSet WithCases() const;

  bool Contains(char32_t c) const {
    return c < 128 ? (ascii_[c / 64] >> (c % 64) & 1) != 0 : ContainsRest(c);
  }
  bool empty() const { return ranges_.empty(); }
  // In rising order; no two ranges touch.
  absl::Span<const Range> ranges() const { return ranges_; }

 private:
  bool ContainsRest(char32_t c) const;
  void Normalize();

  std::vector<Range> ranges_;
  std::array<uint64_t, 2> ascii_ = {};
};

}  // namespace presshawk
