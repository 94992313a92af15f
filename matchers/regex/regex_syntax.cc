// SPDX-License-Identifier: Apache-2.0
#include "matchers/regex/regex_syntax.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/str_cat.h"
#include "core/base/utf8.h"

namespace presshawk {
namespace {

using NodePtr = std::unique_ptr<RegexNode>;
using Kind = RegexNode::Kind;
using Assertion = RegexNode::Assertion;
using Range = CodePointSet::Range;

constexpr size_t kLevelsMax = 200;
constexpr uint32_t kRepeatMax = 1000;

// \d, \w, \s, \h, \v and their complements.
std::optional<CodePointSet> ClassOf(char32_t letter) {
  switch (letter) {
    case U'd':
      return CodePointSet::OfProperty("Nd");
    case U'w':
      return RegexWordCharacters();
    case U's':
      return CodePointSet::OfProperty("White_Space");
    case U'h': {
      CodePointSet set = *CodePointSet::OfProperty("Zs");
      set.Add(CodePointSet({{U'\t', U'\t'}}));
      return set;
    }
    case U'v':
      return CodePointSet({{U'\n', U'\r'}, {0x85, 0x85}, {0x2028, 0x2029}});
    case U'D':
    case U'W':
    case U'S':
    case U'H':
    case U'V':
      return ClassOf(letter + (U'a' - U'A'))->Complement();
    default:
      return std::nullopt;
  }
}

class Parser {
 public:
  Parser(std::string_view pattern, bool ignore_case) {
    for (size_t i = 0; i < pattern.size(); i += Utf8Size(pattern[i])) {
      text_ += DecodeUtf8(pattern.data() + i);
    }
    flags_.ignore_case = ignore_case;
  }

  ParsedRegex Run() {
    ParsedRegex result;
    NodePtr root = Choice(0);
    if (root != nullptr && !AtEnd()) {
      Error("a `)` without a `(`", "to match the character, write \\)");
    }
    if (message_.empty() && WidthOf(*root).min == 0) {
      Error(
          "this regular expression matches the empty text, so it would "
          "match everywhere",
          "require at least one character");
    }
    if (message_.empty()) {
      result.root = std::move(root);
    }
    result.message = std::move(message_);
    result.fix = std::move(fix_);
    return result;
  }

 private:
  struct Flags {
    bool ignore_case = false;
    bool dot_all = false;
    bool multi_line = false;
  };

  bool AtEnd() const { return at_ >= text_.size(); }
  char32_t Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : U'\0';
  }
  bool Take(std::u32string_view text) {
    if (std::u32string_view(text_).substr(at_, text.size()) != text) {
      return false;
    }
    at_ += text.size();
    return true;
  }
  // The first problem is the one to tell.
  NodePtr Error(std::string message, std::string fix = "") {
    if (message_.empty()) {
      message_ = std::move(message);
      fix_ = std::move(fix);
    }
    return nullptr;
  }
  static std::string Utf8(std::u32string_view text) {
    std::string utf8;
    for (const char32_t c : text) {
      AppendUtf8(c, &utf8);
    }
    return utf8;
  }

  static NodePtr NewNode(Kind kind) {
    auto node = std::make_unique<RegexNode>();
    node->kind = kind;
    return node;
  }
  NodePtr SetNode(CodePointSet set) const {
    NodePtr node = NewNode(Kind::kSet);
    node->set = flags_.ignore_case ? set.WithCases() : std::move(set);
    return node;
  }
  NodePtr CharacterNode(char32_t c) const {
    return SetNode(CodePointSet({{c, c}}));
  }
  static NodePtr AssertionNode(Assertion assertion) {
    NodePtr node = NewNode(Kind::kAssertion);
    node->assertion = assertion;
    return node;
  }

