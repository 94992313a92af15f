// SPDX-License-Identifier: Apache-2.0
#include "matchers/query/other_forms.h"

#include <algorithm>

#include "core/base/str_cat.h"
#include "matchers/query/query_field.h"

namespace presshawk {
namespace {

// Longer ones are not read in a message; that they can be made is.
constexpr size_t kShownBytesMax = 300;

OtherForms Write(QuerySpan span, std::vector<std::string> texts,
                 std::string_view otherwise) {
  OtherForms forms;
  size_t size = 0;
  for (std::string& text : texts) {
    StrAppend(&forms.fix, forms.fix.empty() ? "write " : ", or ", text);
    size += text.size();
    forms.edits.push_back({span, std::move(text)});
  }
  if (size > kShownBytesMax) {
    forms.fix = otherwise;
  }
  return forms;
}

bool IsPair(NodeKind kind) {
  return kind == NodeKind::kNear || kind == NodeKind::kONear ||
         kind == NodeKind::kNotNear || kind == NodeKind::kSentence ||
         kind == NodeKind::kParagraph;
}

class Forms {
 public:
  Forms(std::u32string_view query, const NearMisuse& misuse, bool left_is_bad)
      : query_(query),
        misuse_(misuse),
        left_is_bad_(left_is_bad),
        bad_(left_is_bad ? misuse.left : misuse.right) {}

  std::string Text() const {
    switch (bad_.kind) {
      case NodeKind::kNot:
        return OfNot();
      case NodeKind::kScope:
        return OfScope();
      case NodeKind::kAnd:
        return OfAnd();
      case NodeKind::kOr:
        return OfOr();
      default:
        return IsPair(bad_.kind) ? OfPair() : BothWithAnd();
    }
  }

 private:
  std::string Written(const Node& node) const {
    return WrittenIn(query_, node.span);
  }
  std::string Operator() const { return WrittenIn(query_, misuse_.near.span); }
  std::string InBrackets(std::string text, bool where) const {
    return where ? StrCat("(", text, ")") : text;
  }
  // The operator between `part`, in the place of the bad operand, and the other
  // operand.
  std::string Pair(const std::string& part) const {
    return left_is_bad_
               ? StrCat(part, " ", Operator(), " ", Written(misuse_.right))
               : StrCat(Written(misuse_.left), " ", Operator(), " ", part);
  }
  std::string BothWithAnd() const {
    return InBrackets(
        StrCat(Written(misuse_.left), " AND ", Written(misuse_.right)),
        misuse_.beside_or);
  }

  std::string OfNot() const {
    const std::string child = Written(*bad_.children[0]);
    if (left_is_bad_) {
      return StrCat("NOT (", Pair(child), ")");
    }
    const std::string left = Written(misuse_.left);
    switch (misuse_.near.node_kind) {
      case NodeKind::kNear:
      case NodeKind::kONear:
        return StrCat(left, " NOTNEAR/", misuse_.near.n.value_or(0), " ",
                      child);
      case NodeKind::kNotNear:
        return StrCat(left, " NEAR/", misuse_.near.n.value_or(0), " ", child);
      default:
        return InBrackets(StrCat(left, " AND NOT (", Pair(child), ")"),
                          misuse_.beside_or);
    }
  }

  std::string OfScope() const {
    const Node& other = left_is_bad_ ? misuse_.right : misuse_.left;
    const bool both = other.kind == NodeKind::kScope;
    if (both && !(other.scope == bad_.scope)) {
      return BothWithAnd();
    }
    const Node& child = *bad_.children[0];
    const std::string prefix = StrCat(ScopeName(bad_.scope), ":");
    const std::string bare = Written(child);
    if (!both) {
      return StrCat(prefix, "(", Pair(bare), ")");
    }
    return StrCat(prefix, "(", Written(*misuse_.left.children[0]), " ",
                  Operator(), " ", Written(*misuse_.right.children[0]), ")");
  }

  std::string OfAnd() const {
    // None of them near is none of any.
    const bool none = misuse_.near.node_kind == NodeKind::kNotNear;
    if (none && !left_is_bad_ &&
        std::all_of(bad_.children.begin(), bad_.children.end(),
                    [](const auto& child) { return IsTermOrGroup(*child); })) {
      std::string group;
      for (const auto& child : bad_.children) {
        StrAppend(&group, group.empty() ? "" : " OR ", Written(*child));
      }
      return Pair(StrCat("(", group, ")"));
    }
    std::string text;
    bool any_near = false;
    for (const auto& child : bad_.children) {
      const bool is_near = IsTermOrGroup(*child);
      any_near |= is_near;
      StrAppend(&text, text.empty() ? "" : " AND ",
                InBrackets(is_near ? Pair(Written(*child)) : Written(*child),
                           is_near || IsPair(child->kind)));
    }
    if (!any_near) {
      text = StrCat(Written(left_is_bad_ ? misuse_.right : misuse_.left),
                    " AND ", text);
    }
    return InBrackets(text, misuse_.beside_or);
  }

  std::string OfOr() const {
    std::string text;
    for (const auto& child : bad_.children) {
      StrAppend(&text, text.empty() ? "" : " OR ", "(",
                Pair(InBrackets(Written(*child), IsPair(child->kind))), ")");
    }
    return InBrackets(text, misuse_.beside_and);
  }

