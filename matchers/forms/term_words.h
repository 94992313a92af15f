// SPDX-License-Identifier: Apache-2.0
// The words of a term, and how each can be read: as which noun or adjective,
// and so with which endings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "matchers/forms/form_rules.h"

namespace presshawk {

// The forms of a word in one case, whole words.
using WordForms = std::vector<std::u32string>;

// One way to read a word.
struct Reading {
  WordKind kind = WordKind::kNoun;
  WordGender gender = WordGender::kMasculine;
  std::vector<WordForms> singular;  // By case; of a plural word its forms.
  std::vector<WordForms> plural;    // By case, or empty.
  std::vector<WordForms> people;    // By case, if the word names a person.
  // For people: what is replaced in the nominative, and by which endings.
  std::u32string replaced;
  std::vector<FormCell> endings;
  std::vector<FormCell> plural_endings;
};

struct TermWord {
  std::u32string text;
  std::u32string lower;
  bool is_capital = false;  // Begins with an upper-case letter.
  bool is_fixed = false;    // Never changes: a preposition, an abbreviation.
  std::vector<Reading> readings;
};

// The words of a term, which stand between spaces. `kind` is what the term is.
std::vector<TermWord> ReadWords(std::u32string_view term,
                                const FormRules& rules, TermKind* kind);

}  // namespace presshawk