  NodePtr Choice(size_t level) {
    if (level > kLevelsMax) {
      return Error(StrCat("more than ", kLevelsMax, " levels of brackets"));
    }
    const Flags outer = flags_;
    NodePtr node = NewNode(Kind::kChoice);
    do {
      NodePtr sequence = Sequence(level);
      if (sequence == nullptr) {
        return nullptr;
      }
      node->children.push_back(std::move(sequence));
    } while (Take(U"|"));
    flags_ = outer;  // `(?i)` reaches to the end of its group.
    return node->children.size() == 1 ? std::move(node->children[0])
                                      : std::move(node);
  }

  NodePtr Sequence(size_t level) {
    NodePtr node = NewNode(Kind::kSequence);
    while (!AtEnd() && (quoting_ || (Peek() != U'|' && Peek() != U')'))) {
      quoting_ = quoting_ || Take(U"\\Q");
      if (quoting_ && (AtEnd() || Take(U"\\E"))) {
        quoting_ = false;
        continue;
      }
      NodePtr item = quoting_ ? CharacterNode(text_[at_++]) : Item(level);
      if (quoting_ && Take(U"\\E")) {
        quoting_ = false;
      }
      if (item != nullptr && !quoting_) {
        item = Repeated(std::move(item));
      }
      if (item == nullptr) {
        return nullptr;
      }
      node->children.push_back(std::move(item));
    }
    return node;
  }

  NodePtr Item(size_t level) {
    const char32_t c = text_[at_++];
    switch (c) {
      case U'(':
        return Group(level);
      case U'[':
        return Brackets();
      case U'\\':
        return Escape();
      case U'.':
        return SetNode(flags_.dot_all
                           ? CodePointSet({{0, CodePointSet::kLast}})
                           : CodePointSet({{U'\n', U'\n'}}).Complement());
      case U'^':
        return AssertionNode(flags_.multi_line ? Assertion::kLineBegin
                                               : Assertion::kTextBegin);
      case U'$':
        return AssertionNode(flags_.multi_line ? Assertion::kLineEnd
                                               : Assertion::kTextEndOrLf);
      case U'*':
      case U'+':
      case U'?':
        return Error(
            StrCat("nothing stands before `", Utf8({&c, 1}), "` to repeat"),
            StrCat("to match the character, write \\", Utf8({&c, 1})));
      case U'{':
      case U'}':
      case U']':
        return Error(StrCat("`", Utf8({&c, 1}), "` has no partner"),
                     StrCat("to match the character, write \\", Utf8({&c, 1})));
      default:
        return CharacterNode(c);
    }
  }

  NodePtr Repeated(NodePtr item) {
    uint32_t min = 0;
    uint32_t max = RegexNode::kUnbounded;
    const size_t begin = at_;
    if (Take(U"+")) {
      min = 1;
    } else if (Take(U"?")) {
      max = 1;
    } else if (Peek() == U'{') {
      if (!Bounds(&min, &max)) {
        return nullptr;
      }
    } else if (!Take(U"*")) {
      return item;
    }
    const std::string written =
        Utf8(std::u32string_view(text_).substr(begin, at_ - begin));
    if (Peek() == U'+') {
      return Error(StrCat("`", written, "+` (possessive) is not possible"),
                   StrCat("write ", written));
    }
    Take(U"?");
    if (Peek() == U'*' || Peek() == U'+' || Peek() == U'?' || Peek() == U'{') {
      return Error(StrCat("two repetitions in a row, at `", written, "`"),
                   "put brackets round the first");
    }
    if (item->kind == Kind::kAssertion) {
      return Error("an edge (^, $, \\b) cannot be repeated", "drop it");
    }
    NodePtr node = NewNode(Kind::kRepeat);
    node->min = min;
    node->max = max;
    node->children.push_back(std::move(item));
    return node;
  }

