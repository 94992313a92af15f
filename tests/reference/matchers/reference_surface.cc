// SPDX-License-Identifier: Apache-2.0
#include "tests/reference/matchers/reference_surface.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "core/base/check.h"

namespace presshawk::reference {
namespace {

constexpr std::u32string_view kSymbols = U"#@$€£&+%";
constexpr std::u32string_view kMayStandApart = U"$€£%";

std::u32string ToCodePoints32(std::string_view text) {
  const auto unicode = icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  std::u32string result;
  for (int32_t i = 0; i < unicode.length(); i = unicode.moveIndex32(i, 1)) {
    result += static_cast<char32_t>(unicode.char32At(i));
  }
  return result;
}

std::u32string WithoutIgnorables(const std::u32string& text) {
  std::u32string result;
  for (const char32_t c : text) {
    if (!u_hasBinaryProperty(static_cast<UChar32>(c),
                             UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
      result += c;
    }
  }
  return result;
}

// NFKC, default-ignorables aside.
std::u32string Nfkc(const std::u32string& text) {
  UErrorCode error = U_ZERO_ERROR;
  const auto* nfkc = icu::Normalizer2::getNFKCInstance(error);
  const std::u32string bare = WithoutIgnorables(text);
  const icu::UnicodeString result =
      nfkc->normalize(icu::UnicodeString::fromUTF32(
                          reinterpret_cast<const UChar32*>(bare.data()),
                          static_cast<int32_t>(bare.size())),
                      error);
  PRESSHAWK_CHECK(U_SUCCESS(error));
  std::string utf8;
  result.toUTF8String(utf8);
  return WithoutIgnorables(ToCodePoints32(utf8));
}

bool IsWhiteSpace(char32_t c) {
  return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

std::u32string SymbolsOf(std::string_view gap) {
  std::u32string symbols;
  for (const char32_t c : Nfkc(ToCodePoints32(gap))) {
    if (kSymbols.find(c) != std::u32string_view::npos) {
      symbols += c;
    }
  }
  return symbols;
}

// Whether `symbols` follow directly; of $ € £ % white space may stand between.
bool Follow(std::u32string symbols, std::u32string text) {
  bool apart = false;
  for (const char32_t symbol : symbols) {
    const bool may_stand_apart =
        kMayStandApart.find(symbol) != std::u32string_view::npos;
    while (may_stand_apart && !text.empty() && IsWhiteSpace(text[0])) {
      text.erase(0, 1);
      apart = true;
    }
    if (text.empty() || text[0] != symbol || (apart && !may_stand_apart)) {
      return false;
    }
    text.erase(0, 1);
  }
  return true;
}

std::u32string Reversed(std::u32string text) {
  std::reverse(text.begin(), text.end());
  return text;
}

// Of the text of tokens [first, last] in a text.
std::u32string Exact(std::string_view text, const Canonical& canonical,
                     size_t first, size_t last) {
  const ByteSpan span = HitSpan(text, canonical, first, last);
  std::u32string compared;
  for (uint32_t i = span.begin; i < span.end;) {
    uint32_t size = 1;
    while (i + size < span.end &&
           (static_cast<uint8_t>(text[i + size]) & 0xC0) == 0x80) {
      ++size;
    }
    const bool in_token = std::any_of(
        canonical.tokens.begin() + static_cast<std::ptrdiff_t>(first),
        canonical.tokens.begin() + static_cast<std::ptrdiff_t>(last) + 1,
        [i](const Token& token) {
          return token.source.begin <= i && i < token.source.end;
        });
    const std::u32string one = ToCodePoints32(text.substr(i, size));
    i += size;
    // A stop inside a token is one that joins.
    if (in_token && Nfkc(one) == U".") {
      continue;
    }
    // A16.
    if (std::u32string_view(U"“”„‟«»″").find(one) != std::u32string::npos) {
      compared += U'"';
    } else if (std::u32string_view(U"‘’‚‛′ʼ").find(one) !=
               std::u32string::npos) {
      compared += U'\'';
    } else if (std::u32string_view(
                   U"\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
                   .find(one) != std::u32string::npos) {
      compared += U'-';
    } else {
      compared += one;
    }
  }
  std::u32string spaced;
  for (const char32_t c : Nfkc(compared)) {
    if (!IsWhiteSpace(c)) {
      spaced += c;
    } else if (spaced.empty() || spaced.back() != U' ') {
      spaced += U' ';
    }
  }
  return spaced;
}

// The text between two tokens.
std::string_view Between(std::string_view text, const Canonical& canonical,
                         size_t token) {
  const uint32_t begin = HitSpan(text, canonical, token, token).end;
  const uint32_t end = canonical.tokens[token + 1].source.begin;
  return begin < end ? text.substr(begin, end - begin) : std::string_view();
}

// A54: whether both tokens around a gap are letters of step 6.
bool IsBetweenLetters(const Canonical& canonical, size_t token) {
  return IsOwnToken(canonical.tokens[token].text) &&
         IsOwnToken(canonical.tokens[token + 1].text);
}

bool HasClausePunctuation(std::string_view gap) {
  return ToCodePoints32(gap).find_first_of(U"，、。．！？；：…｡､,.!?;:") !=
         std::u32string::npos;
}

// What a term asks of the characters around and between its tokens, the same
// in every article.
struct Wanted {
  Canonical canonical;
  std::u32string before, after;
  std::vector<std::u32string> between;
  std::vector<bool> unbroken;  // A54.
};

const Wanted& WantedOf(std::string_view term, bool wildcards) {
  thread_local std::map<std::pair<std::string, bool>, Wanted> kept;
  const auto [at, is_new] = kept.try_emplace({std::string(term), wildcards});
  Wanted& wanted = at->second;
  if (is_new) {
    wanted.canonical = Canonicalize(term, wildcards);
    const size_t last = wanted.canonical.tokens.size() - 1;
    const ByteSpan span = HitSpan(term, wanted.canonical, 0, last);
    wanted.before = Reversed(SymbolsOf(term.substr(0, span.begin)));
    wanted.after = SymbolsOf(term.substr(span.end));
    for (size_t i = 0; i < last; ++i) {
      wanted.between.push_back(SymbolsOf(Between(term, wanted.canonical, i)));
      wanted.unbroken.push_back(
          IsBetweenLetters(wanted.canonical, i) &&
          !HasClausePunctuation(Between(term, wanted.canonical, i)));
    }
  }
  return wanted;
}

}  // namespace

bool SurfaceHolds(std::string_view term, bool exact, bool wildcards,
                  std::string_view text, const Canonical& canonical,
                  size_t first, size_t last) {
  const Wanted& wanted = WantedOf(term, wildcards);
  if (!wanted.before.empty()) {
    const ByteSpan span = HitSpan(text, canonical, first, last);
    if (!Follow(wanted.before,
                Reversed(Nfkc(ToCodePoints32(text.substr(0, span.begin)))))) {
      return false;
    }
  }
  if (!wanted.after.empty()) {
    const ByteSpan span = HitSpan(text, canonical, first, last);
    if (!Follow(wanted.after, Nfkc(ToCodePoints32(text.substr(span.end))))) {
      return false;
    }
  }
  for (size_t i = 0; i < wanted.between.size(); ++i) {
    if (!wanted.between[i].empty() &&
        wanted.between[i] != SymbolsOf(Between(text, canonical, first + i))) {
      return false;
    }
    if (wanted.unbroken[i] &&
        HasClausePunctuation(Between(text, canonical, first + i))) {
      return false;
    }
  }
  return !exact ||
         Exact(term, wanted.canonical, 0, wanted.canonical.tokens.size() - 1) ==
             Exact(text, canonical, first, last);
}

}  // namespace presshawk::reference
