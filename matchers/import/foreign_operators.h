// Operators that look like words to whoever does not know them: a table of all
// dialects' and of some other systems', so that none is imported as a word
// without a word about it.
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
    kCapitals,       // `begin`, in capitals; in small letters it is a word.
    kNumber,         // `begin`, a number, `end`; in any case.
    kBeforeBracket,  // `begin`, directly before a bracket; in any case.
    kSign,           // `begin`, directly before a word, a quote or a bracket.
    kSuffix,         // Behind a word: `begin`, alone or with a number.
    kNumberSuffix,   // Behind a word: `begin`, then a number.
    kBehind,         // Behind a word: `begin` alone.
    kInside,         // `begin`, anywhere in a word.
    kBetweenSlashes,
  };
  std::string_view name;  // As the message calls it.
  Form form;
  std::string_view begin;  // In lower case, but for kCapitals.
  std::string_view end;
  bool is_error;  // Else a warning: it may well be a word.
  std::vector<Dialect> owners;
  std::string_view others;   // Vendors that are no dialect here; may be empty.
  std::string_view example;  // A query that has it.
};

absl::Span<const ForeignOperator> ForeignOperators();

// The operator that `word` is in another language than `dialect`; null where it
// is none, or one of `dialect` itself. `next`: the character behind the word,
// NUL at the end.
const ForeignOperator* FindForeignOperator(std::string_view word, char next,
                                           Dialect dialect);

// "Factiva, LexisNexis and Westlaw"
std::string VendorsOf(const ForeignOperator& foreign);

// Vendors whose field `name` (in lower case) is; empty for nobody's.
std::string VendorsOfField(std::string_view name);
// Whether a dialect that writes `name` before `mark` (`:`, `=` or `(`) has it.
bool IsFieldOfAny(std::string_view name, char mark);

}  // namespace presshawk
