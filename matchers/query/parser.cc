#include "matchers/query/parser.h"

#include <algorithm>
#include <utility>

#include "core/base/str_cat.h"
#include "core/model/limits.h"
#include "core/text/canonicalize.h"
#include "matchers/query/lexer.h"
#include "matchers/query/side_by_side.h"

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
            "drop it, or open one before");
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
  NodePtr Error(QuerySpan span, std::string message, std::string fix = "") {
    result_->problems.push_back({.warning = false,
                                 .span = span,
                                 .message = std::move(message),
                                 .fix = std::move(fix)});
    return nullptr;
  }
  void Warning(QuerySpan span, std::string message, std::string fix = "") {
    result_->problems.push_back({.warning = true,
                                 .span = span,
                                 .message = std::move(message),
                                 .fix = std::move(fix)});
  }
  std::string Written(QuerySpan span) const {
    return ToUtf8(
        std::u32string_view(query_).substr(span.begin, span.end - span.begin));
  }

  // operand (AND operand)* | operand (OR operand)*
  NodePtr Expression(size_t level) {
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
      return Error(Peek().span,
                   "AND and OR at one level need brackets: vendors disagree on "
                   "which binds tighter",
                   "write (a AND b) OR c, or a AND (b OR c)");
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
      return Error(Peek().span,
                   StrCat("`", near.text,
                          "` cannot be chained: it is not clear what the "
                          "second one measures from"),
                   "write (a NEAR/5 b) AND (b NEAR/5 c)");
    }
    for (const Node* operand : {left.get(), right.get()}) {
      if (!IsTermOrGroup(*operand)) {
        return Error(operand->span,
                     StrCat("the operands of `", near.text,
                            "` are terms, or brackets of terms joined by OR"),
                     FixOfOperand(*operand, near));
      }
    }
    NodePtr node = NewNode(near.node_kind, {left->span.begin, right->span.end});
    node->n = near.n.value_or(0);
    node->children.push_back(std::move(left));
    node->children.push_back(std::move(right));
    return node;
  }

  std::string FixOfOperand(const Node& operand, const Token& near) const {
    const std::string name = Written(near.span);
    switch (operand.kind) {
      case NodeKind::kNot:
      case NodeKind::kScope:
        return StrCat("put brackets round the ", near.text);
      case NodeKind::kAnd:
        return StrCat("write (a ", name, " b) AND (a ", name, " c)");
      case NodeKind::kMeta:
      case NodeKind::kWindow:
        return "join it with AND";
      case NodeKind::kNear:
      case NodeKind::kONear:
      case NodeKind::kNotNear:
      case NodeKind::kSentence:
      case NodeKind::kParagraph:
        return StrCat("join them with AND: (a ", name, " b) AND (b ", name,
                      " c)");
      default:
        return "join it with AND, or use only the terms in it";
    }
  }

  static bool IsTermOrGroup(const Node& node) {
    if (node.kind == NodeKind::kTerm || node.kind == NodeKind::kReference) {
      return true;  // What a reference stands for is checked with the set.
    }
    return node.kind == NodeKind::kOr &&
           std::all_of(node.children.begin(), node.children.end(),
                       [](const NodePtr& c) { return IsTermOrGroup(*c); });
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
      return Error({open.begin, Peek().span.end}, "nothing in the brackets",
                   "drop them");
    }
    NodePtr inside = Expression(level + 1);
    if (inside == nullptr) {
      return nullptr;
    }
    if (Peek().kind != TokenKind::kClose) {
      return Error(open, "this bracket is not closed", "close it with )");
    }
    inside->span = {open.begin, Take().span.end};
    return inside;
  }

  NodePtr Function(size_t level) {
    const Token function = Take();
    if (Peek().kind != TokenKind::kOpen) {
      return Error(function.span, "a bracket must follow",
                   StrCat("write ", Written(function.span), "(…)"));
    }
    NodePtr inside = Brackets(level);
    if (inside == nullptr) {
      return nullptr;
    }
    if (!IsTermOrGroup(*inside)) {
      return Error(inside->span,
                   "in these brackets stands a term, or terms joined by OR",
                   StrCat("write ", Written(function.span), "(a) AND ",
                          Written(function.span), "(b)"));
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
      const std::string before = Written(tokens_[at_ - 1].span);
      return Error(
          token.span, StrCat("a condition is missing behind `", before, "`"),
          StrCat("drop `", before, "`, or write a condition behind it"));
    }
    if (IsOperator(token.kind)) {
      return Error(
          token.span,
          StrCat("`", Written(token.span), "` has no condition before it"),
          "drop it, or write a condition before it");
    }
    return Error(token.span, "a condition is missing here",
                 "write a word or a phrase");
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
    std::string piece;
    for (const char c : token.text + " ") {
      if (c != ' ' && (c < '\t' || c > '\r')) {
        piece += c;
        continue;
      }
      if (!piece.empty()) {
        Token part = token;
        part.kind = TokenKind::kWord;
        part.text = std::exchange(piece, "");
        NodePtr child = Term(part);
        if (child == nullptr) {
          return nullptr;
        }
        node->children.push_back(std::move(child));
      }
    }
    if (node->children.empty() || node->children.size() > kPiecesMax) {
      return Error(token.span,
                   StrCat("a window has 1 to ", kPiecesMax,
                          " words; this one has ", node->children.size()),
                   "join two windows with AND");
    }
    return node;
  }

  NodePtr CheckTerm(NodePtr node) {
    const bool has_star = node->text.find('*') != std::string::npos;
    const bool has_question = node->text.find('?') != std::string::npos;
    if (node->quoted && node->text.find('{') != std::string::npos) {
      return Error(node->span, "braces do not work inside quotes",
                   "put the braces round the phrase: {US election}");
    }
    if (node->term_kind == TermKind::kExact && has_star) {
      return Error(node->span, "`*` does not work inside braces",
                   "write the forms with OR: {US} OR {USA}");
    }
    if (node->term_kind == TermKind::kWords && (has_star || has_question)) {
      node->has_wildcards = true;
      if (!CheckWildcards(*node)) {
        return nullptr;
      }
    } else if (Canonicalize(node->text) == " ") {
      return Error(node->span, "this term has no letter or digit to look for");
    }
    if (!node->quoted && node->term_kind == TermKind::kWords &&
        (node->text == "and" || node->text == "or" || node->text == "not")) {
      std::string capitals = node->text;
      for (char& c : capitals) {
        c = static_cast<char>(c & ~0x20);
      }
      Warning(node->span, StrCat("`", node->text, "` is looked for as a word"),
              StrCat("write ", capitals, " for the operator"));
    }
    return node;
  }

  bool CheckWildcards(const Node& node) {
    if (node.quoted && node.text.ends_with('?')) {
      Error(node.span,
            "`?` stands for one character, so that this phrase only "
            "matches with one more letter at its end",
            "drop the ?, or write the word with ? outside quotes");
      return false;
    }
    const std::string canonical = CanonicalizePattern(node.text);
    const std::u32string pattern = ToCodePoints(canonical);
    size_t literals = 0;
    bool has_star = false;
    bool has_any = false;
    for (size_t i = 1; i < pattern.size(); ++i) {
      const char32_t c = pattern[i];
      if (c == ' ') {
        if (has_star && literals < 2) {
          Error(node.span, "a word with `*` needs at least 2 other characters",
                "write more of the word, or its forms with OR");
          return false;
        }
        if (literals == 0) {
          Error(node.span, "a word of wildcards only matches everything",
                "drop it, or write some of its letters");
          return false;
        }
        literals = 0;
        has_star = false;
        continue;
      }
      has_any = true;
      if (c == '*' || c == '?') {
        has_star |= c == '*';
        const auto touches = [&](size_t at) {
          return at < pattern.size() && IsSingleLetterToken(pattern[at]);
        };
        // The canonical form puts spaces round letters of step 6.
        if ((pattern[i - 1] == ' ' && i >= 2 && touches(i - 2)) ||
            (i + 2 < pattern.size() && pattern[i + 1] == ' ' &&
             touches(i + 2))) {
          Error(node.span,
                "such a term already matches inside longer runs: no wildcard "
                "is needed beside these letters",
                "leave the wildcard out");
          return false;
        }
      } else {
        ++literals;
      }
    }
    if (!has_any) {
      Error(node.span, "this term has no letter or digit to look for");
      return false;
    }
    return true;
  }

  // SEMANTICS A25. `negated`: whether the truth of NOT(node) is asked for.
  static bool IsPositive(const Node& node, bool negated) {
    switch (node.kind) {
      case NodeKind::kNot:
        return IsPositive(*node.children[0], !negated);
      case NodeKind::kScope:
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
