// SPDX-License-Identifier: Apache-2.0
// What a file of forms says, as values. README.md describes the file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "absl/status/statusor.h"

namespace presshawk {

// An ending of a word, as in `<C>|ец`: the letters before the bar stay, those
// behind it are replaced. Each place takes any of its letters. Of `join` it is
// a begin, and what stands before the bar is replaced: `ال|`.
struct WordPattern {
  std::vector<std::u32string> places;
  size_t replaced = 0;    // Places.
  bool is_whole = false;  // `^`: the word has no other letters.
  bool is_begin = false;

  // Whether the word, in lower case, ends (or begins) like this.
  bool Fits(std::u32string_view word) const;
};

struct FormEnding {
  std::u32string text;
  bool is_of_things = false;  // In brackets: not of people.
};
// The endings of one case. None: the case has no form here.
using FormCell = std::vector<FormEnding>;

enum class WordKind : uint8_t { kNoun, kAdjective };
enum class WordGender : uint8_t { kMasculine, kFeminine, kNeuter, kPlural };
// kName: a term with an upper-case letter; kCommon: one without; kUnknown: one
// without of which no word is known as common, so that it may be a name;
// kCapitals: a word that is all capitals, as МИД.
enum class TermKind : uint8_t { kAny, kName, kCommon, kUnknown, kCapitals };

// Whether a line for `line` is for a term of the kind `term`.
inline bool HoldsIn(TermKind line, TermKind term) {
  return line == term ||
         (line == TermKind::kAny && term != TermKind::kCapitals) ||
         (line != TermKind::kCapitals && term == TermKind::kUnknown);
}

// A line `noun`, `adj`; of `no noun` and `no adj`, which end the search, without
// endings.
struct Paradigm {
  WordKind kind = WordKind::kNoun;
  WordGender gender = WordGender::kMasculine;
  TermKind terms = TermKind::kAny;  // In which terms the line holds.
  bool goes_on = false;             // `+`: later lines may fit as well.
  bool is_none = false;             // `no`: the word is none.
  std::vector<WordPattern> patterns;
  std::vector<FormCell> singular;  // By case.
  std::vector<FormCell> plural;    // By case, or empty.
};

// A line `derive` or `join`.
struct Addition {
  std::string why;
  bool is_alone = false;  // `alone`: of terms of one word only.
  TermKind terms = TermKind::kAny;
  bool goes_on = false;
  std::vector<WordPattern> patterns;
  std::vector<std::u32string> texts;
};

struct FormRules {
  std::string language;
  std::vector<std::string> cases;  // "nominative" first.
  // Whether an article stands once, at the first word that declines, and not in
  // agreement at each: `agree first`.
  bool agrees_once = false;
  // Whether adjectives stand behind their noun as well: `adjectives around`.
  bool adjectives_follow = false;
  // Of names of several words that are all nouns: which decline.
  enum class Names : uint8_t { kNone, kAll, kLast } names = Names::kAll;
  std::vector<Paradigm> paradigms;
  std::vector<Addition> derivations;
  std::vector<Addition> joins;
  std::unordered_set<std::u32string> fixed;  // In lower case, as all below.
  std::unordered_set<std::u32string> conjunctions;
  std::unordered_set<std::u32string> common;
  // Words that texts write in lower case: what a name may be confused with.
  std::unordered_set<std::u32string> words;
  std::unordered_set<std::u32string> given_male;
  std::unordered_set<std::u32string> given_female;
};

// Errors: `NAME:LINE: what is wrong`.
absl::StatusOr<FormRules> ParseFormRules(std::string_view text,
                                         const std::string& name);

}  // namespace presshawk
