// SPDX-License-Identifier: Apache-2.0
#include "matchers/query/term_check.h"

#include <algorithm>
#include <utility>

#include "core/base/str_cat.h"
#include "core/text/canonicalize.h"
#include "matchers/query/lexer.h"

namespace presshawk {
namespace {

std::string Without(std::string text, std::string_view characters) {
  std::erase_if(text, [&](char c) {
    return characters.find(c) != std::string_view::npos;
  });
  return text;
}

std::string Joined(absl::Span<const std::string> pieces) {
  std::string text;
  for (const std::string& piece : pieces) {
    StrAppend(&text, text.empty() ? "" : " ", piece);
  }
  return text;
}

// As a term of a query: in quotes where it needs them.
std::string AsTerm(const std::string& text, bool quoted) {
  return quoted || text.find_first_of(" \t") != std::string::npos
             ? StrCat("\"", text, "\"")
             : text;
}

// Letters, digits and wildcards of ASCII, which mean the same without quotes.
bool IsBare(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '*' || c == '?';
  });
}

QueryProblem Error(const Node& node, std::string message, std::string fix = "",
                   std::vector<QueryEdit> edits = {}) {
  return {.warning = false,
          .span = node.span,
          .message = std::move(message),
          .fix = std::move(fix),
          .edits = std::move(edits)};
}

QueryProblem DropIt(const Node& node, std::string message) {
  return Error(node, std::move(message), "drop it", {{node.span, ""}});
}

// "write X".
QueryProblem Write(const Node& node, std::string message, std::string text) {
  std::string fix = StrCat("write ", text);
  return Error(node, std::move(message), std::move(fix),
               {{node.span, std::move(text)}});
}

// A24. `text` begins behind the quote at the node's start and ends with `?`.
QueryProblem QuestionAtTheEnd(const Node& node, const std::string& text,
                              bool is_window) {
  const auto size = static_cast<uint32_t>(ToCodePoints(text).size());
  const size_t kept = text.find_last_not_of('?') + 1;
  const auto marks = static_cast<uint32_t>(text.size() - kept);
  const uint32_t end = node.span.begin + 1 + size;
  QueryProblem problem =
      Error(node,
            "`?` stands for one character, so that this phrase only matches "
            "with one more letter at its end",
            "drop the ?", {{{end - marks, end}, ""}});
  problem.span = {end - 1, end};
  std::vector<std::string> pieces = Pieces(text);
  const std::string last = pieces.empty() ? "" : pieces.back();
  std::string outside = "write the word with ? outside quotes";
  if (IsBare(last) && last.find_first_not_of("*?") != std::string::npos &&
      pieces.size() <= (is_window ? 2U : 1000U)) {
    pieces.pop_back();
    const std::string head = Joined(pieces);
    outside = head.empty() ? last
              : is_window  ? StrCat(head, " NEAR/", node.n, " ", last)
                           : StrCat("\"", head, "\" ONEAR/0 ", last);
    if (!is_window || head.empty() || IsBare(head)) {
      problem.edits.push_back({node.span, outside});
    }
    outside = StrCat("put the word outside quotes: ", outside);
  }
  StrAppend(&problem.fix, ", or ", outside);
  return problem;
}

bool HasWordOfWildcards(const std::string& piece) {
  const std::string pattern = CanonicalizePattern(piece);
  for (size_t begin = 1; begin < pattern.size();) {
    const size_t end = pattern.find(' ', begin);
    if (pattern.find_first_not_of("*?", begin) >= end) {
      return true;
    }
    begin = end + 1;
  }
  return false;
}

// `"the * end"` is `the`, one word, `end`.
QueryProblem WordOfWildcards(const Node& node) {
  const std::string message = "a word of wildcards only matches everything";
  const std::vector<std::string> pieces = Pieces(node.text);
  const auto is_stars = [](const std::string& piece) {
    return piece.find_first_not_of('*') == std::string::npos;
  };
  const auto stars = std::find_if(pieces.begin(), pieces.end(), is_stars);
  const auto behind = std::find_if_not(stars, pieces.end(), is_stars);
  if (stars != pieces.end() && stars != pieces.begin() &&
      behind != pieces.end() && std::none_of(behind, pieces.end(), is_stars)) {
    return Write(
        node, message,
        StrCat(AsTerm(Joined({pieces.data(),
                              static_cast<size_t>(stars - pieces.begin())}),
                      true),
               " ONEAR/", behind - stars, " ",
               AsTerm(Joined({&*behind,
                              static_cast<size_t>(pieces.end() - behind)}),
                      true)));
  }
  std::vector<std::string> words;
  for (const std::string& piece : pieces) {
    const bool lone = HasWordOfWildcards(piece);
    if (!lone || Canonicalize(piece) != " ") {
      words.push_back(lone ? Without(piece, "*?") : piece);
    }
  }
  if (words.empty()) {
    return Error(node, message, "drop it, or write some of its letters",
                 {{node.span, ""}});
  }
  return Write(node, message, AsTerm(Joined(words), node.quoted));
}

