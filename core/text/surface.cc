// SPDX-License-Identifier: Apache-2.0
#include "core/text/surface.h"

#include <algorithm>
#include <string>
#include <vector>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "core/base/check.h"
#include "core/base/utf8.h"
#include "core/text/canonicalize.h"
#include "core/text/canonicalizer.h"
#include "core/text/fold_table.h"

namespace presshawk {
namespace {

const icu::Normalizer2& Nfkc() {
  static const icu::Normalizer2* const instance = [] {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* n = icu::Normalizer2::getNFKCInstance(error);
    PRESSHAWK_CHECK(U_SUCCESS(error));  // The data are compiled into ICU.
    return n;
  }();
  return *instance;
}

bool IsIgnorable(char32_t c) {
  return c >= 0x80 && u_hasBinaryProperty(static_cast<UChar32>(c),
                                          UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

bool IsWhiteSpace(char32_t c) {
  return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

// Whether NFKC makes it U+002E, so that it can join an acronym (SPEC A14).
bool IsStop(char32_t c) {
  return c == U'.' || c == 0x2024 || c == 0xFE52 || c == 0xFF0E;
}

// The symbol (SPEC A17) that a code point is after NFKC, or 0.
char SymbolOf(char32_t c) {
  if (c < 0x80) {
    return c == U'#' || c == U'@' || c == U'$' || c == U'&' || c == U'+' ||
                   c == U'%'
               ? static_cast<char>(c)
               : '\0';
  }
  if (IsMark(c) || IsTokenCharacter(c)) {
    return '\0';
  }
  UErrorCode error = U_ZERO_ERROR;
  const icu::UnicodeString folded =
      Nfkc().normalize(icu::UnicodeString(static_cast<UChar32>(c)), error);
  PRESSHAWK_CHECK(U_SUCCESS(error));  // Fails on exhausted memory only.
  switch (folded.length() == 1 ? folded[0] : u'\0') {
    case u'€':
      return 'E';
    case u'£':
      return 'L';
    case u'#':
    case u'@':
    case u'$':
    case u'&':
    case u'+':
    case u'%':
      return static_cast<char>(folded[0]);
    default:
      return '\0';
  }
}

// `5 %`, `10 €`; but not `# tag`.
bool MayStandApart(char symbol) {
  return symbol == '$' || symbol == 'E' || symbol == 'L' || symbol == '%';
}

std::string SymbolsIn(std::string_view gap) {
  std::string symbols;
  for (size_t i = 0; i < gap.size(); i += Utf8Size(gap[i])) {
    if (const char symbol = SymbolOf(DecodeUtf8(&gap[i])); symbol != '\0') {
      symbols += symbol;
    }
  }
  return symbols;
}

// Whether the code point is one of `，、。．！？；：…｡､` or `, . ! ? ; :`, which end a
// word between two letters of step 6 (SPEC A54).
bool IsClausePunctuation(char32_t c) {
  switch (c) {
    case U',':
    case U'.':
    case U'!':
    case U'?':
    case U';':
    case U':':
    case U'，':
    case U'、':
    case U'。':
    case U'．':
    case U'！':
    case U'？':
    case U'；':
    case U'：':
    case U'…':
    case U'｡':
    case U'､':
      return true;
    default:
      return false;
  }
}

bool HasClausePunctuation(std::string_view text) {
  for (size_t i = 0; i < text.size(); i += Utf8Size(text[i])) {
    if (IsClausePunctuation(DecodeUtf8(&text[i]))) {
      return true;
    }
  }
  return false;
}

// Whether a token is a letter of step 6.
bool IsSingleLetter(const char* token) {
  return static_cast<uint8_t>(*token) >= 0x80 &&
         IsSingleLetterToken(DecodeUtf8(token));
}

// Whether `symbols` stand at the end of `text` (`kBackward`) or at its start,
// ignorables aside, white space only where it may.
enum class Direction : uint8_t { kForward, kBackward };

bool HasSymbols(std::string_view symbols, std::string_view text,
                Direction direction) {
  const bool backward = direction == Direction::kBackward;
  bool apart = false;
  while (!symbols.empty()) {
    const char wanted = backward ? symbols.back() : symbols.front();
    if (text.empty()) {
      return false;
    }
    size_t at = 0;
    if (backward) {
      at = text.size() - 1;
      while (IsUtf8Continuation(text[at])) {
        --at;
      }
    }
    const char32_t c = DecodeUtf8(&text[at]);
    if (backward) {
      text.remove_suffix(text.size() - at);
    } else {
      text.remove_prefix(Utf8Size(text[0]));
    }
    if (IsIgnorable(c)) {
      continue;
    }
    if (IsWhiteSpace(c) && MayStandApart(wanted)) {
      apart = true;
      continue;
    }
    if (SymbolOf(c) != wanted || (apart && !MayStandApart(wanted))) {
      return false;
    }
    if (backward) {
      symbols.remove_suffix(1);
    } else {
      symbols.remove_prefix(1);
    }
  }
  return true;
}

// The form that `{…}` compares (SPEC A15): NFKC, without default-ignorables and
// joining stops, white space as one space. `text` runs from the start of a
// token to the end of one.
std::string ExactForm(std::string_view text) {
  static thread_local CanonicalBuffer scratch;
  static thread_local std::vector<TokenTrace> trace;
  TraceTokens(text, /*wildcards=*/false, &scratch, &trace);
  icu::UnicodeString characters;
  size_t token = 0;
  for (uint32_t i = 0; i < text.size(); i += Utf8Size(text[i])) {
    while (token < trace.size() && trace[token].source.end <= i) {
      ++token;
    }
    const char32_t c = DecodeUtf8(&text[i]);
    const bool in_token =
        token < trace.size() && trace[token].source.begin <= i;
    if (IsIgnorable(c) || (in_token && IsStop(c))) {
      continue;
    }
    characters.append(static_cast<UChar32>(FromSmartForm(c)));
  }
  UErrorCode error = U_ZERO_ERROR;
  const icu::UnicodeString nfkc = Nfkc().normalize(characters, error);
  PRESSHAWK_CHECK(U_SUCCESS(error));  // Fails on exhausted memory only.
  std::string form;
  bool space = false;
  for (int32_t i = 0; i < nfkc.length(); i = nfkc.moveIndex32(i, 1)) {
    const auto c = static_cast<char32_t>(nfkc.char32At(i));
    if (IsIgnorable(c)) {
      continue;
    }
    if (IsWhiteSpace(c)) {
      space = true;
      continue;
    }
    if (space) {
      form += ' ';
      space = false;
    }
    AppendUtf8(c, &form);
  }
  return form;
}

}  // namespace

namespace {

// Compiled: `x` where exact, else `-`, then four parts, of which the first
// three end with a line feed: before, after, between, form. In `between` each
// gap has its symbols, then kUnbroken where the article's gap must not hold
// clause punctuation (SPEC A54), and ends with kGapEnd.
constexpr char kPartEnd = '\n';
constexpr char kGapEnd = ',';
constexpr char kUnbroken = '!';

// Takes what stands before `end` off the front of *text.
std::string_view TakeUntil(char end, std::string_view* text) {
  const std::string_view part = text->substr(0, text->find(end));
  text->remove_prefix(std::min(part.size() + 1, text->size()));
  return part;
}

}  // namespace

std::string SurfaceCondition::Compile(std::string_view term, Form form) {
  CanonicalBuffer scratch;
  std::vector<TokenTrace> trace;
  TraceTokens(term, form == Form::kWildcard, &scratch, &trace);
  PRESSHAWK_CHECK(!trace.empty());
  const uint32_t begin = trace.front().source.begin;
  const std::string before = SymbolsIn(term.substr(0, begin));
  std::string between;
  uint32_t end = 0;  // Of the tokens so far: sources may overlap.
  bool was_letter = false;
  for (const TokenTrace& token : trace) {
    const bool is_letter =
        form != Form::kExact &&  // Compares the punctuation itself.
        IsSingleLetter(scratch.data() + token.canonical_begin);
    if (&token != &trace.front()) {
      const std::string_view gap =
          token.source.begin > end ? term.substr(end, token.source.begin - end)
                                   : std::string_view();
      between += SymbolsIn(gap);
      if (was_letter && is_letter && !HasClausePunctuation(gap)) {
        between += kUnbroken;
      }
      between += kGapEnd;
    }
    end = std::max(end, token.source.end);
    was_letter = is_letter;
  }
  if (between.find_first_not_of(kGapEnd) == std::string::npos) {
    between.clear();
  }
  while (end < term.size() && IsMark(DecodeUtf8(&term[end]))) {
    end += Utf8Size(term[end]);
  }
  const std::string after = SymbolsIn(term.substr(end));
  const bool exact = form == Form::kExact;
  if (!exact && before.empty() && after.empty() && between.empty()) {
    return "";
  }
  std::string compiled = exact ? "x" : "-";
  for (const std::string& part : {before, after, between}) {
    compiled += part + kPartEnd;
  }
  return exact ? compiled + ExactForm(term.substr(begin, end - begin))
               : compiled;
}

SurfaceCondition::SurfaceCondition(std::string_view compiled)
    : exact_(compiled.starts_with('x')) {
  compiled.remove_prefix(std::min<size_t>(1, compiled.size()));
  before_ = TakeUntil(kPartEnd, &compiled);
  after_ = TakeUntil(kPartEnd, &compiled);
  between_ = TakeUntil(kPartEnd, &compiled);
  form_ = compiled;
}

bool SurfaceCondition::Holds(const ArticleText& text, Field field,
                             ByteSpan span) const {
  const std::string_view original = text.original(field);
  const ByteSpan whole = text.ToOriginal(field, span);
  if (!HasSymbols(before_, original.substr(0, whole.begin),
                  Direction::kBackward) ||
      !HasSymbols(after_, original.substr(whole.end), Direction::kForward)) {
    return false;
  }
  if (!between_.empty() && !GapsHold(text, field, span, whole)) {
    return false;
  }
  return !exact_ || ExactForm(original.substr(
                        whole.begin, whole.end - whole.begin)) == form_;
}

bool SurfaceCondition::GapsHold(const ArticleText& text, Field field,
                                ByteSpan span, ByteSpan whole) const {
  const std::string_view original = text.original(field);
  // PERF: most terms of letters of step 6 ask for nothing else, and hardly any
  // of their occurrences is broken.
  const std::string_view asks_no_symbol("!,");
  if (between_.find_first_not_of(asks_no_symbol) == std::string_view::npos &&
      !HasClausePunctuation(
          original.substr(whole.begin, whole.end - whole.begin))) {
    return true;
  }
  const std::string_view canonical = text.canonical();
  std::string_view gaps = between_;
  uint32_t token = span.begin;
  uint32_t end = 0;
  for (bool is_first = true; token < span.end; is_first = false) {
    const auto token_end = static_cast<uint32_t>(
        std::min<size_t>(canonical.find(' ', token), span.end));
    const ByteSpan source = text.ToOriginal(field, {token, token_end});
    std::string_view wanted =
        is_first ? std::string_view() : TakeUntil(kGapEnd, &gaps);
    const std::string_view gap = source.begin > end
                                     ? original.substr(end, source.begin - end)
                                     : std::string_view();
    if (wanted.ends_with(kUnbroken)) {
      wanted.remove_suffix(1);
      if (HasClausePunctuation(gap)) {
        return false;
      }
    }
    if (!wanted.empty() && SymbolsIn(gap) != wanted) {
      return false;
    }
    end = std::max(end, source.end);
    token = token_end + 1;
  }
  return true;
}

}  // namespace presshawk
