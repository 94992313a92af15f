// SPDX-License-Identifier: Apache-2.0
// Operators that look like words to anyone who does not know them: a table of
// those of all dialects and of some other systems. It lets the importer warn
// about an operator that it would otherwise import as a word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "matchers/import/import.h"

namespace presshawk {

struct ForeignOperator {
  enum class Form : uint8_t {
    kWord,           // `begin`, in any case.
    kCapitals,       // `begin` in capitals; in small letters it is a word.
    kNumber,         // `begin`, a number, `end`; in any case.
    kBeforeBracket,  // `begin` right before a bracket; in any case.
    kSign,           // `begin` right before a word, a quote or a bracket.
    kSuffix,         // Behind a word: `begin`, alone or with a number.
    kNumberSuffix,   // Behind a word: `begin`, then a number.
    kBehind,         // Behind a word: `begin` alone.
    kInside,         // `begin` anywhere in a word.
    kBetweenSlashes,
  };
  std::string_view name;  // The name in messages.
  Form form;
  std::string_view begin;  // In lower case, except for kCapitals.
  std::string_view end;
  bool is_error;  // If false, it gives a warning, as it may well be a word.
  std::vector<Dialect> owners;
  std::string_view others;   // Vendors without a dialect here; may be empty.
  std::string_view example;  // A query with this operator.
};

absl::Span<const ForeignOperator> ForeignOperators();

// Returns the operator that `word` is in a language other than `dialect`; null
// if there is none, or if `dialect` has that operator itself. `next` is the
// character behind the word, and NUL at the end.
const ForeignOperator* FindForeignOperator(std::string_view word, char next,
                                           Dialect dialect);

// The vendors that have the operator: "Factiva, LexisNexis and Westlaw".
std::string VendorsOf(const ForeignOperator& foreign);

// The vendors that have a field `name` (in lower case); empty if none has it.
std::string VendorsOfField(std::string_view name);
// Whether any dialect has a field `name` before `mark` (`:`, `=` or `(`).
bool IsFieldOfAny(std::string_view name, char mark);

}  // namespace presshawk
