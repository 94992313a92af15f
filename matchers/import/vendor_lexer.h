// SPDX-License-Identifier: Apache-2.0
// Splits a vendor's query into tokens, by the rules of its dialect.
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
    kWord,      // `text`.
    kPhrase,    // `text` is what stands between the quotes.
    kExact,     // `text` is what stands between the braces.
    kField,     // `field`; its value follows.
    kOperator,  // `op`, and `n` (-1: none).
    kPlus,      // In front of an operand.
    kMinus,
    kSlop,      // `n`; behind a phrase or bracket.
    kAtLeast,   // `n`; its operand follows.
    kCapitals,  // `cs(`, `ALLCAPS(`; the bracket follows.
    kBad,       // `text` says what is wrong, in words for an analyst.
  };
  Kind kind = Kind::kEnd;
  uint32_t begin = 0;  // In bytes of the query.
  uint32_t end = 0;
  std::string text = {};
  VendorOperator op = VendorOperator::kAnd;
  int n = -1;
  const FieldRule* field = nullptr;
  bool boosted = false;    // `^3` follows; it has no meaning here.
  std::string doubt = {};  // Why it may not be a word; may be empty.
};

// The last token is a kEnd. Never fails: text that cannot be read is a kBad.
std::vector<VendorToken> LexVendorQuery(std::string_view text,
                                        const DialectRules& rules);

}  // namespace presshawk
