// SPDX-License-Identifier: Apache-2.0
// Parses the pattern of a regex into a tree (SPEC A23). All sets are spelled
// out, so that every engine sees the same sets: `\w` is [\p{L}\p{N}_], and `i`
// is simple case folding.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/code_point_set.h"

namespace presshawk {

struct RegexNode {
  enum class Kind : uint8_t {
    kSet,        // One code point of `set`.
    kSequence,   // All children, one after another; without any, empty.
    kChoice,     // One of the children.
    kRepeat,     // The only child, `min` to `max` times.
    kAssertion,  // No text, but `assertion` holds at this place.
  };
  enum class Assertion : uint8_t {
    kTextBegin,    // \A, ^
    kTextEnd,      // \z
    kTextEndOrLf,  // \Z, $: the end, or before a final LF.
    kLineBegin,    // (?m)^
    kLineEnd,      // (?m)$
    kWordEdge,     // \b
    kNotWordEdge,  // \B
  };
  static constexpr uint32_t kUnbounded = UINT32_MAX;

  Kind kind = Kind::kSequence;
  Assertion assertion = Assertion::kTextBegin;
  CodePointSet set;
  uint32_t min = 0;
  uint32_t max = 0;
  std::vector<std::unique_ptr<RegexNode>> children;
};

struct ParsedRegex {
  std::unique_ptr<RegexNode> root;  // Null if there is an error.
  std::string message;              // The error, in words for an analyst.
  std::string fix;                  // The text to write instead; may be empty.
};

// The set of \w: letters, numbers and `_`.
const CodePointSet& RegexWordCharacters();

// Parses the text between the slashes. A form is an error if engines disagree
// about it, or if it cannot be matched in linear time: look-around,
// back-references, possessive and atomic groups, \K. Greedy and lazy repeats
// are the same, because the longest match counts.
ParsedRegex ParseRegex(std::string_view pattern, bool ignore_case);

// The least and the largest number of code points of a match (kUnbounded: no
// limit).
struct RegexWidth {
  uint32_t min = 0;
  uint32_t max = 0;
};
RegexWidth WidthOf(const RegexNode& node);

}  // namespace presshawk
