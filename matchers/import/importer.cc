// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "matchers/import/dialect.h"
#include "matchers/import/import.h"
#include "matchers/import/vendor_lexer.h"
#include "matchers/query/lower_case_words.h"
#include "matchers/query/parser.h"
#include "matchers/query/term_language.h"

namespace presshawk {
namespace {

using Kind = VendorToken::Kind;
using NodePtr = std::unique_ptr<Node>;

constexpr int kDepthMax = 200;

// How tightly operators bind.
constexpr int kAndNotPower = 5;
constexpr int kOrPower = 10;
constexpr int kAndPower = 20;
constexpr int kProximityPower = 40;
constexpr int kOrFirstPower = 50;

NodePtr NewNode(NodeKind kind) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  return node;
}

NodePtr NewNode(NodeKind kind, NodePtr child) {
  NodePtr node = NewNode(kind);
  node->children.push_back(std::move(child));
  return node;
}

// AND and OR of more than two are one node.
NodePtr Join(NodeKind kind, NodePtr left, NodePtr right) {
  if (left->kind != kind || (kind != NodeKind::kAnd && kind != NodeKind::kOr)) {
    left = NewNode(kind, std::move(left));
  }
  if (right->kind == kind &&
      (kind == NodeKind::kAnd || kind == NodeKind::kOr)) {
    for (NodePtr& child : right->children) {
      left->children.push_back(std::move(child));
    }
  } else {
    left->children.push_back(std::move(right));
  }
  return left;
}

bool IsTermGroup(const Node& node) {
  return node.kind == NodeKind::kTerm ||
         (node.kind == NodeKind::kOr &&
          std::all_of(node.children.begin(), node.children.end(),
                      [](const NodePtr& child) {
                        return child->kind == NodeKind::kTerm;
                      }));
}

// Whether a word means the same without quotes in our language.
bool IsPlainWord(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '*' || c == '?' ||
           // Letters; U+2000 and above has quotes and dashes.
           ((c & 0x80) != 0 && static_cast<uint8_t>(c) != 0xE2);
  });
}

uint32_t CountCodePoints(std::string_view text) {
  return static_cast<uint32_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return !IsUtf8Continuation(c); }));
}

constexpr std::string_view kFindsVariants =
    " also finds other forms of words without quotes; ";

class Importer {
 public:
  Importer(std::string_view text, const ImportOptions& options)
      : text_(text),
        options_(options),
        rules_(RulesOf(options.dialect)),
        tokens_(LexVendorQuery(text, rules_)) {}

  ImportedQuery Run() {
    for (const VendorToken& token : tokens_) {
      if (token.kind == Kind::kBad) {
        Error(token, token.text);
      }
      if (!token.doubt.empty()) {
        Warn(kOther, token, token.doubt);
      }
      if (token.boosted) {
        Warn(Doubt::kBoost, token, "a weight only ranks: it is left out");
      }
    }
    NodePtr root = failed_ ? nullptr : Level(0);
    if (root != nullptr && !failed_ && Peek().kind != Kind::kEnd) {
      Error(Peek(), "this bracket was not opened");
    }
    if (root != nullptr && !failed_) {
      AskForVariants(root.get());
      Finish(*root);
    }
    std::stable_sort(imported_.notes.begin(), imported_.notes.end(),
                     [](const ImportNote& a, const ImportNote& b) {
                       return a.span.begin < b.span.begin;
                     });
    return std::move(imported_);
  }

 private:
  // Notes that are given once per query.
  enum Doubt : uint8_t {
    kBoost,
    kDistance,
    kMixing,
    kSlop,
    kAccents,
    kVariants,
    kSigns,
    kCapitals,
    kOther,  // Said each time.
    kDoubts
  };

  const VendorToken& Peek() const { return tokens_[next_]; }
  const VendorToken& Take() { return tokens_[next_++]; }

  QuerySpan SpanOf(uint32_t begin, uint32_t end) const {
    return {CountCodePoints(text_.substr(0, begin)),
            CountCodePoints(text_.substr(0, end))};
  }

  void Error(const VendorToken& token, std::string message) {
    failed_ = true;
    imported_.notes.push_back(
        {true, SpanOf(token.begin, token.end), std::move(message)});
  }

