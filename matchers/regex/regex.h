// A compiled regex and its search: leftmost, of these the longest, not
// overlapping (SPEC A23), in time linear in the text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/hit.h"
#include "matchers/regex/regex_syntax.h"

namespace presshawk {

// States of one automaton: `\w{1,1000}` has 2,000.
inline constexpr size_t kRegexStatesMax = 10'000;

class Regex {
 public:
  struct Compiled {
    std::shared_ptr<const Regex> regex;  // Null when there is an error.
    std::string message;                 // As ParsedRegex.
    std::string fix;
  };
  static Compiled Compile(std::string_view pattern, bool ignore_case);

  const RegexNode& tree() const { return *tree_; }
  // Immutable and thread-safe; the state of a search is a RegexSearch's.

 private:
  friend class RegexCompiler;
  friend class RegexSearch;

  // An instruction of Pike's machine.
  struct State {
    enum class Kind : uint8_t { kSet, kSplit, kAssertion, kMatch };
    Kind kind = Kind::kMatch;
    RegexNode::Assertion assertion = RegexNode::Assertion::kTextBegin;
    uint32_t set = 0;     // Index into `sets_`.
    uint32_t next = 0;    // Of all but kMatch.
    uint32_t second = 0;  // Of kSplit.
  };

  std::unique_ptr<const RegexNode> tree_;
  std::vector<State> states_;
  std::vector<CodePointSet> sets_;
  uint32_t start_ = 0;
  // The first bytes that a match can have.
  std::vector<bool> first_bytes_;
};

// Reusable scratch. THREAD SAFETY. None: one worker's.
class RegexSearch {
 public:
  // Replaces *found by the matches in `text`, valid UTF-8, in order. False when
  // the search was given up: more than 1,000,000 steps and 100 a byte of the
  // text (SPEC A50).
  [[nodiscard]] bool FindAll(const Regex& regex, std::string_view text,
                             std::vector<ByteSpan>* found);

 private:
  struct Thread {
    uint32_t state;
    uint32_t begin;  // Of the match that it is in.
  };
  // The leftmost-longest match that begins at `from` or behind it.
  bool FindNext(uint32_t from, ByteSpan* match);
  void Follow(uint32_t state, uint32_t begin, uint32_t at);
  bool Holds(RegexNode::Assertion assertion, uint32_t at) const;

  const Regex* regex_ = nullptr;
  std::string_view text_;
  uint64_t steps_ = 0;
  uint64_t steps_max_ = 0;
  // Those that wait for the code point at the current place, the earliest begin
  // first, each state once.
  std::vector<Thread> threads_, next_threads_;
  std::vector<uint64_t> seen_;  // By state: `round_` in which it was entered.
  uint64_t round_ = 0;
  std::vector<uint32_t> pending_;
  bool matched_ = false;
  ByteSpan match_;
};

}  // namespace presshawk
