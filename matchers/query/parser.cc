// SPDX-License-Identifier: Apache-2.0
#include "matchers/query/parser.h"

#include <algorithm>
#include <utility>

#include "core/base/str_cat.h"
#include "core/model/limits.h"
#include "core/text/canonicalize.h"
#include "matchers/query/lexer.h"
#include "matchers/query/other_forms.h"
#include "matchers/query/side_by_side.h"
#include "matchers/query/term_check.h"

namespace presshawk {
namespace {

using NodePtr = std::unique_ptr<Node>;

NodePtr NewNode(NodeKind kind, QuerySpan span) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->span = span;
  return node;
}

bool IsOperator(TokenKind kind) {
  return kind == TokenKind::kAnd || kind == TokenKind::kOr ||
         kind == TokenKind::kNear;
}

class Parser {
 public:
  Parser(std::string_view query, ParsedQuery* result)
      : query_(ToCodePoints(query)), result_(result) {}

  void Run() {
    if (query_.size() > kQueryCodePointsMax) {
      Error({0, 0},
            StrCat("the query has ", query_.size(), " characters; at most ",
                   kQueryCodePointsMax, " are possible"),
            "split it into lists and refer to them with @id");
      return;
    }
    tokens_ = LexQuery(query_, &result_->problems);
    if (HasErrors()) {
      return;  // What a broken token hides would only mislead.
    }
    if (Peek().kind == TokenKind::kEnd) {
      Error({0, static_cast<uint32_t>(query_.size())}, "the query is empty");
      return;
    }
    NodePtr root = Expression(0);
    if (root != nullptr && Peek().kind == TokenKind::kClose) {
      Error(Peek().span, "a closing bracket without an opening one",
            "drop it, or open one before", {{Peek().span, ""}});
    }
    if (root != nullptr && !HasErrors()) {
      CheckPositive(*root);
    }
    if (!HasErrors()) {
      result_->root = std::move(root);
    }
  }

 private:
  const Token& Peek() const { return tokens_[at_]; }
  const Token& Take() { return tokens_[at_++]; }
  bool HasErrors() const {
    return std::any_of(result_->problems.begin(), result_->problems.end(),
                       [](const QueryProblem& p) { return !p.warning; });
  }
  NodePtr Error(QuerySpan span, std::string message, std::string fix = "",
                std::vector<QueryEdit> edits = {}) {
    result_->problems.push_back({.warning = false,
                                 .span = span,
                                 .message = std::move(message),
                                 .fix = std::move(fix),
                                 .edits = std::move(edits)});
    return nullptr;
  }
  NodePtr ErrorWithForms(QuerySpan span, std::string message,
                         OtherForms forms) {
    return Error(span, std::move(message), std::move(forms.fix),
                 std::move(forms.edits));
  }
  void Warning(QuerySpan span, std::string message, std::string fix = "") {
    result_->problems.push_back({.warning = true,
                                 .span = span,
                                 .message = std::move(message),
                                 .fix = std::move(fix)});
  }
  std::string Written(QuerySpan span) const { return WrittenIn(query_, span); }
  // What stands around the operands from token `first` on to where the reader
  // is: an operator that would bind other than they do.
  bool BesideOr(size_t first) const {
    return (first > 0 && tokens_[first - 1].kind == TokenKind::kOr) ||
           Peek().kind == TokenKind::kOr;
  }
  bool BesideAnd(size_t first) const {
    return (first > 0 && tokens_[first - 1].kind == TokenKind::kAnd) ||
           Peek().kind == TokenKind::kAnd;
  }

  // operand (AND operand)* | operand (OR operand)*
  NodePtr Expression(size_t level) {
    const size_t begin = at_;
    NodePtr first = Proximity(level);
    if (first == nullptr) {
      return nullptr;
    }
    const TokenKind joined_by = Peek().kind;
    if (joined_by != TokenKind::kAnd && joined_by != TokenKind::kOr) {
      return NothingFollows(*first) ? std::move(first) : nullptr;
    }
    NodePtr node =
        NewNode(joined_by == TokenKind::kAnd ? NodeKind::kAnd : NodeKind::kOr,
                first->span);
    node->children.push_back(std::move(first));
    while (Peek().kind == joined_by) {
      Take();
      NodePtr next = Proximity(level);
      if (next == nullptr) {
        return nullptr;
      }
      node->span.end = next->span.end;
      node->children.push_back(std::move(next));
    }
    if (Peek().kind == TokenKind::kAnd || Peek().kind == TokenKind::kOr) {
      return ErrorWithForms(
          Peek().span,
          "AND and OR at one level need brackets: vendors disagree on which "
          "binds tighter",
          BracketsForBoth(query_, absl::MakeConstSpan(tokens_).subspan(begin)));
    }
    return NothingFollows(*node) ? std::move(node) : nullptr;
  }