  void Warn(Doubt doubt, const VendorToken& token, std::string message) {
    if (doubt != kOther && said_[doubt]) {
      return;
    }
    said_[doubt] = true;
    imported_.notes.push_back(
        {false, SpanOf(token.begin, token.end), std::move(message)});
  }

  // Where the vendor finds other forms of words and their language is clear,
  // asks for these forms.
  void AskForVariants(Node* root) {
    std::vector<Node*> words;
    std::vector<std::string> texts;
    FindVariants(root, &words);
    for (const Node* const word : words) {
      texts.push_back(word->text);
    }
    const std::string language(LanguageOfTerms(texts));
    if (language.empty()) {
      return;
    }
    for (Node* const word : words) {
      NodePtr term = std::make_unique<Node>(std::move(*word));
      *word = Node();
      word->kind = NodeKind::kForms;
      word->languages = {language};
      word->children.push_back(std::move(term));
    }
    for (ImportNote& note : imported_.notes) {
      if (note.message.find(kFindsVariants) != std::string::npos) {
        note.message = StrCat(std::string(rules_.title), kFindsVariants,
                              "forms/", language,
                              "(…) asks for other cases and numbers, and for "
                              "no other words");
      }
    }
  }

  // Depth is bounded as the query's.
  void FindVariants(Node* node, std::vector<Node*>* words) const {
    if (node->kind == NodeKind::kTerm && variants_.contains(node) &&
        node->text.find_first_of("*?") == std::string::npos) {
      words->push_back(node);
    }
    for (const NodePtr& child : node->children) {
      FindVariants(child.get(), words);
    }
  }

  // Our own parser must accept the result.
  void Finish(const Node& root) {
    const ParsedQuery parsed = ParseQuery(PrintQuery(root));
    for (const QueryProblem& problem : parsed.problems) {
      if (!problem.warning) {
        failed_ = true;
        imported_.notes.push_back(
            {true, SpanOf(0, static_cast<uint32_t>(text_.size())),
             StrCat("presshawk does not take what this becomes: ",
                    problem.message)});
      }
    }
    if (parsed.root != nullptr && !failed_) {
      imported_.query = PrintQuery(*parsed.root);
    }
  }

  // Up to a closing bracket or the end. Null after an error.
  NodePtr Level(int depth) {
    if (rules_.has_clauses) {
      return Clauses(depth);
    }
    const Operators around = std::exchange(operators_, {});
    NodePtr node = Expression(0, depth);
    if (operators_.has_and && operators_.has_or) {
      CheckMixing();
    }
    operators_ = around;
    return node;
  }

  bool BeginsOperand(Kind kind) const {
    return kind == Kind::kOpen || kind == Kind::kWord ||
           kind == Kind::kPhrase || kind == Kind::kExact ||
           kind == Kind::kField || kind == Kind::kMinus ||
           kind == Kind::kPlus || kind == Kind::kAtLeast ||
           kind == Kind::kCapitals;
  }

  int PowerOf(VendorOperator op) const {
    switch (op) {
      case VendorOperator::kOr:
        return rules_.mixing == DialectRules::Mixing::kOrFirst ? kOrFirstPower
                                                               : kOrPower;
      case VendorOperator::kAnd:
      case VendorOperator::kNot:
        return kAndPower;
      case VendorOperator::kAndNot:
        return kAndNotPower;
      default:
        return kProximityPower;
    }
  }

  // Operators that bind at least as tightly as `power`.
  NodePtr Expression(int power, int depth) {
    NodePtr left = Operand(depth);
    while (left != nullptr) {
      VendorToken token = Peek();
      const bool is_implicit = BeginsOperand(token.kind);
      if (is_implicit) {
        token.op = rules_.implicit == DialectRules::Implicit::kPhrase
                       ? VendorOperator::kONear
                       : VendorOperator::kAnd;
        token.n = rules_.distance == DialectRules::Distance::kPositions ? 1 : 0;
      } else if (token.kind != Kind::kOperator) {
        break;
      }
      const int own = PowerOf(token.op);
      if (own < power) {
        break;
      }
      if (is_implicit && rules_.implicit == DialectRules::Implicit::kUnknown) {
        Error(token, StrCat("what two terms side by side mean to ",
                            std::string(rules_.title),
                            " is not known: put quotes around a phrase, or an "
                            "operator between"));
        return nullptr;
      }
      if (!is_implicit) {
        Take();
      }
      operators_.has_and |= own == kAndPower;
      operators_.has_or |= token.op == VendorOperator::kOr;
      NodePtr right = Expression(own + 1, depth);
      if (right == nullptr) {
        return nullptr;
      }
      left = Combine(token, std::move(left), std::move(right));
    }
    return left;
  }

