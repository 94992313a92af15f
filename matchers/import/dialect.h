// What other vendors' query languages look like and mean, as data.
//
// Where a vendor's documents do not say what a form means, the table says so,
// and the importer warns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matchers/import/import.h"
#include "matchers/query/ast.h"

namespace presshawk {

enum class VendorOperator : uint8_t {
  kAnd,
  kOr,
  kNot,     // Before an operand; between two, AND NOT.
  kAndNot,  // Where it binds unlike AND.
  kNear,
  kONear,
  kNotNear,
  kSentence,
  kParagraph,
  kUnsupported,
};

// How a word between operands is written: `prefix`, a number, `suffix`.
struct OperatorRule {
  std::string_view prefix;  // In lower case.
  std::string_view suffix;
  VendorOperator op;
  // n where no number is written; -1: a number must be; -2: none may be.
  int without_number;
  bool never_with_number = false;  // Where without_number is a default.
};

// `name:value`, `name=value` or `name(value)`.
struct FieldRule {
  std::string_view name;  // In lower case.
  enum class Target : uint8_t { kScope, kMeta, kUnsupported } target;
  Scope scope = {};
  MetaField meta = MetaField::kId;
  std::string_view doubt = {};  // What may differ; empty when nothing does.
};

struct DialectRules {
  Dialect dialect;
  std::string_view name;   // On the command line.
  std::string_view title;  // In messages.
  bool operators_in_any_case = false;
  // Two operands side by side.
  enum class Implicit : uint8_t { kAnd, kOr, kPhrase, kUnknown };
  Implicit implicit = Implicit::kUnknown;
  // AND and OR without brackets.
  enum class Mixing : uint8_t { kAndFirst, kOrFirst, kError, kUnknown };
  Mixing mixing = Mixing::kUnknown;
  // What the number of a distance counts.
  enum class Distance : uint8_t { kWordsBetween, kPositions, kUnknown };
  Distance distance = Distance::kUnknown;
  // `+a -b c`: Lucene's clauses instead of operators that bind.
  bool has_clauses = false;
  bool has_minus = false;       // `-word`: not.
  bool has_atleast = false;     // `atleast5 word`.
  bool has_braces = false;      // `{BT}`: exact capitals.
  bool has_slop = false;        // `"a b"~5`.
  bool has_boost = false;       // `word^3`.
  bool has_backslash = false;   // `\(`.
  bool accents_count = false;   // `é` does not find `e`, where `e` finds `é`.
  bool finds_variants = false;  // Of words without quotes.
  char any_run = '*';           // `*`, or `!`: a run of characters.
  char one_character = '?';     // `?`, or `*`.
  char field_mark = ':';        // `:`, `=`, or `(`.
  std::vector<OperatorRule> operators = {};
  std::vector<FieldRule> fields;
};

const DialectRules& RulesOf(Dialect dialect);
const std::vector<DialectRules>& AllDialectRules();

}  // namespace presshawk