  // `{3}`, `{3,}`, `{3,5}`.
  bool Bounds(uint32_t* min, uint32_t* max) {
    ++at_;
    const std::optional<uint32_t> first = Number();
    std::optional<uint32_t> second = first;
    if (Take(U",")) {
      second = Peek() == U'}' ? RegexNode::kUnbounded : Number();
    }
    if (!first.has_value() || !second.has_value() || !Take(U"}")) {
      Error("a `{` that begins no count like {2} or {2,5}",
            "to match the character, write \\{");
      return false;
    }
    if (*first > kRepeatMax ||
        (*second > kRepeatMax && *second != RegexNode::kUnbounded)) {
      Error(StrCat("a count of more than ", kRepeatMax),
            "leave the upper bound out: {2,}");
      return false;
    }
    if (*second < *first) {
      Error("the upper bound of this count is below the lower one");
      return false;
    }
    *min = *first;
    *max = *second;
    return true;
  }

  std::optional<uint32_t> Number() {
    if (Peek() < U'0' || Peek() > U'9') {
      return std::nullopt;
    }
    uint32_t value = 0;
    for (; Peek() >= U'0' && Peek() <= U'9'; ++at_) {
      value = std::min<uint32_t>(
          value * 10 + static_cast<uint32_t>(Peek() - U'0'), 1'000'000);
    }
    return value;
  }

  NodePtr Group(size_t level) {
    const Flags outer = flags_;
    if (Take(U"?")) {
      if (Peek() == U'<' && Peek(1) != U'=' && Peek(1) != U'!') {
        const size_t close = text_.find(U'>', at_);
        if (close == std::u32string::npos) {
          return Error("a group's name is not closed by `>`");
        }
        at_ = close + 1;
      } else if (!GroupFlags()) {
        return nullptr;
      } else if (Take(U")")) {
        return NewNode(Kind::kSequence);  // `(?i)`: from here on.
      } else if (!Take(U":")) {
        return UnknownGroup();
      }
    }
    NodePtr node = Choice(level + 1);
    flags_ = outer;
    if (node == nullptr) {
      return nullptr;
    }
    if (!Take(U")")) {
      return Error("a `(` that is not closed",
                   "to match the character, write \\(");
    }
    if (node->kind != Kind::kAssertion) {
      return node;
    }
    NodePtr group = NewNode(Kind::kSequence);
    group->children.push_back(std::move(node));
    return group;
  }

  // The letters of `(?i-s` and `(?i-s:`.
  bool GroupFlags() {
    bool on = true;
    for (;; ++at_) {
      switch (Peek()) {
        case U'i':
          flags_.ignore_case = on;
          break;
        case U's':
          flags_.dot_all = on;
          break;
        case U'm':
          flags_.multi_line = on;
          break;
        case U'-':
          on = false;
          break;
        case U')':
        case U':':
          return true;
        default:
          UnknownGroup();
          return false;
      }
    }
  }

  NodePtr UnknownGroup() {
    const char32_t c = Peek();
    if (c == U'=' || c == U'!' || c == U'<') {
      return Error("look-around is not possible in a regular expression here",
                   "say it with AND, NOT or NEAR around the expression");
    }
    if (c == U'>') {
      return Error("an atomic group is not possible", "write (?: … )");
    }
    return Error(StrCat("`(?", Utf8({&c, c == 0 ? size_t{0} : 1}),
                        "` is not possible here"),
                 "groups are ( … ), (?: … ), (?i: … )");
  }

  NodePtr Escape() {
    switch (Peek()) {
      case U'b':
        ++at_;
        return AssertionNode(Assertion::kWordEdge);
      case U'B':
        ++at_;
        return AssertionNode(Assertion::kNotWordEdge);
      case U'A':
        ++at_;
        return AssertionNode(Assertion::kTextBegin);
      case U'z':
        ++at_;
        return AssertionNode(Assertion::kTextEnd);
      case U'Z':
        ++at_;
        return AssertionNode(Assertion::kTextEndOrLf);
      case U'k':
        return Error("back-references are not possible");
      default:
        break;
    }
    if (Peek() >= U'1' && Peek() <= U'9') {
      return Error("back-references are not possible");
    }
    const std::optional<CodePointSet> set = EscapedSet();
    return set.has_value() ? SetNode(*set) : nullptr;
  }

