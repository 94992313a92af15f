// Sets of code points for regexes: ranges and Unicode properties.
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
  // Both ends are in.
  struct Range {
    char32_t first;
    char32_t last;
    friend bool operator==(const Range&, const Range&) = default;
  };
  static constexpr char32_t kLast = 0x10FFFF;

  CodePointSet() = default;
  // Ranges in any order, which may overlap.
  explicit CodePointSet(std::vector<Range> ranges);
  // `\p{name}`: a general category, script or other property by ICU's names
  // (`L`, `Lu`, `Greek`, `White_Space`); nullopt where there is none.
  static std::optional<CodePointSet> OfProperty(std::string_view name);

  void Add(const CodePointSet& other);
  CodePointSet Complement() const;
  // With all code points that are equal to one of these by simple case folding.
  CodePointSet WithCases() const;

  bool Contains(char32_t c) const {
    return c < 128 ? (ascii_[c / 64] >> (c % 64) & 1) != 0 : ContainsRest(c);
  }
  bool empty() const { return ranges_.empty(); }
  // Rising, not touching each other.
  absl::Span<const Range> ranges() const { return ranges_; }

 private:
  bool ContainsRest(char32_t c) const;
  void Normalize();

  std::vector<Range> ranges_;
  std::array<uint64_t, 2> ascii_ = {};
};

}  // namespace presshawk
