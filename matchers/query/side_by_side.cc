// SPDX-License-Identifier: Apache-2.0
#include "matchers/query/side_by_side.h"

#include <optional>
#include <string>
#include <vector>

#include "core/base/str_cat.h"
#include "core/text/canonicalize.h"
#include "matchers/query/query_field.h"

namespace presshawk {
namespace {

std::string ChangedCase(std::string text, bool upper) {
  for (char& c : text) {
    const char first = upper ? 'a' : 'A';
    if (c >= first && c <= first + 25) {
      c = static_cast<char>(c ^ 0x20);
    }
  }
  return text;
}

// `and`, `Near/3`: an operator but for its case.
bool IsOperatorInSmallLetters(const std::string& word) {
  const std::string lower = ChangedCase(word, false);
  for (const char* one : {"and", "or", "not", "near", "onear", "notnear",
                          "sentence", "paragraph"}) {
    if (lower == one) {
      return true;
    }
  }
  const size_t slash = lower.find('/');
  const std::string name = lower.substr(0, slash);
  return slash != std::string::npos && slash + 1 < lower.size() &&
         lower.find_first_not_of("0123456789", slash + 1) ==
             std::string::npos &&
         (name == "near" || name == "onear" || name == "notnear");
}

// `w/5`, `PRE/3`, `near5`, `adj`, `W/S`: what other programs write between
// terms, as we do. The words between count here, which may differ by one.
std::optional<std::string> OperatorOfOthers(const std::string& word) {
  const std::string lower = ChangedCase(word, false);
  if (word == "SAME") {
    return "PARAGRAPH";
  }
  for (const auto& [theirs, ours] :
       {std::pair("w/s", "SENTENCE"), std::pair("w/p", "PARAGRAPH"),
        std::pair("adj", "ONEAR/0")}) {
    if (lower == theirs) {
      return ours;
    }
  }
  for (const auto& [theirs, ours] :
       {std::pair("w/", "NEAR/"), std::pair("within/", "NEAR/"),
        std::pair("near", "NEAR/"), std::pair("pre/", "ONEAR/"),
        std::pair("adj", "ONEAR/"), std::pair("onear", "ONEAR/")}) {
    const size_t size = std::string_view(theirs).size();
    if (lower.starts_with(theirs) && lower.size() > size &&
        lower.size() <= size + 3 &&
        lower.find_first_not_of("0123456789", size) == std::string::npos) {
      return StrCat(ours, lower.substr(size));
    }
  }
  return std::nullopt;
}

// Knows the words on both sides of the gap.
class Gap {
 public:
  Gap(std::u32string_view query, const Node& before, const Token& next,
      const Token& after)
      : query_(query), before_(before), next_(next), after_(after) {}

  QueryProblem Describe() const {
    if (next_.kind == TokenKind::kNot) {
      return {false,
              next_.span,
              "NOT needs an AND before it",
              "write AND NOT",
              {{next_.span, "AND NOT"}}};
    }
    for (const auto& explanation :
         {SmallLetters(), OthersOperator(), SingleQuote(), Colon(), Tilde(),
          NumberMissing(), Punctuation()}) {
      if (explanation.has_value()) {
        return *explanation;
      }
    }
    return OperatorMissing();
  }

 private:
  std::string Written(QuerySpan span) const {
    return ToUtf8(query_.substr(span.begin, span.end - span.begin));
  }
  // `node` is read without brackets, so that what follows joins its last child.
  static bool IsOpen(const Node& node) {
    return !node.children.empty() &&
           node.span.end == node.children.back()->span.end;
  }
  // The condition nearest to the gap.
  const Node& Nearest() const {
    const Node* node = &before_;
    while (IsOpen(*node) && node->kind != NodeKind::kWindow) {
      node = node->children.back().get();
    }
    return *node;
  }
  // The span of a node has its brackets.
  bool InBrackets(const Node& node) const {
    return MapSmartForm(query_[node.span.begin]) == U'(';
  }
  bool NearestIsBareWord() const {
    const Node& nearest = Nearest();
    return nearest.kind == NodeKind::kTerm && !nearest.quoted &&
           nearest.term_kind == TermKind::kWords && !InBrackets(nearest);
  }
  bool NextIsWord() const { return next_.kind == TokenKind::kWord; }
  QuerySpan ToNext() const { return {Nearest().span.begin, next_.span.end}; }
  QueryProblem Error(std::string message, std::string fix,
                     std::vector<QueryEdit> edits) const {
    return {.warning = false,
            .span = {before_.span.begin, next_.span.end},
            .message = std::move(message),
            .fix = std::move(fix),
            .edits = std::move(edits)};
  }