  // After an operand: an operator, a closing bracket or the end.
  bool NothingFollows(const Node& before) {
    const Token& next = Peek();
    if (next.kind == TokenKind::kEnd || next.kind == TokenKind::kClose ||
        IsOperator(next.kind)) {
      return true;
    }
    result_->problems.push_back(DescribeSideBySide(
        query_, before, next, tokens_[std::min(at_ + 1, tokens_.size() - 1)]));
    return false;
  }

  // unary (NEAR/n unary)?
  NodePtr Proximity(size_t level) {
    const size_t begin = at_;
    NodePtr left = Unary(level);
    if (left == nullptr || Peek().kind != TokenKind::kNear) {
      return left;
    }
    const Token near = Take();
    NodePtr right = Unary(level);
    if (right == nullptr) {
      return nullptr;
    }
    if (Peek().kind == TokenKind::kNear) {
      return Chained(begin, level, std::move(left), near, std::move(right));
    }
    for (const Node* operand : {left.get(), right.get()}) {
      if (!IsTermOrGroup(*operand)) {
        return ErrorWithForms(
            operand->span,
            StrCat("the operands of `", near.text,
                   "` are terms, or brackets of terms joined by OR"),
            WithTermsBeside(query_,
                            {.left = *left,
                             .near = near,
                             .right = *right,
                             .beside_and = BesideAnd(begin),
                             .beside_or = BesideOr(begin)},
                            operand == left.get()));
      }
    }
    NodePtr node = NewNode(near.node_kind, {left->span.begin, right->span.end});
    node->n = near.n.value_or(0);
    node->children.push_back(std::move(left));
    node->children.push_back(std::move(right));
    return node;
  }

  // `a NEAR/5 b SENTENCE c`, at the second operator.
  NodePtr Chained(size_t begin, size_t level, NodePtr left, const Token& near,
                  NodePtr right) {
    const Token second = Peek();
    const size_t problems = result_->problems.size();
    std::vector<NodePtr> operands;
    operands.push_back(std::move(left));
    operands.push_back(std::move(right));
    std::vector<Token> nears = {near};
    while (operands.back() != nullptr && Peek().kind == TokenKind::kNear) {
      nears.push_back(Take());
      operands.push_back(Unary(level));
    }
    OtherForms forms;
    if (operands.back() == nullptr) {  // What follows is no condition.
      result_->problems.resize(problems);
    } else {
      forms = PairsJoined(query_, operands, nears, BesideOr(begin));
    }
    return ErrorWithForms(
        second.span,
        StrCat("`", second.text,
               "` cannot be chained: it is not clear what the second one "
               "measures from"),
        std::move(forms));
  }

  bool TooDeep(size_t level, QuerySpan span) {
    if (level < kQueryLevelsMax) {
      return false;
    }
    Error(span, StrCat("more than ", kQueryLevelsMax, " levels of nesting"),
          "use fewer brackets, or move a part to a list of its own: @id");
    return true;
  }

  NodePtr Unary(size_t level) {
    const Token& token = Peek();
    switch (token.kind) {
      case TokenKind::kNot:
      case TokenKind::kScope: {
        const Token prefix = Take();
        if (TooDeep(level, prefix.span)) {
          return nullptr;
        }
        const bool in_scope = in_scope_;
        if (prefix.kind == TokenKind::kScope) {
          if (in_scope_) {
            Warning(prefix.span, "this scope replaces the one around it");
          }
          in_scope_ = true;
        }
        NodePtr child = Unary(level + 1);
        in_scope_ = in_scope;
        if (child == nullptr) {
          return nullptr;
        }
        NodePtr node = NewNode(
            prefix.kind == TokenKind::kNot ? NodeKind::kNot : NodeKind::kScope,
            {prefix.span.begin, child->span.end});
        node->scope = prefix.scope;
        node->children.push_back(std::move(child));
        return node;
      }
      case TokenKind::kOpen:
        return Brackets(level);
      case TokenKind::kFunction:
        return Function(level);
      default:
        return Primary();
    }
  }

