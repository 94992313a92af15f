// SPDX-License-Identifier: Apache-2.0
#include "tests/property/matchers/random_query.h"

#include <algorithm>

#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/text/canonicalize.h"
#include "matchers/query/parser.h"

namespace presshawk::testing {
namespace {

std::string Without(std::string text, std::string_view characters) {
  std::erase_if(text, [&](char c) {
    return characters.find(c) != std::string_view::npos;
  });
  return text;
}

// The code points of a text, each by itself.
std::vector<std::string> Split(const std::string& text) {
  std::vector<std::string> characters;
  for (size_t i = 0; i < text.size(); i += Utf8Size(text[i])) {
    characters.push_back(text.substr(i, Utf8Size(text[i])));
  }
  return characters;
}

bool IsAsciiWord(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

}  // namespace

std::string RandomQuery::Words() {
  while (true) {
    const std::string& text = texts_[Below(texts_.size())];
    if (text.empty()) {
      continue;
    }
    size_t begin = Below(text.size());
    while (begin > 0 && text[begin - 1] != ' ' && OneIn(60) == false) {
      --begin;
    }
    while (begin < text.size() && IsUtf8Continuation(text[begin])) {
      ++begin;
    }
    size_t end = begin;
    for (size_t words = 1 + Below(3); end < text.size(); ++end) {
      if (text[end] == ' ' && --words == 0) {
        break;
      }
      if (end - begin > 24 && !IsUtf8Continuation(text[end])) {
        break;
      }
    }
    return text.substr(begin, end - begin);
  }
}

std::string RandomQuery::Term() {
  const std::string words = Without(Words(), "\"{}\r\n\t<>*?");
  const std::string one = words.substr(0, words.find(' '));
  if (OneIn(20)) {
    return RegexTerm();  // The reference is slow with them.
  }
  switch (Below(8)) {
    case 0:
      return StrCat("{", words, "}");
    case 1:
      return IsAsciiWord(one) ? one : StrCat("\"", words, "\"");
    case 2:
      return StrCat("\"", OneIn(2) ? "#" : "$", words, "\"");
    case 3:
      return WildcardTerm();
    case 4:
      return StrCat("\"", one, "\"");
    default:
      return StrCat("\"", words, "\"");
  }
}

std::string RandomQuery::WildcardTerm() {
  std::vector<std::string> characters =
      Split(Without(Words(), "\"{}\r\n\t<>*?"));
  if (characters.size() < 3) {
    return "\"x* y\"";
  }
  const size_t at = Below(characters.size());
  if (OneIn(2)) {
    characters[at] = OneIn(2) ? "*" : "?";
  } else {
    characters.resize(std::max<size_t>(at, 3));
    characters.emplace_back("*");
  }
  std::string term;
  for (const std::string& character : characters) {
    term += character;
  }
  return StrCat("\"", term, "\"");
}

// Words of a text, some characters replaced by what also matches them.
std::string RandomQuery::RegexTerm() {
  std::string regex = OneIn(4) ? "\\b" : "";
  for (const std::string& character : Split(Without(Words(), "\r\n\t"))) {
    const char c = character[0];
    const bool special = character.size() == 1 &&
                         std::string_view("\\/.[]{}()*+?^$|&-").find(c) !=
                             std::string_view::npos;
    switch (special ? 9 : Below(12)) {
      case 0:
        regex += character == " " ? "\\s" : "\\w";
        break;
      case 1:
        regex += character == " " ? " " : "\\w+";
        break;
      case 2:
        regex += ".";
        break;
      case 3:
        regex += StrCat("(", character, "|xy)", OneIn(2) ? "+" : "{1,3}");
        break;
      case 4:
        regex += StrCat("[", character, "a-c]", OneIn(2) ? "?" : "");
        break;
      default:
        regex += special ? StrCat("\\", character) : character;
    }
  }
  regex += OneIn(4) ? "\\b" : OneIn(8) ? "$" : "";
  // ICU's cases beyond ASCII are not simple folding everywhere.
  const bool ascii = std::all_of(regex.begin(), regex.end(),
                                 [](char c) { return c > 0 && c != 'S'; });
  return StrCat("/", regex, ascii && OneIn(2) ? "/i" : "/");
}

std::string RandomQuery::Operand() {
  if (with_forms_ && OneIn(6)) {
    return StrCat(OneIn(2) ? "forms/xa(" : "forms/xa,xb(", Term(),
                  OneIn(2) ? StrCat(" OR ", Term(), ")") : ")");
  }
  if (!OneIn(3)) {
    return Term();
  }
  return StrCat("(", Term(), " OR ", Term(),
                OneIn(2) ? StrCat(" OR ", Term()) : "", ")");
}

std::string RandomQuery::Metadata() {
  static constexpr const char* kConditions[] = {
      "lang:en",
      "lang:e*",
      "country:us",
      "lang:de",
      "site:example.com",
      "site:*ample.com",
      "tag:politics",
      "source:\"The Times\"",
      "source:the*",
      "id:article-1*",
      "site:news.example.com",
      "lang:english",
      "lang:eng-US",
      "lang:ger",
      "lang:engl*",
      "country:USA",
      "country:\"United States\"",
      "country:U*",
      "country:usa*",
      "country:Germany",
      "site:example.рф",
      "site:xn--b1amnebsh.example.рф",
      "site:*.xn--p1ai",
      "site:новост*",
      "site:xn--*",
      "site:news",
      "site:\"https://example.com/x\""};
  return kConditions[Below(std::size(kConditions))];
}

std::string RandomQuery::Node(int depth, const std::vector<std::string>& ids) {
  static constexpr const char* kScopes[] = {
      "title:", "summary:", "body:", "author:", "lead:", "editorial:"};
  const auto child = [&] { return Node(depth - 1, ids); };
  if (depth == 0) {
    return Term();
  }
  if (with_forms_ && OneIn(12)) {
    return StrCat(OneIn(2) ? "forms/xa(" : "forms/xb(", child(), ")");
  }
  const size_t n = OneIn(2) ? Below(4) : Below(40);
  switch (Below(16)) {
    case 0:
    case 1:
      return StrCat("(", child(), " AND ", child(), ")");
    case 2:
    case 3:
      return StrCat("(", child(), " OR ", child(), " OR ", child(), ")");
    case 4:
      return StrCat("(", child(), " AND NOT ", child(), ")");
    case 5:
      return StrCat("(", Operand(), " NEAR/", n, " ", Operand(), ")");
    case 6:
      return StrCat("(", Operand(), " ONEAR/", n, " ", Operand(), ")");
    case 7:
      return StrCat("(", Operand(), " NOTNEAR/", n, " ", Operand(), ")");
    case 8: {
      std::string window = Without(Words(), "\"{}\r\n\t<>*?");
      return StrCat("\"", window, " ", Without(Words(), "\"{}\r\n\t<>*?"),
                    "\"~", n);
    }
    case 9:
      return StrCat("atleast/", 1 + Below(4), "(", Operand(), ")");
    case 10:
      return StrCat("first/", 1 + Below(50), "(", Operand(), ")");
    case 11:
      return StrCat(kScopes[Below(std::size(kScopes))], "(", child(), ")");
    case 12:
      return Metadata();
    case 13:
      return StrCat("(", Operand(), " SENTENCE ", Operand(), ")");
    case 14:
      return StrCat("(", Operand(), " PARAGRAPH ", Operand(), ")");
    default:
      return ids.empty() ? Term() : StrCat("@", ids[Below(ids.size())]);
  }
}

std::string RandomQuery::DenseOperand() {
  static constexpr const char* kRegexes[] = {
      "/[a-z]{2,3}/",     "/\\w{1,2}/",  "/[A-Z]{1,3}/", "/\\p{L}{3}/",
      "/[^\\w\\s]+/",     "/[^\\w\\s]/", "/\\w[^\\w]+/", "/[^\\w]{1,2}\\w/",
      "/\\w+[^\\w]+\\w/", "/[aeiou]/",   "/\\s/",        "/[^\\s]{2}\\s[^\\s]/",
      "/\\w[.,:;“”-]/"};
  std::string operand = "(";
  for (size_t terms = 1 + Below(3); terms > 0; --terms) {
    StrAppend(&operand,
              OneIn(3) ? Term() : kRegexes[Below(std::size(kRegexes))],
              terms > 1 ? " OR " : ")");
  }
  return operand;
}

std::string RandomQuery::NextDense() {
  while (true) {
    const std::string a = DenseOperand();
    const std::string b = DenseOperand();
    std::string query;
    switch (Below(8)) {
      case 0:
      case 1:
        query = StrCat(a, " SENTENCE ", b);
        break;
      case 2:
        query = StrCat(a, " PARAGRAPH ", b);
        break;
      case 3:
        query = StrCat(a, " NOTNEAR/", Below(3), " ", b);
        break;
      case 4:
        query = StrCat(a, " NEAR/", Below(3), " ", b);
        break;
      default:
        query = StrCat(OneIn(3) ? "title:" : "", "atleast/", 1 + Below(60), a);
    }
    if (ParseQuery(query).root != nullptr) {
      return query;
    }
  }
}

std::string RandomQuery::Next(const std::vector<std::string>& ids) {
  while (true) {
    std::string query = Node(1 + static_cast<int>(Below(3)), ids);
    if (ParseQuery(query).root != nullptr) {
      return query;
    }
  }
}

}  // namespace presshawk::testing
