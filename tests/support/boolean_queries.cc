// SPDX-License-Identifier: Apache-2.0
#include "tests/support/boolean_queries.h"

#include <algorithm>

#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/text/canonicalize.h"

namespace presshawk {
namespace {

constexpr size_t kWordCharactersMax = 24;

// Where each code point begins, and the end.
std::vector<size_t> Boundaries(std::string_view text) {
  std::vector<size_t> boundaries;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!IsUtf8Continuation(text[i])) {
      boundaries.push_back(i);
    }
  }
  boundaries.push_back(text.size());
  return boundaries;
}

std::string Quote(std::string_view term) {
  return StrCat("\"", std::string(term), "\"");
}

// Whether it can stand between quotes, and has a token.
bool IsTerm(std::string_view text) {
  static constexpr std::string_view kNot[] = {
      "\"", "*",  "?",  "{",      "}",      "<",      ">",      "/",
      "\r", "\n", "\t", "\u201C", "\u201D", "\u201E", "\u00AB", "\u00BB"};
  return Canonicalize(text).size() > 2 &&
         std::none_of(std::begin(kNot), std::end(kNot),
                      [&](std::string_view not_in_it) {
                        return text.find(not_in_it) != std::string_view::npos;
                      });
}

// `election` to `elect*`, `e?ection` or `*ection`.
std::string WithWildcard(const std::string& term, uint64_t random) {
  const std::vector<size_t> at = Boundaries(term);
  const size_t characters = at.size() - 1;
  // One token, without anything around it.
  if (characters < 5 || term.find(' ') != std::string::npos ||
      Boundaries(Canonicalize(term)).size() - 1 != characters + 2) {
    return term;
  }
  const size_t cut = 3 + random / 4 % (characters - 4);
  switch (random % 4) {
    case 0:
      return StrCat(term.substr(0, at[cut]), "?", term.substr(at[cut + 1]));
    case 1:
      return StrCat("*", term.substr(at[characters - cut]));
    default:
      return StrCat(term.substr(0, at[cut]), "*");
  }
}

}  // namespace

Theme ThemeOfText(std::string_view text, std::mt19937_64* random) {
  Theme theme;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t words = 1 + (*random)() % 5 / 3 + (*random)() % 10 / 9;
    size_t end = begin;
    for (size_t i = 0; i < words && end != std::string_view::npos; ++i) {
      end = text.find(' ', end + 1);
    }
    end = std::min(end, text.size());
    std::string_view piece = text.substr(begin, end - begin);
    begin = end + 1;
    const std::vector<size_t> at = Boundaries(piece);
    if (at.size() - 1 > kWordCharactersMax) {  // No spaces between its words.
      const size_t first = (*random)() % (at.size() - 5);
      piece =
          piece.substr(at[first], at[first + 1 + (*random)() % 4] - at[first]);
    }
    if (IsTerm(piece)) {
      theme.emplace_back(piece);
    }
  }
  return theme;
}

std::string BooleanQueries::Term() {
  const Theme* theme = theme_;
  size_t place = place_ + Below(8);
  if (OneIn(5)) {
    do {
      theme = &themes_[Below(themes_.size())];
    } while (theme->empty());
    place = Below(theme->size());
  }
  const std::string& term = (*theme)[place % theme->size()];
  if (OneIn(8)) {  // Not every term can take one: a tenth of them do.
    return Quote(WithWildcard(term, random_()));
  }
  return Quote(term);
}

std::string BooleanQueries::Group(size_t count) {
  std::string group = count > 1 ? StrCat("(", Term()) : Term();
  for (size_t i = 1; i < count; ++i) {
    StrAppend(&group, " OR ", Term());
  }
  return count > 1 ? StrCat(group, ")") : group;
}

std::string BooleanQueries::Next() {
  static constexpr const char* kDistances[] = {"0", "1", "3", "5", "10", "20"};
  do {
    theme_ = &themes_[Below(themes_.size())];
  } while (theme_->empty());
  place_ = Below(theme_->size());
  const size_t terms = 4 + Below(9);
  const size_t first = 1 + Below(terms / 2);
  const size_t second = 1 + Below(terms - first - 1);
  const size_t rest = terms - first - second;
  if (OneIn(3)) {
    const std::string near =
        StrCat(Group(first), OneIn(4) ? " ONEAR/" : " NEAR/",
               kDistances[Below(std::size(kDistances))], " ", Group(second));
    static constexpr const char* kRest[] = {" AND ", " AND NOT ", " OR "};
    return StrCat("(", near, ")", kRest[Below(3)], Group(rest));
  }
  static constexpr const char* kForms[][2] = {
      {" AND ", " AND NOT "}, {" AND ", " AND "}, {" OR ", " OR "}};
  const auto& form = kForms[Below(3)];
  return StrCat(Group(first), form[0], Group(second), form[1], Group(rest));
}

}  // namespace presshawk