  // Behind a backslash, in or outside brackets: a character or a class.
  std::optional<CodePointSet> EscapedSet() {
    if (AtEnd()) {
      Error("a `\\` at the end");
      return std::nullopt;
    }
    const char32_t c = text_[at_++];
    const auto character = [](char32_t value) {
      return CodePointSet({{value, value}});
    };
    if (std::optional<CodePointSet> set = ClassOf(c)) {
      return set;
    }
    switch (c) {
      case U't':
        return character(U'\t');
      case U'n':
        return character(U'\n');
      case U'r':
        return character(U'\r');
      case U'f':
        return character(U'\f');
      case U'a':
        return character(U'\a');
      case U'e':
        return character(0x1B);
      case U'x':
        return Hexadecimal();
      case U'p':
      case U'P':
        return Property(c == U'P');
      default:
        break;
    }
    if (c < 128 && ((c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') ||
                    (c >= U'a' && c <= U'z'))) {
      Error(StrCat("`\\", Utf8({&c, 1}), "` is not possible here"),
            c == U'u' || c == U'U' ? "write \\x{…}" : "");
      return std::nullopt;
    }
    return character(c);
  }

  // \x41, \x{1F600}
  std::optional<CodePointSet> Hexadecimal() {
    const bool braces = Take(U"{");
    char32_t value = 0;
    size_t digits = 0;
    for (; digits < (braces ? 6 : 2); ++digits, ++at_) {
      const char32_t c = Peek();
      const bool decimal = c >= U'0' && c <= U'9';
      const char32_t lower = c | 0x20;
      if (!decimal && (lower < U'a' || lower > U'f')) {
        break;
      }
      value = value * 16 + (decimal ? c - U'0' : lower - U'a' + 10);
    }
    if (digits == 0 || (!braces && digits != 2) || (braces && !Take(U"}")) ||
        value > CodePointSet::kLast || (value >= 0xD800 && value < 0xE000)) {
      Error("a code point is written \\x41 or \\x{1F600}");
      return std::nullopt;
    }
    return CodePointSet({{value, value}});
  }

  // \pL, \p{Lu}, \p{^Lu}
  std::optional<CodePointSet> Property(bool negated) {
    std::u32string name;
    if (Take(U"{")) {
      negated ^= Take(U"^");
      const size_t close = text_.find(U'}', at_);
      if (close == std::u32string::npos) {
        Error("a `\\p{` that is not closed");
        return std::nullopt;
      }
      name = text_.substr(at_, close - at_);
      at_ = close + 1;
    } else if (!AtEnd()) {
      name = text_.substr(at_++, 1);
    }
    std::optional<CodePointSet> set = CodePointSet::OfProperty(Utf8(name));
    if (!set.has_value()) {
      Error(StrCat("there is no property `", Utf8(name), "`"),
            "examples: \\p{L} letters, \\p{Lu} capitals, \\p{Greek}");
      return std::nullopt;
    }
    return negated ? set->Complement() : *set;
  }

  // Behind `[`.
  NodePtr Brackets() {
    const bool negated = Take(U"^");
    CodePointSet set;
    for (bool first = true;; first = false) {
      if (AtEnd()) {
        return Error("a `[` that is not closed",
                     "to match the character, write \\[");
      }
      if (Peek() == U']' && !first) {
        break;
      }
      if (Peek() == U'[' || (Peek() == U']' && first) ||
          (Peek() == U'&' && Peek(1) == U'&') ||
          (Peek() == U'-' && Peek(1) == U'-')) {
        const char32_t c = Peek();
        return Error(
            StrCat("`", Utf8({&c, 1}),
                   "` here means something different in "
                   "each engine"),
            StrCat("to match the character, write \\", Utf8({&c, 1}),
                   c == U'[' ? "; classes are \\p{L}, \\d, \\w, \\s" : ""));
      }
      std::optional<CodePointSet> low = BracketItem();
      if (!low.has_value()) {
        return nullptr;
      }
      if (Peek() == U'-' && Peek(1) != U']' && at_ + 1 < text_.size()) {
        ++at_;
        const std::optional<CodePointSet> high = BracketItem();
        if (!high.has_value()) {
          return nullptr;
        }
        const auto single = [](const CodePointSet& s) {
          return s.ranges().size() == 1 &&
                 s.ranges()[0].first == s.ranges()[0].last;
        };
        if (!single(*low) || !single(*high) ||
            low->ranges()[0].first > high->ranges()[0].first) {
          return Error("this range is not valid, like z-a or \\d-z",
                       "to match the character, write \\-");
        }
        low = CodePointSet({{low->ranges()[0].first, high->ranges()[0].first}});
      }
      set.Add(*low);
    }
    ++at_;
    // Cases first: [^a] with `i` is neither a nor A.
    if (flags_.ignore_case) {
      set = set.WithCases();
    }
    NodePtr node = NewNode(Kind::kSet);
    node->set = negated ? set.Complement() : std::move(set);
    return node;
  }

  std::optional<CodePointSet> BracketItem() {
    const char32_t c = text_[at_++];
    if (c != U'\\') {
      return CodePointSet({{c, c}});
    }
    if (Take(U"b")) {
      return CodePointSet({{U'\b', U'\b'}});
    }
    return EscapedSet();
  }

  std::u32string text_;
  size_t at_ = 0;
  Flags flags_;
  bool quoting_ = false;  // Between \Q and \E.
  std::string message_;
  std::string fix_;
};

uint32_t Times(uint32_t a, uint32_t b) {
  if (a == 0 || b == 0) {
    return 0;
  }
  const uint64_t product = uint64_t{a} * b;
  return a == RegexNode::kUnbounded || b == RegexNode::kUnbounded ||
                 product >= RegexNode::kUnbounded
             ? RegexNode::kUnbounded
             : static_cast<uint32_t>(product);
}

uint32_t Plus(uint32_t a, uint32_t b) {
  return a > RegexNode::kUnbounded - b ? RegexNode::kUnbounded : a + b;
}

}  // namespace

const CodePointSet& RegexWordCharacters() {
  static const auto& word = *new CodePointSet([] {
    CodePointSet set = *CodePointSet::OfProperty("L");
    set.Add(*CodePointSet::OfProperty("N"));
    set.Add(CodePointSet({{U'_', U'_'}}));
    return set;
  }());
  return word;
}

ParsedRegex ParseRegex(std::string_view pattern, bool ignore_case) {
  return Parser(pattern, ignore_case).Run();
}

RegexWidth WidthOf(const RegexNode& node) {
  RegexWidth width;
  switch (node.kind) {
    case Kind::kSet:
      return {1, 1};
    case Kind::kAssertion:
      return {0, 0};
    case Kind::kRepeat: {
      const RegexWidth child = WidthOf(*node.children[0]);
      return {Times(child.min, node.min), Times(child.max, node.max)};
    }
    case Kind::kSequence:
      for (const NodePtr& child : node.children) {
        const RegexWidth next = WidthOf(*child);
        width = {Plus(width.min, next.min), Plus(width.max, next.max)};
      }
      return width;
    case Kind::kChoice:
      width.min = RegexNode::kUnbounded;
      for (const NodePtr& child : node.children) {
        const RegexWidth next = WidthOf(*child);
        width = {std::min(width.min, next.min), std::max(width.max, next.max)};
      }
      return width;
  }
  return width;
}

}  // namespace presshawk
