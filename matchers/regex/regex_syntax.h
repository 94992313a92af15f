// The pattern of a regex as a tree (SPEC A23). Sets are spelled out, so that
// every engine sees the same: `\w` is [\p{L}\p{N}_], `i` is simple case
// folding.
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
    kSequence,   // All children, one after the other; none is the empty match.
    kChoice,     // One of the children.
    kRepeat,     // One child, `min` to `max` times.
    kAssertion,  // No text: `assertion` holds here.
  };
  enum class Assertion : uint8_t {
    kTextBegin,    // \A, ^
    kTextEnd,      // \z
    kTextEndOrLf,  // \Z, $: also before a final LF.
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
  std::unique_ptr<RegexNode> root;  // Null when there is an error.
  std::string message;              // What is wrong, for an analyst.
  std::string fix;                  // What to write instead; may be empty.
};

// \w: letters, numbers and `_`.
const CodePointSet& RegexWordCharacters();

// Reads the text between the slashes. What differs between engines, or cannot
// be found in linear time (look-around, back-references, possessive and atomic
// groups, \K), is an error. Greedy and lazy are the same: the longest counts.
ParsedRegex ParseRegex(std::string_view pattern, bool ignore_case);

// Code points that a match has at least, and at most (kUnbounded: no limit).
struct RegexWidth {
  uint32_t min = 0;
  uint32_t max = 0;
};
RegexWidth WidthOf(const RegexNode& node);

}  // namespace presshawk