// A wildcard and a letter of step 6 in one piece of a term, side by side.
bool Touches(const std::string& piece) {
  const std::u32string pattern = ToCodePoints(CanonicalizePattern(piece));
  const auto is_letter = [&](size_t at) {
    return at < pattern.size() && IsSingleLetterToken(pattern[at]);
  };
  for (size_t i = 1; i < pattern.size(); ++i) {
    // The canonical form puts spaces round letters of step 6.
    if ((pattern[i] == '*' || pattern[i] == '?') &&
        ((pattern[i - 1] == ' ' && i >= 2 && is_letter(i - 2)) ||
         (i + 2 < pattern.size() && pattern[i + 1] == ' ' &&
          is_letter(i + 2)))) {
      return true;
    }
  }
  return false;
}

std::optional<QueryProblem> CheckTouching(const Node& node) {
  std::vector<std::string> pieces = Pieces(node.text);
  bool any = false;
  for (std::string& piece : pieces) {
    if (Touches(piece)) {
      any = true;
      piece = Without(std::move(piece), "*?");
    }
  }
  if (!any) {
    return std::nullopt;
  }
  return Error(node,
               "such a term already matches inside longer runs: no wildcard is "
               "needed beside these letters",
               "leave the wildcard out",
               {{node.span, AsTerm(Joined(pieces), node.quoted)}});
}

std::optional<QueryProblem> CheckWildcards(const Node& node) {
  if (node.quoted && node.text.ends_with('?')) {
    return QuestionAtTheEnd(node, node.text, /*is_window=*/false);
  }
  if (auto problem = CheckTouching(node)) {
    return problem;
  }
  const std::u32string pattern = ToCodePoints(CanonicalizePattern(node.text));
  size_t literals = 0;
  bool has_star = false;
  bool has_any = false;
  for (size_t i = 1; i < pattern.size(); ++i) {
    const char32_t c = pattern[i];
    if (c == ' ') {
      if (literals == 0) {
        return WordOfWildcards(node);
      }
      if (has_star && literals < 2) {
        return Error(node, "a word with `*` needs at least 2 other characters",
                     "write more of the word, or its forms with OR");
      }
      literals = 0;
      has_star = false;
      continue;
    }
    has_any = true;
    has_star |= c == '*';
    literals += c != '*' && c != '?' ? 1 : 0;
  }
  if (!has_any) {
    return DropIt(node, "this term has no letter or digit to look for");
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> Pieces(std::string_view text) {
  std::vector<std::string> pieces(1);
  for (const char32_t c : ToCodePoints(text)) {
    if (!IsWhiteSpace(c)) {
      pieces.back() += ToUtf8(std::u32string(1, c));
    } else if (!pieces.back().empty()) {
      pieces.emplace_back();
    }
  }
  if (pieces.back().empty()) {
    pieces.pop_back();
  }
  return pieces;
}

std::optional<QueryProblem> CheckTerm(const Node& node) {
  if (node.quoted && node.text.find('{') != std::string::npos) {
    QueryProblem problem = Write(node, "braces do not work inside quotes",
                                 StrCat("{", Without(node.text, "{}"), "}"));
    problem.fix =
        StrCat("put the braces round the phrase: ", problem.edits[0].text);
    return problem;
  }
  if (node.term_kind == TermKind::kExact &&
      node.text.find('*') != std::string::npos) {
    const std::string plain = AsTerm(node.text, /*quoted=*/false);
    return Error(node, "`*` does not work inside braces",
                 StrCat("write the forms with OR: {US} OR {USA}, or without "
                        "braces: ",
                        plain),
                 {{node.span, plain}});
  }
  if (node.has_wildcards) {
    return CheckWildcards(node);
  }
  if (Canonicalize(node.text) == " ") {
    return DropIt(node, "this term has no letter or digit to look for");
  }
  if (!node.quoted && node.term_kind == TermKind::kWords &&
      (node.text == "and" || node.text == "or" || node.text == "not")) {
    const std::string quoted = StrCat("\"", node.text, "\"");
    QueryProblem problem =
        Error(node, StrCat("`", node.text, "` is looked for as a word"),
              StrCat("drop it, or write ", quoted, " for the word"),
              {{node.span, quoted}});
    problem.warning = true;
    return problem;
  }
  return std::nullopt;
}

std::optional<QueryProblem> CheckWindow(const Node& window) {
  if (window.text.ends_with('?')) {
    return QuestionAtTheEnd(window, window.text, /*is_window=*/true);
  }
  if (window.text.find('{') == std::string::npos) {
    return std::nullopt;
  }
  const std::vector<std::string> pieces = Pieces(window.text);
  const std::string plain =
      StrCat("\"", Without(window.text, "{}"), "\"~", window.n);
  QueryProblem problem = Write(
      window, "braces do not work inside quotes",
      pieces.size() == 2 ? StrCat(pieces[0], " NEAR/", window.n, " ", pieces[1])
                         : plain);
  return problem;
}

}  // namespace presshawk