  // `a NEAR/2 (b ONEAR/1 c)`
  std::string OfPair() const {
    const Node& touched = *bad_.children[left_is_bad_ ? 1 : 0];
    const std::string nested = Written(bad_);
    const std::string pair = StrCat("(", Pair(Written(touched)), ")");
    return InBrackets(left_is_bad_ ? StrCat(nested, " AND ", pair)
                                   : StrCat(pair, " AND ", nested),
                      misuse_.beside_or);
  }

  const std::u32string_view query_;
  const NearMisuse& misuse_;
  const bool left_is_bad_;
  const Node& bad_;
};

// Recursion is bounded by the nesting limit.
std::string MoveIn(std::u32string_view query, const std::string& function,
                   const Node& node) {
  const std::string written = WrittenIn(query, node.span);
  if (IsTermOrGroup(node)) {
    return written.starts_with('(') ? StrCat(function, written)
                                    : StrCat(function, "(", written, ")");
  }
  switch (node.kind) {
    case NodeKind::kAnd:
    case NodeKind::kOr: {
      std::string text;
      for (const auto& child : node.children) {
        StrAppend(&text,
                  text.empty()                  ? "("
                  : node.kind == NodeKind::kAnd ? " AND "
                                                : " OR ",
                  MoveIn(query, function, *child));
      }
      return StrCat(text, ")");
    }
    case NodeKind::kNot:
      return StrCat("NOT ", MoveIn(query, function, *node.children[0]));
    case NodeKind::kScope:
      return StrCat(ScopeName(node.scope), ":",
                    MoveIn(query, function, *node.children[0]));
    case NodeKind::kForms:
      return StrCat(FormsPrefix(node.languages),
                    MoveIn(query, function, *node.children[0]), ")");
    default:
      return IsPair(node.kind) && !written.starts_with('(')
                 ? StrCat("(", written, ")")
                 : written;
  }
}

}  // namespace

std::string WrittenIn(std::u32string_view query, QuerySpan span) {
  return ToUtf8(query.substr(span.begin, span.end - span.begin));
}

bool IsTermOrGroup(const Node& node) {
  return node.kind == NodeKind::kTerm || node.kind == NodeKind::kReference ||
         ((node.kind == NodeKind::kOr || node.kind == NodeKind::kForms) &&
          std::all_of(node.children.begin(), node.children.end(),
                      [](const auto& child) { return IsTermOrGroup(*child); }));
}

OtherForms BracketsForBoth(std::u32string_view query,
                           absl::Span<const Token> level) {
  constexpr std::string_view kOtherwise =
      "write (a AND b) OR c, or a AND (b OR c)";
  std::vector<QuerySpan> operands;
  std::vector<TokenKind> operators;
  bool expected = true;  // An operand is.
  size_t depth = 0;
  QuerySpan all = {level[0].span.begin, level[0].span.begin};
  for (const Token& token : level) {
    if (token.kind == TokenKind::kEnd ||
        (token.kind == TokenKind::kClose && depth == 0)) {
      break;
    }
    if (depth == 0 &&
        (token.kind == TokenKind::kAnd || token.kind == TokenKind::kOr)) {
      operators.push_back(token.kind);
      expected = true;
      continue;
    }
    depth += token.kind == TokenKind::kOpen ? 1 : 0;
    depth -= token.kind == TokenKind::kClose ? 1 : 0;
    if (std::exchange(expected, false)) {
      operands.push_back(token.span);
    }
    operands.back().end = all.end = token.span.end;
  }
  if (operands.size() != operators.size() + 1) {
    return {std::string(kOtherwise), {}};
  }
  std::vector<std::string> texts;
  for (const TokenKind tight : {TokenKind::kAnd, TokenKind::kOr}) {
    std::string text;
    for (size_t i = 0; i < operands.size(); ++i) {
      const bool begins = i < operators.size() && operators[i] == tight &&
                          (i == 0 || operators[i - 1] != tight);
      const bool ends = i > 0 && operators[i - 1] == tight &&
                        (i == operators.size() || operators[i] != tight);
      if (i > 0) {
        text += operators[i - 1] == TokenKind::kAnd ? " AND " : " OR ";
      }
      StrAppend(&text, begins ? "(" : "", WrittenIn(query, operands[i]),
                ends ? ")" : "");
    }
    texts.push_back(std::move(text));
  }
  return Write(all, std::move(texts), kOtherwise);
}

OtherForms PairsJoined(std::u32string_view query,
                       absl::Span<const std::unique_ptr<Node>> operands,
                       absl::Span<const Token> nears, bool beside_or) {
  std::string text;
  for (size_t i = 0; i < nears.size(); ++i) {
    StrAppend(&text, text.empty() ? "(" : " AND (",
              WrittenIn(query, operands[i]->span), " ",
              WrittenIn(query, nears[i].span), " ",
              WrittenIn(query, operands[i + 1]->span), ")");
  }
  return Write({operands.front()->span.begin, operands.back()->span.end},
               {beside_or ? StrCat("(", text, ")") : text},
               "write (a NEAR/5 b) AND (b NEAR/5 c)");
}

OtherForms WithTermsBeside(std::u32string_view query, const NearMisuse& misuse,
                           bool left_is_bad) {
  return Write({misuse.left.span.begin, misuse.right.span.end},
               {Forms(query, misuse, left_is_bad).Text()},
               "join it with AND, or use only the terms in it");
}

OtherForms FunctionMovedIn(std::u32string_view query, QuerySpan function,
                           const Node& inside) {
  return Write({function.begin, inside.span.end},
               {MoveIn(query, WrittenIn(query, function), inside)},
               "write it before each of the terms in the brackets");
}

}  // namespace presshawk