  QueryProblem OperatorMissing() const {
    constexpr std::string_view kMessage =
        "two conditions side by side, without an operator";
    const std::string a = Written(Nearest().span);
    const std::string b = Written(next_.span);
    const auto insert = [&](std::string_view name) {
      return QueryEdit{{next_.span.begin, next_.span.begin}, StrCat(name, " ")};
    };
    const bool joins_or = before_.kind == NodeKind::kOr && IsOpen(before_);
    const bool joins_and = before_.kind == NodeKind::kAnd && IsOpen(before_);
    const bool is_whole =
        NextIsWord() || next_.kind == TokenKind::kPhrase ||
        next_.kind == TokenKind::kExact || next_.kind == TokenKind::kRegex ||
        next_.kind == TokenKind::kMeta || next_.kind == TokenKind::kReference;
    std::vector<std::string_view> operators;
    if (!joins_or) {
      operators.push_back("AND");
    }
    if (!joins_and) {
      operators.push_back("OR");
    }
    std::string fix = "write ";
    std::vector<QueryEdit> edits;
    // `who next?` in quotes would end in a `?`.
    if (NearestIsBareWord() && NextIsWord() && !next_.text.ends_with('?')) {
      const std::string phrase = StrCat("\"", a, " ", b, "\"");
      edits.push_back({ToNext(), phrase});
      StrAppend(&fix, phrase, " or ");
      operators.resize(1);
    }
    for (size_t i = 0; i < operators.size(); ++i) {
      edits.push_back(insert(operators[i]));
      if (is_whole) {
        StrAppend(&fix, i > 0 ? " or " : "", a, " ", operators[i], " ", b);
      } else {
        StrAppend(&fix, i > 0 ? " or " : "", operators[i]);
      }
    }
    return Error(std::string(kMessage),
                 is_whole ? fix : StrCat(fix, " between them"),
                 std::move(edits));
  }

  // `a and b`, `not a`, `a AND or b`.
  std::optional<QueryProblem> SmallLetters() const {
    const Node& nearest = Nearest();
    if (NextIsWord() && IsOperatorInSmallLetters(next_.text)) {
      std::string meant = ChangedCase(next_.text, true);
      const std::string_view name = std::string_view(meant);
      if (name == "NOT") {
        meant = "AND NOT";
      } else if (name == "NEAR" || name == "ONEAR" || name == "NOTNEAR") {
        meant += "/5";
      }
      const std::string example = StrCat(Written(nearest.span), " ", meant,
                                         after_.kind != TokenKind::kEnd
                                             ? StrCat(" ", Written(after_.span))
                                             : "");
      return Small(next_.text,
                   StrCat("write ", example, ", or quote the words"),
                   {next_.span, meant});
    }
    if (!NearestIsBareWord()) {
      return std::nullopt;
    }
    const std::string word = ChangedCase(nearest.text, false);
    if (word == "not") {
      return Small(
          nearest.text,
          StrCat("write NOT ", Written(next_.span), ", or quote the words"),
          {nearest.span, "NOT"});
    }
    if (word == "and" || word == "or") {
      return Small(nearest.text,
                   StrCat("drop `", nearest.text, "`, or quote the words"),
                   {nearest.span, ""});
    }
    return std::nullopt;
  }
  QueryProblem Small(const std::string& word, std::string fix,
                     QueryEdit edit) const {
    return Error(
        StrCat("`", word, "` is a word here: operators are in capitals"),
        std::move(fix), {std::move(edit)});
  }

