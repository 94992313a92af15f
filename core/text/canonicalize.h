// SPDX-License-Identifier: Apache-2.0
// canonical(text) of SPEC TEXT-2 to TEXT-6, for short texts: terms and
// metadata. Articles go through ArticleText, which gives the same tokens
// faster. All functions are thread-safe and expect valid UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// `Kremlin’s “US election” bet` becomes ` kremlin s us election bet `. A text
// without tokens becomes one space.
std::string Canonicalize(std::string_view text);

// The same for a wildcard term, in which `*` and `?` count as token characters
// and are kept: `Wom?n's*` becomes ` wom?n s* `.
std::string CanonicalizePattern(std::string_view text);

// Appends NFKC_Casefold(value) to *out, with white space trimmed and each run
// of it made one space (SPEC A36).
void AppendFoldedMetadata(std::string_view value, std::string* out);

// Maps smart quotes, primes and dashes to their ASCII forms (SPEC A16, A20).
char32_t FromSmartForm(char32_t code_point);

// Whether every letter of step 6 in `code_point` is a token of its own (Han,
// Hiragana, Katakana, Hangul, Thai, Lao, Khmer, Myanmar; SPEC A13).
bool IsSingleLetterToken(char32_t code_point);

}  // namespace presshawk