  void CheckMixing() {
    const VendorToken& token = tokens_[next_ - 1];
    if (rules_.mixing == DialectRules::Mixing::kError) {
      Error(token, StrCat("AND and OR are mixed without brackets, which ",
                          std::string(rules_.title), " refuses"));
    } else if (rules_.mixing == DialectRules::Mixing::kUnknown) {
      Warn(kMixing, token,
           StrCat("which of AND and OR binds more tightly in ",
                  std::string(rules_.title),
                  " is not known: read as AND first"));
    }
  }

  NodePtr Combine(const VendorToken& token, NodePtr left, NodePtr right) {
    switch (token.op) {
      case VendorOperator::kAnd:
        return Join(NodeKind::kAnd, std::move(left), std::move(right));
      case VendorOperator::kOr:
        return Join(NodeKind::kOr, std::move(left), std::move(right));
      case VendorOperator::kNot:
      case VendorOperator::kAndNot:
        return Join(NodeKind::kAnd, std::move(left),
                    NewNode(NodeKind::kNot, std::move(right)));
      case VendorOperator::kNear:
        return Proximity(NodeKind::kNear, token, std::move(left),
                         std::move(right));
      case VendorOperator::kONear:
        return Proximity(NodeKind::kONear, token, std::move(left),
                         std::move(right));
      case VendorOperator::kNotNear:
        return Proximity(NodeKind::kNotNear, token, std::move(left),
                         std::move(right));
      case VendorOperator::kSentence:
        return Proximity(NodeKind::kSentence, token, std::move(left),
                         std::move(right));
      case VendorOperator::kParagraph:
        return Proximity(NodeKind::kParagraph, token, std::move(left),
                         std::move(right));
      case VendorOperator::kUnsupported:
        Error(token, "this operator has no counterpart");
    }
    return nullptr;
  }

  NodePtr Proximity(NodeKind kind, const VendorToken& token, NodePtr left,
                    NodePtr right) {
    if (!IsTermGroup(*left) || !IsTermGroup(*right)) {
      Error(token,
            "presshawk takes terms, or brackets of terms joined by OR, on both "
            "sides of this");
      return nullptr;
    }
    const bool has_n = kind == NodeKind::kNear || kind == NodeKind::kONear ||
                       kind == NodeKind::kNotNear;
    NodePtr node = Join(kind, std::move(left), std::move(right));
    if (!has_n) {
      return node;
    }
    bool positions = rules_.distance == DialectRules::Distance::kPositions;
    if (rules_.distance == DialectRules::Distance::kUnknown) {
      positions = options_.unknown_distance_is_positions;
      Warn(kDistance, token,
           StrCat("whether ", std::string(rules_.title),
                  " counts positions or the words between is not known: read "
                  "as ",
                  positions ? "positions" : "words between"));
    }
    if (positions && token.n == 0) {
      Error(token, "positions differ by 1 at least");
      return nullptr;
    }
    node->n = static_cast<uint32_t>(positions ? token.n - 1 : token.n);
    return node;
  }

