// SPDX-License-Identifier: Apache-2.0
// A compiled regex, and the search for it. Matches are leftmost and, among
// those, longest; they do not overlap (SPEC A23). Takes linear time.
//
//   Regex::Compiled compiled = Regex::Compile("CVE-\\d{4}-\\d+", false);
//   search.FindAll(*compiled.regex, text, &spans);  // RegexSearch search;
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/hit.h"
#include "matchers/regex/regex_syntax.h"

namespace presshawk {

// The largest number of states of one automaton; `\w{1,1000}` has 2,000.
inline constexpr size_t kRegexStatesMax = 10'000;

// THREAD SAFETY. Immutable. RegexSearch has the state of a search.
class Regex {
 public:
  struct Compiled {
    std::shared_ptr<const Regex> regex;  // Null if there is an error.
    std::string message;                 // As in ParsedRegex.
    std::string fix;
  };
  static Compiled Compile(std::string_view pattern, bool ignore_case);

  const RegexNode& tree() const { return *tree_; }

 private:
  friend class RegexCompiler;
  friend class RegexSearch;

  // One instruction of Pike's machine.
  struct State {
    enum class Kind : uint8_t { kSet, kSplit, kAssertion, kMatch };
    Kind kind = Kind::kMatch;
    RegexNode::Assertion assertion = RegexNode::Assertion::kTextBegin;
    uint32_t set = 0;     // Index into `sets_`.
    uint32_t next = 0;    // The next state, for every kind but kMatch.
    uint32_t second = 0;  // The other next state of a kSplit.
  };

  std::unique_ptr<const RegexNode> tree_;
  std::vector<State> states_;
  std::vector<CodePointSet> sets_;
  uint32_t start_ = 0;
  // The bytes with which a match can begin.
  std::vector<bool> first_bytes_;
};

// The memory of a search, to be reused. THREAD SAFETY. None: one per worker.
class RegexSearch {
 public:
  // Replaces *found by the matches in `text`, in order. `text` is valid UTF-8.
  // Returns false if the search was given up, after 1,000,000 steps and 100
  // steps per byte of the text (SPEC A50).
  [[nodiscard]] bool FindAll(const Regex& regex, std::string_view text,
                             std::vector<ByteSpan>* found);

 private:
  struct Thread {
    uint32_t state;
    uint32_t begin;  // Where its match begins.
  };
  // Finds the leftmost-longest match that begins at `from` or later.
  bool FindNext(uint32_t from, ByteSpan* match);
  void Follow(uint32_t state, uint32_t begin, uint32_t at);
  bool Holds(RegexNode::Assertion assertion, uint32_t at) const;

  const Regex* regex_ = nullptr;
  std::string_view text_;
  uint64_t steps_ = 0;
  uint64_t steps_max_ = 0;
  // The threads that wait for the code point at the current place. Those that
  // began first come first, and each state is in it once.
  std::vector<Thread> threads_, next_threads_;
  std::vector<uint64_t> seen_;  // By state: the last `round_` that entered it.
  uint64_t round_ = 0;
  std::vector<uint32_t> pending_;
  bool matched_ = false;
  ByteSpan match_;
};

}  // namespace presshawk