  std::optional<QueryProblem> OthersOperator() const {
    if (!NextIsWord()) {
      return std::nullopt;
    }
    std::optional<std::string> meant = OperatorOfOthers(next_.text);
    QuerySpan span = next_.span;
    if (next_.text == "AROUND" && after_.kind == TokenKind::kOpen) {
      uint32_t end = after_.span.end;
      while (end < query_.size() && query_[end] >= '0' && query_[end] <= '9') {
        ++end;
      }
      if (end > after_.span.end && end < query_.size() && query_[end] == ')') {
        meant = StrCat("NEAR/", Written({after_.span.end, end}));
        span.end = end + 1;
      }
    }
    if (!meant.has_value()) {
      return std::nullopt;
    }
    return Error(
        StrCat("`", Written(span), "` is an operator of other programs"),
        StrCat("write ", *meant,
               meant->ends_with("E") || meant->ends_with("H")
                   ? ""
                   : ", which counts the words between"),
        {{span, *meant}});
  }

  std::optional<QueryProblem> SingleQuote() const {
    const Node& left = Nearest();
    if (left.kind != NodeKind::kTerm || left.quoted || InBrackets(left) ||
        !left.text.starts_with('\'')) {
      return std::nullopt;
    }
    size_t end = left.span.begin + 1;
    while (end < query_.size() && MapSmartForm(query_[end]) != U'\'') {
      ++end;
    }
    const QuerySpan phrase = {left.span.begin + 1, static_cast<uint32_t>(end)};
    const std::string quoted = StrCat("\"", Written(phrase), "\"");
    std::vector<QueryEdit> edits;
    if (end < query_.size() && quoted.find('"', 1) == quoted.size() - 1) {
      edits.push_back({{left.span.begin, phrase.end + 1}, quoted});
    }
    return Error("a single quote does not start a phrase",
                 StrCat("write ", quoted), std::move(edits));
  }

  // `title : x`, `title :x`
  std::optional<QueryProblem> Colon() const {
    const Node& name = Nearest();
    if (!NearestIsBareWord() || !NextIsWord() || !next_.text.starts_with(':') ||
        FindQueryField(ChangedCase(name.text, false)) == nullptr) {
      return std::nullopt;
    }
    const bool value_follows =
        next_.text.size() == 1 && after_.kind != TokenKind::kEnd;
    const std::string meant = StrCat(name.text, next_.text,
                                     value_follows ? Written(after_.span) : "");
    return Error(
        "no white space may stand before the colon", StrCat("write ", meant),
        {{{name.span.begin, value_follows ? after_.span.end : next_.span.end},
          meant}});
  }

  std::optional<QueryProblem> Tilde() const {
    const Node& phrase = Nearest();
    if (phrase.kind != NodeKind::kTerm || !phrase.quoted ||
        InBrackets(phrase) || !NextIsWord() || !next_.text.starts_with('~')) {
      return std::nullopt;
    }
    const std::string meant = StrCat(Written(phrase.span), next_.text);
    return Error(
        StrCat("`", next_.text, "` must stand directly behind the quote"),
        StrCat("write ", meant), {{ToNext(), meant}});
  }

  // `atleast(a)`
  std::optional<QueryProblem> NumberMissing() const {
    const Node& function = Nearest();
    if (!NearestIsBareWord() || next_.kind != TokenKind::kOpen) {
      return std::nullopt;
    }
    const std::string name = ChangedCase(function.text, false);
    if (name == "forms") {
      return Error(StrCat("`", function.text, "` needs a language"),
                   "write forms/ru(…), or forms/ru,uk(…) for several", {});
    }
    if (name != "atleast" && name != "first") {
      return std::nullopt;
    }
    const std::string meant = StrCat(name, name == "first" ? "/30" : "/3");
    return Error(StrCat("`", function.text, "` needs a number"),
                 StrCat("write ", meant, "(…)"), {{function.span, meant}});
  }

  // `Trump - Kremlin`
  std::optional<QueryProblem> Punctuation() const {
    if (!NextIsWord() || Canonicalize(next_.text) != " ") {
      return std::nullopt;
    }
    return QueryProblem{
        .warning = false,
        .span = next_.span,
        .message = "this term has no letter or digit to look for",
        .fix = "drop it, or put the whole phrase in quotes",
        .edits = {{next_.span, ""}}};
  }

  const std::u32string_view query_;
  const Node& before_;
  const Token& next_;
  const Token& after_;
};

}  // namespace

QueryProblem DescribeSideBySide(std::u32string_view query, const Node& before,
                                const Token& next, const Token& after) {
  return Gap(query, before, next, after).Describe();
}

}  // namespace presshawk