  NodePtr Operand(int depth) {
    if (depth > kDepthMax) {
      Error(Peek(), "more than 200 brackets in brackets");
      return nullptr;
    }
    const VendorToken& token = Take();
    switch (token.kind) {
      case Kind::kOpen:
        return Bracket(token, depth);
      case Kind::kWord:
      case Kind::kPhrase:
        return Term(token);
      case Kind::kExact:
        return Exact(token, token.text);
      case Kind::kCapitals:
        return CapitalsOf(token, depth);
      case Kind::kField:
        return Field(token, depth);
      case Kind::kAtLeast: {
        NodePtr operand = Operand(depth + 1);
        return operand == nullptr ? nullptr
                                  : Counted(token, std::move(operand));
      }
      case Kind::kMinus: {
        NodePtr operand = Operand(depth + 1);
        return operand == nullptr ? nullptr
                                  : NewNode(NodeKind::kNot, std::move(operand));
      }
      case Kind::kPlus:  // `+word`: it must occur, as it must anyway.
        return Operand(depth + 1);
      case Kind::kOperator:
        if (token.op == VendorOperator::kNot) {
          NodePtr operand = Expression(kProximityPower, depth + 1);
          return operand == nullptr
                     ? nullptr
                     : NewNode(NodeKind::kNot, std::move(operand));
        }
        Error(token, "there is nothing before this operator");
        return nullptr;
      case Kind::kEnd:
        --next_;
        Error(token, "something is missing at the end");
        return nullptr;
      default:
        --next_;
        Error(token, "a term is missing here");
        return nullptr;
    }
  }

  NodePtr Bracket(const VendorToken& open, int depth) {
    if (Peek().kind == Kind::kClose) {
      Error(open, "there is nothing between these brackets");
      return nullptr;
    }
    NodePtr inner = Level(depth + 1);
    if (inner == nullptr || failed_) {
      return nullptr;
    }
    if (Peek().kind != Kind::kClose) {
      Error(open, "this bracket is not closed");
      return nullptr;
    }
    Take();
    if (Peek().kind != Kind::kSlop) {
      return inner;
    }
    // `(A AND B)~5` is A NEAR/5 B.
    VendorToken slop = Take();
    slop.op = VendorOperator::kNear;
    if (inner->kind != NodeKind::kAnd || inner->children.size() != 2) {
      Error(slop, "only (A AND B)~n has a counterpart");
      return nullptr;
    }
    WarnOfSlop(slop);
    return Proximity(NodeKind::kNear, slop, std::move(inner->children[0]),
                     std::move(inner->children[1]));
  }

  NodePtr Counted(const VendorToken& token, NodePtr operand) {
    if (!IsTermGroup(*operand)) {
      Error(token, "presshawk counts terms, or brackets of terms joined by OR");
      return nullptr;
    }
    NodePtr node = NewNode(NodeKind::kAtLeast, std::move(operand));
    node->n = static_cast<uint32_t>(token.n);
    return node;
  }

  // Words side by side are one phrase where the vendor reads them so.
  NodePtr Term(const VendorToken& first) {
    std::string text = first.text;
    bool quoted = first.kind == Kind::kPhrase;
    if (rules_.implicit == DialectRules::Implicit::kPhrase) {
      while (Peek().kind == Kind::kWord || Peek().kind == Kind::kPhrase) {
        StrAppend(&text, " ", Take().text);
        quoted = true;
      }
    }
    const bool was_quoted = quoted;
    TranslateWildcards(first, &text);
    CheckTerm(first, text, was_quoted);
    if (Peek().kind != Kind::kSlop && LowerCaseWordOf(text).has_value()) {
      return CapitalsAlone(first, text);
    }
    quoted = quoted || !IsPlainWord(text);
    NodePtr node = NewNode(NodeKind::kTerm);
    node->text = text;
    node->quoted = quoted;
    if (rules_.finds_variants && !was_quoted) {
      variants_.insert(node.get());
    }
    if (Peek().kind == Kind::kSlop) {
      const VendorToken& slop = Take();
      WarnOfSlop(slop);
      node->kind = NodeKind::kWindow;
      node->shown = StrCat("\"", text, "\"~", slop.n);
    }
    return node;
  }

  void WarnOfSlop(const VendorToken& slop) {
    Warn(kSlop, slop,
         StrCat(std::string(rules_.title),
                " may count moves of words here; presshawk counts the other "
                "words between the first and the last"));
  }

