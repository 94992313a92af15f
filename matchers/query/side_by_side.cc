#include "matchers/query/side_by_side.h"

#include <optional>
#include <string>

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

// `and`, `near/3`: an operator but for its case.
bool IsOperatorInSmallLetters(std::string_view word) {
  const std::string_view name = word.substr(0, word.find('/'));
  for (const char* one : {"and", "or", "not", "near", "onear", "notnear",
                          "sentence", "paragraph"}) {
    if (name == one) {
      return true;
    }
  }
  return false;
}

// Knows the words on both sides of the gap.
class Gap {
 public:
  Gap(std::u32string_view query, const Node& before, const Token& next,
      const Token& after)
      : query_(query), before_(before), next_(next), after_(after) {}

  QueryProblem Describe() const {
    if (next_.kind == TokenKind::kNot) {
      return {false, next_.span, "NOT needs an AND before it", "write AND NOT"};
    }
    for (const auto& explanation : {SmallLetters(), SingleQuote(), Colon(),
                                    Tilde(), NumberMissing(), Punctuation()}) {
      if (explanation.has_value()) {
        return *explanation;
      }
    }
    const std::string a = Written(before_.span);
    const std::string b = Written(next_.span);
    return Error("two conditions side by side, without an operator",
                 IsBareWord() && NextIsWord()
                     ? StrCat("write \"", a, " ", b, "\" or ", a, " AND ", b)
                     : StrCat("write ", a, " AND ", b, " or ", a, " OR ", b));
  }

 private:
  std::string Written(QuerySpan span) const {
    return ToUtf8(query_.substr(span.begin, span.end - span.begin));
  }
  bool IsBareWord() const {
    return before_.kind == NodeKind::kTerm && !before_.quoted &&
           before_.term_kind == TermKind::kWords;
  }
  bool NextIsWord() const { return next_.kind == TokenKind::kWord; }
  // The condition nearest to the gap.
  const Node& Nearest() const {
    const Node* node = &before_;
    while ((node->kind == NodeKind::kAnd || node->kind == NodeKind::kOr) &&
           node->span.end == node->children.back()->span.end) {
      node = node->children.back().get();
    }
    return *node;
  }
  QueryProblem Error(std::string message, std::string fix) const {
    return {.warning = false,
            .span = {before_.span.begin, next_.span.end},
            .message = std::move(message),
            .fix = std::move(fix)};
  }

  std::optional<QueryProblem> SmallLetters() const {
    const bool next_is = NextIsWord() && IsOperatorInSmallLetters(next_.text);
    const bool before_is = IsBareWord() && before_.text == "not";
    if (!next_is && !before_is) {
      return std::nullopt;
    }
    const std::string word = next_is ? next_.text : before_.text;
    const std::string capitals = ChangedCase(word, true);
    std::string meant = capitals;
    if (before_is) {
      StrAppend(&meant, " ", Written(next_.span));
    } else {
      meant = StrCat(Written(Nearest().span), " ", capitals);
      if (after_.kind != TokenKind::kEnd) {
        StrAppend(&meant, " ", Written(after_.span));
      }
    }
    return Error(
        StrCat("`", word, "` is a word here: operators are in capitals"),
        StrCat("write ", meant, ", or quote the words"));
  }

  std::optional<QueryProblem> SingleQuote() const {
    const Node& left = Nearest();
    if (left.kind != NodeKind::kTerm || left.quoted ||
        !left.text.starts_with('\'')) {
      return std::nullopt;
    }
    size_t end = left.span.begin + 1;
    while (end < query_.size() && MapSmartForm(query_[end]) != U'\'') {
      ++end;
    }
    const QuerySpan phrase = {left.span.begin + 1, static_cast<uint32_t>(end)};
    return Error("a single quote does not begin a phrase",
                 StrCat("write \"", Written(phrase), "\""));
  }

  // `title : x`, `title :x`
  std::optional<QueryProblem> Colon() const {
    if (!IsBareWord() || !NextIsWord() || !next_.text.starts_with(':') ||
        FindQueryField(ChangedCase(before_.text, false)) == nullptr) {
      return std::nullopt;
    }
    const bool value_follows =
        next_.text.size() == 1 && after_.kind != TokenKind::kEnd;
    return Error("no white space may stand before the colon",
                 StrCat("write ", before_.text, next_.text,
                        value_follows ? Written(after_.span) : ""));
  }

  std::optional<QueryProblem> Tilde() const {
    if (before_.kind != NodeKind::kTerm || !before_.quoted || !NextIsWord() ||
        !next_.text.starts_with('~')) {
      return std::nullopt;
    }
    return Error(
        StrCat("`", next_.text, "` must stand directly behind the quote"),
        StrCat("write ", Written(before_.span), next_.text));
  }

  // `atleast(a)`
  std::optional<QueryProblem> NumberMissing() const {
    if (!IsBareWord() || next_.kind != TokenKind::kOpen) {
      return std::nullopt;
    }
    const std::string name = ChangedCase(before_.text, false);
    if (name != "atleast" && name != "first") {
      return std::nullopt;
    }
    return Error(StrCat("`", before_.text, "` needs a number"),
                 StrCat("write ", name, name == "first" ? "/30(…)" : "/3(…)"));
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
        .fix = "drop it, or put the whole phrase in quotes"};
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