  NodePtr Brackets(size_t level) {
    const QuerySpan open = Take().span;
    if (TooDeep(level, open)) {
      return nullptr;
    }
    if (Peek().kind == TokenKind::kClose) {
      const QuerySpan both = {open.begin, Peek().span.end};
      return Error(both, "nothing in the brackets", "drop them", {{both, ""}});
    }
    NodePtr inside = Expression(level + 1);
    if (inside == nullptr) {
      return nullptr;
    }
    if (Peek().kind != TokenKind::kClose) {
      return Error(open, "this bracket is not closed", "close it with )",
                   {{{End(), End()}, ")"}});
    }
    inside->span = {open.begin, Take().span.end};
    return inside;
  }

  NodePtr Function(size_t level) {
    const Token function = Take();
    if (Peek().kind != TokenKind::kOpen) {
      std::vector<QueryEdit> edits;
      if (IsTermToken(Peek().kind)) {
        edits.push_back(
            {{function.span.begin, Peek().span.end},
             StrCat(Written(function.span), "(", Written(Peek().span), ")")});
      }
      return Error(
          function.span, "a bracket must follow",
          StrCat("write ", edits.empty() ? StrCat(Written(function.span), "(…)")
                                         : edits[0].text),
          edits);
    }
    NodePtr inside = Brackets(level);
    if (inside == nullptr) {
      return nullptr;
    }
    if (function.node_kind == NodeKind::kForms) {
      NodePtr node =
          NewNode(NodeKind::kForms, {function.span.begin, inside->span.end});
      node->languages = function.languages;
      node->children.push_back(std::move(inside));
      return node;
    }
    if (!IsTermOrGroup(*inside)) {
      return ErrorWithForms(inside->span,
                            "these brackets take a term, or terms joined by OR",
                            FunctionMovedIn(query_, function.span, *inside));
    }
    NodePtr node =
        NewNode(function.node_kind, {function.span.begin, inside->span.end});
    node->n = *function.n;
    node->children.push_back(std::move(inside));
    return node;
  }

  NodePtr Primary() {
    const Token token = Peek();
    switch (token.kind) {
      case TokenKind::kWord:
      case TokenKind::kPhrase:
      case TokenKind::kExact:
      case TokenKind::kRegex:
        Take();
        return token.n.has_value() ? WindowTerm(token) : Term(token);
      case TokenKind::kMeta: {
        Take();
        NodePtr node = NewNode(NodeKind::kMeta, token.span);
        node->meta = token.meta;
        node->text = token.text;
        return node;
      }
      case TokenKind::kReference: {
        Take();
        NodePtr node = NewNode(NodeKind::kReference, token.span);
        node->text = token.text;
        return node;
      }
      default:
        return MissingCondition(token);
    }
  }

  // At `token`, which begins none.
  NodePtr MissingCondition(const Token& token) {
    const bool behind =
        at_ > 0 &&
        (tokens_[at_ - 1].kind == TokenKind::kScope || !IsOperator(token.kind));
    if (behind) {
      const QuerySpan before = tokens_[at_ - 1].span;
      return Error(
          token.span,
          StrCat("a condition is missing behind `", Written(before), "`"),
          StrCat("drop `", Written(before),
                 "`, or write a condition behind it"),
          {{before, ""}});
    }
    if (IsOperator(token.kind)) {
      return Error(
          token.span,
          StrCat("`", Written(token.span), "` has no condition before it"),
          "drop it, or write a condition before it", {{token.span, ""}});
    }
    return Error(token.span, "a condition is missing here",
                 "write a word or a phrase");
  }

  uint32_t End() const { return static_cast<uint32_t>(query_.size()); }

  static bool IsTermToken(TokenKind kind) {
    return kind == TokenKind::kWord || kind == TokenKind::kPhrase ||
           kind == TokenKind::kExact || kind == TokenKind::kRegex;
  }

  NodePtr Term(const Token& token) {
    NodePtr node = NewNode(NodeKind::kTerm, token.span);
    node->text = token.text;
    node->shown = token.text;
    switch (token.kind) {
      case TokenKind::kExact:
        node->term_kind = TermKind::kExact;
        node->shown = StrCat("{", token.text, "}");
        break;
      case TokenKind::kRegex:
        node->term_kind = TermKind::kRegex;
        node->regex_ignore_case = token.ignore_case;
        node->shown = StrCat("/", token.text, token.ignore_case ? "/i" : "/");
        return CheckRegex(std::move(node));
      case TokenKind::kPhrase:
        node->quoted = true;
        break;
      default:
        break;
    }
    return CheckTerm(std::move(node));
  }