  // To `*` and `?`; a `?` or `*` that means nothing to the vendor goes.
  void TranslateWildcards(const VendorToken& token, std::string* text) {
    if (rules_.dialect == Dialect::kFactiva) {
      const size_t dollar = text->find('$');
      if (dollar != std::string::npos && dollar + 2 == text->size()) {
        text->replace(dollar, 2, "*");
        Warn(kOther, token,
             "$n is up to n characters more; * is any number of them");
      }
    }
    for (char& c : *text) {
      if (c == rules_.any_run) {
        c = '*';
      } else if (c == rules_.one_character) {
        c = '?';
      } else if (c == '*' || c == '?') {
        c = ' ';
      }
    }
  }

  void CheckTerm(const VendorToken& token, std::string_view text, bool quoted) {
    if (rules_.accents_count && HasLatinAccent(text)) {
      Warn(kAccents, token,
           StrCat(std::string(rules_.title),
                  " finds the accented form alone, presshawk also the one "
                  "without accents"));
    }
    if (rules_.finds_variants && !quoted) {
      Warn(kVariants, token,
           StrCat(std::string(rules_.title), kFindsVariants,
                  "presshawk only the word as it stands, unless "
                  "forms/LANGUAGE(…) asks for them"));
    }
    if (text.find_first_of("#@$&+%") != std::string_view::npos &&
        rules_.dialect != Dialect::kBrandwatch) {
      Warn(kSigns, token,
           StrCat("presshawk asks for the sign as it stands; whether ",
                  std::string(rules_.title), " does is not known"));
    }
  }

  // U+00C0 to U+017F in UTF-8.
  static bool HasLatinAccent(std::string_view text) {
    for (size_t i = 0; i + 1 < text.size(); ++i) {
      const auto lead = static_cast<uint8_t>(text[i]);
      if ((lead == 0xC3 || lead == 0xC4 || lead == 0xC5) &&
          IsUtf8Continuation(text[i + 1])) {
        return true;
      }
    }
    return false;
  }

  NodePtr Exact(const VendorToken& token, const std::string& text) {
    if (std::any_of(text.begin(), text.end(),
                    [](char c) { return c >= 'a' && c <= 'z'; })) {
      Warn(kCapitals, token,
           StrCat(std::string(rules_.title),
                  " asks for the capitals alone, presshawk for every "
                  "character as it stands"));
    }
    NodePtr node = NewNode(NodeKind::kTerm);
    node->term_kind = TermKind::kExact;
    node->text = text;
    node->shown = StrCat("{", text, "}");
    return node;
  }

  // `DLR`, which finds every `dlr` where case does not count.
  NodePtr CapitalsAlone(const VendorToken& token, const std::string& text) {
    const LowerCaseWord lower = *LowerCaseWordOf(text);
    Warn(kOther, token,
         StrCat(std::string(rules_.title), " also finds `", lower.word, "`",
                lower.meaning.empty() ? "" : " (", lower.meaning,
                lower.meaning.empty() ? "" : ")",
                " for this; presshawk is asked for the capitals alone. Write ",
                text, " without braces to find both"));
    NodePtr node = NewNode(NodeKind::kTerm);
    node->term_kind = TermKind::kExact;
    node->text = text;
    node->shown = StrCat("{", text, "}");
    return node;
  }

