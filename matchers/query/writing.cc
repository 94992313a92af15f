// SPDX-License-Identifier: Apache-2.0
#include "matchers/query/writing.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "core/base/str_cat.h"
#include "core/text/html_entities.h"
#include "matchers/query/lexer.h"
#include "matchers/query/query_field.h"
#include "matchers/query/term_check.h"

namespace presshawk {
namespace {

// ---- alphabets ----

enum class Alphabet : uint8_t { kNone, kLatin, kGreek, kCyrillic };

bool IsAsciiLetter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Alphabet AlphabetOf(char32_t c) {
  if (IsAsciiLetter(c) || (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) ||
      (c >= 0x1E00 && c <= 0x1EFF)) {
    return Alphabet::kLatin;
  }
  if ((c >= 0x370 && c <= 0x3FF) || (c >= 0x1F00 && c <= 0x1FFF)) {
    return Alphabet::kGreek;
  }
  return c >= 0x400 && c <= 0x52F ? Alphabet::kCyrillic : Alphabet::kNone;
}

// Letters that look like those of Latin, in the order of kLatinLetters. Small
// Greek letters but the omicron are told apart, and stand in names of science
// (TGFβ).
constexpr std::u32string_view kCyrillicLetters = U"АВЕКМНОРСТУХІЈЅаеорсухіјѕԁһ";
constexpr std::u32string_view kLatinOfCyrillic = U"ABEKMHOPCTYXIJSaeopcyxijsdh";
constexpr std::u32string_view kGreekLetters = U"ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο";
constexpr std::u32string_view kLatinOfGreek = U"ABEZHIKMNOPTYXo";
static_assert(kCyrillicLetters.size() == kLatinOfCyrillic.size());
static_assert(kGreekLetters.size() == kLatinOfGreek.size());

char32_t Mapped(char32_t c, std::u32string_view from, std::u32string_view to) {
  const size_t at = from.find(c);
  return at == std::u32string_view::npos ? U'\0' : to[at];
}

// The letter of `alphabet` that looks like `c`; NUL where none does.
char32_t LookalikeOf(char32_t c, Alphabet alphabet) {
  char32_t latin = c;
  switch (AlphabetOf(c)) {
    case Alphabet::kCyrillic:
      latin = Mapped(c, kCyrillicLetters, kLatinOfCyrillic);
      break;
    case Alphabet::kGreek:
      latin = Mapped(c, kGreekLetters, kLatinOfGreek);
      break;
    default:
      break;
  }
  switch (alphabet) {
    case Alphabet::kCyrillic:
      return Mapped(latin, kLatinOfCyrillic, kCyrillicLetters);
    case Alphabet::kGreek:
      return Mapped(latin, kLatinOfGreek, kGreekLetters);
    default:
      return latin;
  }
}

std::string_view NameOf(Alphabet alphabet) {
  switch (alphabet) {
    case Alphabet::kGreek:
      return "Greek";
    case Alphabet::kCyrillic:
      return "Cyrillic";
    default:
      return "Latin";
  }
}

// A word mostly of one alphabet, whose other letters all look like some of it.
struct MixedWord {
  std::string written = {};
  std::string stray = {};  // The first letter of another alphabet.
  Alphabet stray_alphabet = Alphabet::kNone;
  Alphabet alphabet = Alphabet::kNone;
};

// Puts right the letters [begin, end) of *text. Nullopt where they are of one
// alphabet, or may well be meant.
std::optional<MixedWord> Unmix(std::u32string* text, size_t begin, size_t end) {
  size_t counts[4] = {};
  for (size_t i = begin; i < end; ++i) {
    ++counts[static_cast<size_t>(AlphabetOf((*text)[i]))];
  }
  const auto most = static_cast<Alphabet>(
      std::max_element(std::begin(counts) + 1, std::end(counts)) -
      std::begin(counts));
  std::u32string word = text->substr(begin, end - begin);
  MixedWord mixed = {.written = ToUtf8(word), .alphabet = most};
  for (char32_t& c : word) {
    const Alphabet alphabet = AlphabetOf(c);
    if (alphabet == Alphabet::kNone || alphabet == most) {
      continue;
    }
    const char32_t meant = LookalikeOf(c, most);
    if (meant == U'\0') {
      return std::nullopt;
    }
    if (mixed.stray.empty()) {
      mixed.stray = ToUtf8({&c, 1});
      mixed.stray_alphabet = alphabet;
    }
    c = meant;
  }
  if (mixed.stray.empty()) {
    return std::nullopt;
  }
  text->replace(begin, end - begin, word);
  return mixed;
}

// ---- terms ----

bool IsWordCharacter(char32_t c) {
  return IsAsciiLetter(c) || (c >= '0' && c <= '9') || c >= 0xC0;
}

// `text` in the writing of `term`.
std::string As(const Node& term, const std::string& text) {
  if (term.term_kind == TermKind::kExact) {
    return StrCat("{", text, "}");
  }
  return term.quoted ? StrCat("\"", text, "\"") : text;
}

WritingProblem Write(const Node& term, std::string message,
                     const std::string& text) {
  WritingProblem problem;
  problem.message = std::move(message);
  problem.instead = As(term, text);
  problem.fix = StrCat("write ", problem.instead);
  return problem;
}

std::optional<WritingProblem> FindMixedWord(const Node& term) {
  if (std::all_of(term.text.begin(), term.text.end(),
                  [](char c) { return (c & 0x80) == 0; })) {
    return std::nullopt;
  }
  std::u32string text = ToCodePoints(term.text);
  std::optional<MixedWord> first;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin;
    while (end < text.size() && IsWordCharacter(text[end])) {
      ++end;
    }
    if (auto mixed = Unmix(&text, begin, end); mixed && !first) {
      first = std::move(mixed);
    }
    begin = end + 1;
  }
  if (!first) {
    return std::nullopt;
  }
  return Write(term,
               StrCat("`", first->written, "` has the ",
                      NameOf(first->stray_alphabet), " letter `", first->stray,
                      "` among ", NameOf(first->alphabet), " ones"),
               ToUtf8(text));
}

std::optional<WritingProblem> FindReference(const Node& term) {
  if (term.text.find('&') == std::string::npos) {
    return std::nullopt;
  }
  std::string text;
  std::string reference;
  for (size_t at = 0; at < term.text.size();) {
    const std::string_view rest = std::string_view(term.text).substr(at);
    if (rest[0] != '&' || !IsClosedReference(rest)) {
      text += rest[0];
      ++at;
      continue;
    }
    const size_t size = DecodeReference(rest, &text);
    if (reference.empty()) {
      reference = rest.substr(0, size);
    }
    at += size;
  }
  if (reference.empty()) {
    return std::nullopt;
  }
  std::string message =
      StrCat("`", reference,
             "` is a reference of HTML: articles have the character itself");
  if (text.find_first_of("\"{}<> \n") != std::string::npos &&
      term.term_kind != TermKind::kExact && !term.quoted) {
    return WritingProblem{std::move(message), "write the character itself", ""};
  }
  return Write(term, std::move(message), text);
}

// A sign directly before the first word, which the term's text begins with.
std::optional<WritingProblem> FindSign(const Node& term, TermPlace place) {
  if (!term.text.empty() &&
      absl::ascii_isalnum(static_cast<unsigned char>(term.text[0]))) {
    return std::nullopt;  // Most terms.
  }
  const std::u32string characters = ToCodePoints(term.text);
  if (characters.size() < 2 || characters[1] <= '9' ||
      !IsWordCharacter(characters[1])) {
    return std::nullopt;
  }
  const char32_t sign = MapSmartForm(characters[0]);
  const std::string rest = ToUtf8(characters.substr(1));
  const bool on_purpose = term.quoted && place == TermPlace::kQuery;
  if (sign == '+' && !on_purpose) {
    return Write(term,
                 place == TermPlace::kQuery
                     ? "`+` asks for the sign itself: what AND joins is "
                       "required without it"
                     : "`+` asks for the sign itself",
                 rest);
  }
  if (sign == '-' && place == TermPlace::kTerms) {
    return WritingProblem{
        StrCat("`-` does not exclude in `terms`: this finds `", rest, "`"),
        "exclude with AND NOT in `query`", ""};
  }
  if (sign != '.') {
    return std::nullopt;
  }
  if (term.term_kind == TermKind::kExact) {
    return Write(term,
                 "a stop before the first word does not count, in braces too",
                 rest);
  }
  WritingProblem problem = {
      StrCat("a stop before the first word does not count: this finds every `",
             rest, "`"),
      StrCat("write {", rest, "}",
             place == TermPlace::kTerms ? " in `query`" : "",
             " for the letters as they are"),
      ""};
  if (place == TermPlace::kQuery) {
    problem.instead = StrCat("{", rest, "}");
  }
  return problem;
}

// `Yahoo!`
std::optional<WritingProblem> FindExclamation(const Node& term,
                                              TermPlace place) {
  const std::string& text = term.text;
  if (text.size() < 3 || !text.ends_with('!') ||
      text.find(' ') != std::string::npos ||
      !IsWordCharacter(static_cast<unsigned char>(text[text.size() - 2]))) {
    return std::nullopt;
  }
  const std::string word = text.substr(0, text.size() - 1);
  if (term.term_kind == TermKind::kExact) {
    return Write(term, "`!` at the end does not count, in braces too", word);
  }
  WritingProblem problem = {
      StrCat("`!` does not count: this finds every `", word, "`"),
      StrCat("write {", word, "}",
             place == TermPlace::kTerms ? " in `query`" : "",
             " for the letters as they are"),
      ""};
  if (place == TermPlace::kQuery) {
    problem.instead = StrCat("{", word, "}");
  }
  return problem;
}

// `Trump AND Putin`, `title:Kremlin`: of a query, in `terms`.
std::optional<WritingProblem> FindOperator(const Node& term) {
  const auto has = [&](std::string_view part) {
    return term.text.find(part) != std::string::npos;
  };
  if (!has("AND") && !has("OR") && !has("NOT") && !has("NEAR/") && !has(":")) {
    return std::nullopt;  // Most terms.
  }
  const std::vector<std::string> pieces = Pieces(term.text);
  const bool has_small = std::any_of(
      term.text.begin(), term.text.end(),
      [](char c) { return (c >= 'a' && c <= 'z') || (c & 0x80) != 0; });
  for (size_t i = 0; i < pieces.size(); ++i) {
    const std::string& piece = pieces[i];
    const bool is_near = piece.starts_with("NEAR/") ||
                         piece.starts_with("ONEAR/") ||
                         piece.starts_with("NOTNEAR/");
    const bool is_word = piece == "AND" || piece == "OR" || piece == "NOT";
    const bool between =
        i + 1 < pieces.size() && (i > 0 || piece == "NOT") && has_small;
    if (is_near || (is_word && between)) {
      return WritingProblem{
          StrCat("`", piece, "` is an ordinary word in `terms`"),
          "write the whole in `query`", ""};
    }
  }
  const size_t colon = term.text.find(':');
  if (colon == std::string::npos || colon + 1 >= term.text.size() ||
      term.text[colon + 1] == ' ') {
    return std::nullopt;
  }
  if (FindQueryField(term.text.substr(0, colon)) == nullptr) {
    return std::nullopt;
  }
  return WritingProblem{StrCat("`", term.text.substr(0, colon + 1),
                               "` is ordinary text in `terms`"),
                        "write the whole in `query`", ""};
}

}  // namespace

std::optional<WritingProblem> FindWritingProblem(const Node& term,
                                                 TermPlace place) {
  for (const auto find : {FindReference, FindMixedWord}) {
    if (auto problem = find(term)) {
      return problem;
    }
  }
  if (place == TermPlace::kTerms) {
    if (auto problem = FindOperator(term)) {
      return problem;
    }
  }
  for (const auto find : {FindSign, FindExclamation}) {
    if (auto problem = find(term, place)) {
      return problem;
    }
  }
  return std::nullopt;
}

}  // namespace presshawk