  NodePtr CheckRegex(NodePtr node) {
    Regex::Compiled compiled =
        Regex::Compile(node->text, node->regex_ignore_case);
    if (compiled.regex == nullptr) {
      return Error(node->span, std::move(compiled.message),
                   std::move(compiled.fix));
    }
    node->regex = std::move(compiled.regex);
    return node;
  }

  // `"a b c"~n`: each piece between white space is a term of its own.
  NodePtr WindowTerm(const Token& token) {
    constexpr size_t kPiecesMax = 16;
    NodePtr node = NewNode(NodeKind::kWindow, token.span);
    node->n = *token.n;
    node->text = token.text;
    node->shown = StrCat("\"", token.text, "\"~", *token.n);
    if (const auto problem = CheckWindow(*node)) {
      return Error(problem->span, problem->message, problem->fix,
                   problem->edits);
    }
    std::vector<std::string> pieces = Pieces(token.text);
    if (pieces.empty() || pieces.size() > kPiecesMax) {
      return Error(token.span,
                   StrCat("a window has 1 to ", kPiecesMax,
                          " words; this one has ", pieces.size()),
                   pieces.empty() ? "drop it" : "join two windows with AND",
                   pieces.empty() ? std::vector<QueryEdit>{{token.span, ""}}
                                  : std::vector<QueryEdit>());
    }
    for (std::string& piece : pieces) {
      Token part = token;
      part.kind = TokenKind::kWord;
      part.text = std::move(piece);
      const size_t problems = result_->problems.size();
      NodePtr child = Term(part);
      if (child == nullptr) {
        result_->problems.back().edits.clear();  // They are a whole term's.
        return nullptr;
      }
      result_->problems.resize(problems);  // In quotes `and` is a word.
      node->children.push_back(std::move(child));
    }
    return node;
  }

  NodePtr CheckTerm(NodePtr node) {
    node->has_wildcards = node->term_kind == TermKind::kWords &&
                          node->text.find_first_of("*?") != std::string::npos;
    if (auto problem = ::presshawk::CheckTerm(*node)) {
      const bool is_error = !problem->warning;
      result_->problems.push_back(*std::move(problem));
      return is_error ? nullptr : std::move(node);
    }
    return node;
  }

  // SPEC A25. `negated`: whether the truth of NOT(node) is asked for.
  static bool IsPositive(const Node& node, bool negated) {
    switch (node.kind) {
      case NodeKind::kNot:
        return IsPositive(*node.children[0], !negated);
      case NodeKind::kScope:
      case NodeKind::kForms:
        return IsPositive(*node.children[0], negated);
      case NodeKind::kAnd:
      case NodeKind::kOr: {
        const auto positive = [&](const NodePtr& child) {
          return IsPositive(*child, negated);
        };
        const bool any_suffices = (node.kind == NodeKind::kAnd) != negated;
        return any_suffices ? std::any_of(node.children.begin(),
                                          node.children.end(), positive)
                            : std::all_of(node.children.begin(),
                                          node.children.end(), positive);
      }
      default:
        return !negated;
    }
  }

  void CheckPositive(const Node& root) {
    if (IsPositive(root, false)) {
      return;
    }
    const Node* culprit = &root;
    if (root.kind == NodeKind::kOr) {
      for (const NodePtr& child : root.children) {
        if (!IsPositive(*child, false)) {
          culprit = child.get();
          break;
        }
      }
    }
    Error(culprit->span,
          "this holds for articles that contain nothing of the query",
          "add what must be there: a AND NOT b");
  }

  const std::u32string query_;
  ParsedQuery* const result_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  bool in_scope_ = false;
};

}  // namespace

ParsedQuery ParseQuery(std::string_view query) {
  ParsedQuery result;
  Parser(query, &result).Run();
  return result;
}

std::unique_ptr<Node> LiteralTerm(std::string_view text) {
  auto node = std::make_unique<Node>();
  node->text = std::string(text);
  node->shown = node->text;
  return node;
}

}  // namespace presshawk