  NodePtr CapitalsOf(const VendorToken& token, int depth) {
    NodePtr operand = Operand(depth + 1);
    if (operand == nullptr) {
      return nullptr;
    }
    if (operand->kind != NodeKind::kTerm) {
      Error(token, "presshawk takes one term here");
      return nullptr;
    }
    std::string text = operand->text;
    if (rules_.dialect == Dialect::kLexisNexis) {  // ALLCAPS(aid)
      std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      });
    }
    return Exact(token, text);
  }

  NodePtr Field(const VendorToken& token, int depth) {
    NodePtr operand = Operand(depth + 1);
    if (operand == nullptr) {
      return nullptr;
    }
    const FieldRule& field = *token.field;
    if (!field.doubt.empty()) {
      Warn(kOther, token, std::string(field.doubt));
    }
    if (field.target == FieldRule::Target::kScope) {
      NodePtr node = NewNode(NodeKind::kScope, std::move(operand));
      node->scope = field.scope;
      return node;
    }
    if (!ToMetadata(field.meta, operand.get())) {
      Error(token,
            "presshawk compares this field with values, and brackets "
            "of them, alone");
      return nullptr;
    }
    return operand;
  }

  // Depth is bounded as the query's.
  static bool ToMetadata(MetaField field, Node* node) {
    if (node->kind == NodeKind::kTerm) {
      node->kind = NodeKind::kMeta;
      node->meta = field;
      return true;
    }
    return (node->kind == NodeKind::kAnd || node->kind == NodeKind::kOr ||
            node->kind == NodeKind::kNot) &&
           std::all_of(node->children.begin(), node->children.end(),
                       [&](const NodePtr& child) {
                         return ToMetadata(field, child.get());
                       });
  }

  // Lucene's classic parser has no precedence: each clause must, should or must
  // not hold, and AND makes both of its neighbours ones that must.
  struct Clause {
    enum class Occur : uint8_t { kShould, kMust, kMustNot } occur;
    NodePtr node;
    VendorToken token;  // Its first.
  };

  NodePtr Clauses(int depth) {
    std::vector<Clause> clauses;
    while (Peek().kind != Kind::kEnd && Peek().kind != Kind::kClose) {
      bool is_and = false;
      auto occur = Clause::Occur::kShould;
      while (Peek().kind == Kind::kOperator) {
        const VendorToken& token = Take();
        is_and |= token.op == VendorOperator::kAnd;
        if (token.op == VendorOperator::kNot) {
          occur = Clause::Occur::kMustNot;
        } else if (clauses.empty()) {
          Error(token, "there is nothing before this operator");
          return nullptr;
        }
      }
      if (Peek().kind == Kind::kMinus || Peek().kind == Kind::kPlus) {
        occur = Take().kind == Kind::kMinus ? Clause::Occur::kMustNot
                                            : Clause::Occur::kMust;
      }
      const VendorToken token = Peek();
      NodePtr node = Operand(depth);
      if (node == nullptr) {
        return nullptr;
      }
      if (is_and) {
        if (clauses.back().occur == Clause::Occur::kShould) {
          clauses.back().occur = Clause::Occur::kMust;
        }
        if (occur == Clause::Occur::kShould) {
          occur = Clause::Occur::kMust;
        }
      }
      clauses.push_back({occur, std::move(node), token});
    }
    if (clauses.empty()) {
      Error(Peek(), "there is nothing to look for");
      return nullptr;
    }
    return CombineClauses(&clauses);
  }

  NodePtr CombineClauses(std::vector<Clause>* clauses) {
    std::array<NodePtr, 3> joined;
    for (Clause& clause : *clauses) {
      NodePtr& all = joined[static_cast<size_t>(clause.occur)];
      const NodeKind kind =
          clause.occur == Clause::Occur::kMust ? NodeKind::kAnd : NodeKind::kOr;
      all = all == nullptr ? std::move(clause.node)
                           : Join(kind, std::move(all), std::move(clause.node));
    }
    auto& [should, must, must_not] = joined;
    if (must != nullptr && should != nullptr) {
      const auto first = std::find_if(
          clauses->begin(), clauses->end(), [](const Clause& clause) {
            return clause.occur == Clause::Occur::kShould;
          });
      Warn(kOther, first->token,
           "beside what must occur this only ranks: it is left out");
    }
    NodePtr positive = must != nullptr ? std::move(must) : std::move(should);
    if (must_not == nullptr) {
      return positive;
    }
    NodePtr negative = NewNode(NodeKind::kNot, std::move(must_not));
    return positive == nullptr
               ? std::move(negative)
               : Join(NodeKind::kAnd, std::move(positive), std::move(negative));
  }

  const std::string_view text_;
  const ImportOptions options_;
  const DialectRules& rules_;
  const std::vector<VendorToken> tokens_;
  // Seen between the brackets that are being read.
  struct Operators {
    bool has_and = false;
    bool has_or = false;
  };
  Operators operators_;
  size_t next_ = 0;
  bool failed_ = false;
  // Words of which the vendor finds other forms too.
  absl::flat_hash_set<const Node*> variants_;
  std::array<bool, kDoubts> said_ = {};
  ImportedQuery imported_;
};

}  // namespace

ImportedQuery ImportQuery(std::string_view text, const ImportOptions& options) {
  return Importer(text, options).Run();
}

}  // namespace presshawk
