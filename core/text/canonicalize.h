// canonical(text) of SPEC TEXT-2 to TEXT-6 for short texts: terms and metadata.
// Articles go through ArticleText, which gives the same tokens faster. All
// functions are thread-safe and want valid UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace presshawk {

// `Kremlin’s “US election” bet` → ` kremlin s us election bet `; one space
// where no token is left.
std::string Canonicalize(std::string_view text);

// The same for a wildcard term: `*` and `?` count as token characters and stay
// (`Wom?n's*` → ` wom?n s* `).
std::string CanonicalizePattern(std::string_view text);

// NFKC_Casefold, white space trimmed and its runs one space (SPEC A36). Appends
// to *out, which it does not clear.
void AppendFoldedMetadata(std::string_view value, std::string* out);

// Smart quotes, primes and dashes as their ASCII forms (SPEC A16, A20).
char32_t FromSmartForm(char32_t code_point);

// True when every letter of step 6 (Han, Hiragana, Katakana, Hangul, Thai, Lao,
// Khmer, Myanmar; SPEC A13) in `code_point` is a token of its own.
bool IsSingleLetterToken(char32_t code_point);

}  // namespace presshawk
