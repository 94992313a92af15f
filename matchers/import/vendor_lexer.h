// A vendor's query to tokens, by the rules of its dialect.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "matchers/import/dialect.h"

namespace presshawk {

struct VendorToken {
  enum class Kind : uint8_t {
    kEnd,
    kOpen,
    kClose,
    kWord,      // text
    kPhrase,    // text: between the quotes.
    kExact,     // text: between the braces.
    kField,     // field; its value follows.
    kOperator,  // op, n (-1: none)
    kPlus,      // Before an operand.
    kMinus,
    kSlop,      // n; behind a phrase or bracket.
    kAtLeast,   // n; its operand follows.
    kCapitals,  // `cs(`, `ALLCAPS(`: the bracket follows.
    kBad,       // text: what is wrong, for an analyst.
  };
  Kind kind = Kind::kEnd;
  uint32_t begin = 0;  // Bytes of the query.
  uint32_t end = 0;
  std::string text = {};
  VendorOperator op = VendorOperator::kAnd;
  int n = -1;
  const FieldRule* field = nullptr;
  bool boosted = false;    // `^3` follows, and means nothing here.
  std::string doubt = {};  // Why it may be no word at all; may be empty.
};

// Ends with a kEnd. Never fails: what cannot be read is a kBad.
std::vector<VendorToken> LexVendorQuery(std::string_view text,
                                        const DialectRules& rules);

}  // namespace presshawk
