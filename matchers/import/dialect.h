// SPDX-License-Identifier: Apache-2.0
// The query languages of other vendors, as tables of what they look like and
// what they mean.
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
  kNot,     // In front of an operand; between two operands, AND NOT.
  kAndNot,  // AND NOT with a precedence of its own.
  kNear,
  kONear,
  kNotNear,
  kSentence,
  kParagraph,
  kUnsupported,
};

// How an operator between operands is written: `prefix`, a number, `suffix`.
struct OperatorRule {
  std::string_view prefix;  // In lower case.
  std::string_view suffix;
  VendorOperator op;
  // The n of an operator without a number. -1: it must have a number. -2: it
  // must have none.
  int without_number;
  bool never_with_number = false;  // For an operator that has a default.
};

// A field: `name:value`, `name=value` or `name(value)`.
struct FieldRule {
  std::string_view name;  // In lower case.
  enum class Target : uint8_t { kScope, kMeta, kUnsupported } target;
  Scope scope = {};
  MetaField meta = MetaField::kId;
  std::string_view doubt = {};  // How its meaning may differ; empty if not.
};

struct DialectRules {
  Dialect dialect;
  std::string_view name;   // The name on the command line.
  std::string_view title;  // The name in messages.
  bool operators_in_any_case = false;
  // The meaning of two operands side by side.
  enum class Implicit : uint8_t { kAnd, kOr, kPhrase, kUnknown };
  Implicit implicit = Implicit::kUnknown;
  // The meaning of AND and OR without brackets.
  enum class Mixing : uint8_t { kAndFirst, kOrFirst, kError, kUnknown };
  Mixing mixing = Mixing::kUnknown;
  // The unit of the number of a distance.
  enum class Distance : uint8_t { kWordsBetween, kPositions, kUnknown };
  Distance distance = Distance::kUnknown;
  // `+a -b c`: clauses as in Lucene, instead of operators with precedence.
  bool has_clauses = false;
  bool has_minus = false;       // `-word` means NOT.
  bool has_atleast = false;     // `atleast5 word`.
  bool has_braces = false;      // `{BT}` means exact capitals.
  bool has_slop = false;        // `"a b"~5`.
  bool has_boost = false;       // `word^3`.
  bool has_backslash = false;   // `\(`.
  bool accents_count = false;   // `é` does not find `e`, but `e` finds `é`.
  bool finds_variants = false;  // Words without quotes find their inflections.
  char any_run = '*';           // A run of characters: `*` or `!`.
  char one_character = '?';     // One character: `?` or `*`.
  char field_mark = ':';        // Behind a field's name: `:`, `=` or `(`.
  std::vector<OperatorRule> operators = {};
  std::vector<FieldRule> fields;
};

const DialectRules& RulesOf(Dialect dialect);
const std::vector<DialectRules>& AllDialectRules();

}  // namespace presshawk
