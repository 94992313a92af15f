// SPDX-License-Identifier: Apache-2.0
// SPEC TEXT-2 to TEXT-6 and SPEC A5-A14, step by step over the whole text at
// once, with ICU's properties and no table of core/text. Slow on purpose: it is
// what core/text is compared with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/hit.h"

namespace presshawk::reference {

struct Token {
  std::string text;  // UTF-8, without spaces.
  // From the first code point of the token to its last (A6), in bytes of the
  // text, without what A5 adds behind a hit.
  ByteSpan source;
  // Letters and digits that it holds, each with its marks.
  uint32_t characters = 0;
};

struct Canonical {
  std::string text;  // ` us election `
  std::vector<Token> tokens;
};

// REQUIRES: valid UTF-8. `wildcards`: `*` and `?` are token characters.
Canonical Canonicalize(std::string_view text, bool wildcards = false);

// Whether a token is a letter of step 6 (A13). REQUIRES: not empty.
bool IsOwnToken(std::string_view token);

// The bytes of `text` that a hit on tokens [first, last] covers (A5).
ByteSpan HitSpan(std::string_view text, const Canonical& canonical,
                 size_t first, size_t last);

// NFKC_Casefold, white space trimmed and its runs one space (A36).
std::string FoldMetadata(std::string_view value);

// Bytes of valid UTF-8 to code points.
CodePointSpan ToCodePoints(std::string_view text, ByteSpan span);

}  // namespace presshawk::reference
