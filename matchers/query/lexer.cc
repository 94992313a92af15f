// SPDX-License-Identifier: Apache-2.0
#include "matchers/query/lexer.h"

#include <algorithm>

#include "core/base/language_code.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/text/canonicalize.h"
#include "matchers/query/query_field.h"

namespace presshawk {
namespace {

constexpr uint32_t kNumberMax = 1000;  // SPEC A28.

bool IsAsciiLetter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsDigit(char32_t c) { return c >= '0' && c <= '9'; }

std::string Lower(std::string text) {
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  return text;
}

// Reads `ru,uk` into distinct codes in byte order. False if a code is not two
// or three letters.
bool SplitLanguages(std::string_view list,
                    std::vector<std::string>* languages) {
  while (true) {
    const std::string_view code = list.substr(0, list.find(','));
    if (!IsLanguageCode(code)) {
      return false;
    }
    languages->emplace_back(code);
    if (code.size() == list.size()) {
      break;
    }
    list.remove_prefix(code.size() + 1);
  }
  std::sort(languages->begin(), languages->end());
  languages->erase(std::unique(languages->begin(), languages->end()),
                   languages->end());
  return true;
}

class Lexer {
 public:
  Lexer(const std::u32string& query, std::vector<QueryProblem>* problems)
      : raw_(query), text_(query), problems_(problems) {
    std::transform(text_.begin(), text_.end(), text_.begin(), MapSmartForm);
  }

  std::vector<Token> Run() {
    while (SkipSpaceAndComments()) {
      Next();
    }
    Add(TokenKind::kEnd, at_, at_);
    return std::move(tokens_);
  }

 private:
  bool StartsWith(size_t at, std::u32string_view prefix) const {
    return text_.compare(at, prefix.size(), prefix) == 0;
  }

  void Problem(size_t begin, size_t end, std::string message, std::string fix,
               std::vector<QueryEdit> edits = {}, bool warning = false) {
    problems_->push_back({.warning = warning,
                          .span = Span(begin, end),
                          .message = std::move(message),
                          .fix = std::move(fix),
                          .edits = std::move(edits)});
  }
  // At the query's end.
  std::vector<QueryEdit> Append(std::string text) const {
    return {{Span(text_.size(), text_.size()), std::move(text)}};
  }
  static QuerySpan Span(size_t begin, size_t end) {
    return {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  std::string Text(size_t begin, size_t end) const {
    return ToUtf8(std::u32string_view(text_).substr(begin, end - begin));
  }
  Token& Add(TokenKind kind, size_t begin, size_t end) {
    Token& token = tokens_.emplace_back();
    token.kind = kind;
    token.span = Span(begin, end);
    return token;
  }

  // False at the end.
  bool SkipSpaceAndComments() {
    while (at_ < text_.size()) {
      if (IsWhiteSpace(text_[at_])) {
        ++at_;
      } else if (StartsWith(at_, U"<<<")) {
        const size_t end = text_.find(U">>>", at_ + 3);
        if (end == std::u32string::npos) {
          Problem(at_, at_ + 3, "this comment is not closed",
                  "close it with >>>", Append(">>>"));
          at_ = text_.size();
        } else {
          at_ = end + 3;
        }
      } else {
        return true;
      }
    }
    return false;
  }

  void Next() {
    const char32_t c = text_[at_];
    if (c == '(' || c == ')') {
      Add(c == '(' ? TokenKind::kOpen : TokenKind::kClose, at_, at_ + 1);
      ++at_;
    } else if (c == '"') {
      Phrase();
    } else if (c == '{') {
      Delimited(TokenKind::kExact, '}', "brace");
    } else if (c == '}') {
      Problem(at_, at_ + 1, "a closing brace without an opening one",
              "drop it, or open one before", {{Span(at_, at_ + 1), ""}});
      ++at_;
    } else if (c == '/') {
      Regex();
    } else {
      Word();
    }
  }

  // What the next `close` ends; there is no escape (A20).
  void Delimited(TokenKind kind, char32_t close, std::string_view name) {
    const size_t end = text_.find(close, at_ + 1);
    if (end == std::u32string::npos) {
      const std::string end_mark = ToUtf8(std::u32string(1, close));
      const bool is_empty = Canonicalize(Text(at_ + 1, text_.size())) == " ";
      Problem(at_, text_.size(), StrCat("this ", name, " is not closed"),
              is_empty ? "drop it" : StrCat("close it with ", end_mark),
              is_empty ? std::vector<QueryEdit>{{Span(at_, text_.size()), ""}}
                       : Append(end_mark));
      at_ = text_.size();
      return;
    }
    Add(kind, at_, end + 1).text = Text(at_ + 1, end);
    at_ = end + 1;
  }

  void Phrase() {
    const size_t count = tokens_.size();
    Delimited(TokenKind::kPhrase, '"', "quote");
    if (tokens_.size() == count || at_ >= text_.size() || text_[at_] != '~') {
      return;
    }
    size_t end = at_ + 1;
    const std::optional<uint32_t> n = Number(&end);
    if (!n.has_value()) {
      Problem(at_, end, "`~` after a phrase needs a number",
              "write \"…\"~5 for at most 5 extra words",
              {{Span(at_, end), "~5"}});
    }
    tokens_.back().n = n.value_or(0);
    tokens_.back().span.end = static_cast<uint32_t>(end);
    at_ = end;
  }

  bool BehindOperand() const {
    if (tokens_.empty()) {
      return false;
    }
    switch (tokens_.back().kind) {
      case TokenKind::kClose:
      case TokenKind::kMeta:
      case TokenKind::kWord:
      case TokenKind::kPhrase:
      case TokenKind::kExact:
      case TokenKind::kRegex:
      case TokenKind::kReference:
        return true;
      default:
        return false;
    }
  }

  // `/s`, `/p`, `/5` between terms, as other programs have it.
  bool OthersSlash() {
    const size_t end = WordEnd(at_);
    const std::string word = Lower(Text(at_ + 1, end));
    std::string meant;
    if (word == "s" || word == "p") {
      meant = word == "s" ? "SENTENCE" : "PARAGRAPH";
    } else if (!word.empty() && word.size() <= 3 &&
               word.find_first_not_of("0123456789") == std::string::npos) {
      meant = StrCat("NEAR/", word);
    }
    // A regex begins where an operand may: `AND /5 men/`.
    if (meant.empty() || !BehindOperand() || !IsWhiteSpace(text_[at_ - 1])) {
      return false;
    }
    Problem(at_, end, StrCat("`/", word, "` is an operator of other programs"),
            StrCat("write ", meant), {{Span(at_, end), meant}});
    at_ = end;
    return true;
  }

  void Regex() {
    if (OthersSlash()) {
      return;
    }
    size_t end = at_ + 1;
    while (end < raw_.size() && raw_[end] != '/') {
      end += raw_[end] == '\\' ? 2 : 1;
    }
    if (end >= raw_.size()) {
      Problem(at_, raw_.size(), "this regular expression is not closed",
              "close it with /, or quote the words", Append("/"));
      at_ = raw_.size();
      return;
    }
    Token& token = Add(TokenKind::kRegex, at_, end + 1);
    token.text =
        ToUtf8(std::u32string_view(raw_).substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    while (at_ < raw_.size() && IsAsciiLetter(raw_[at_])) {
      if (raw_[at_] == 'i') {
        token.ignore_case = true;
      } else {
        Problem(at_, at_ + 1, "the only flag of a regular expression is i",
                "drop it", {{Span(at_, at_ + 1), ""}});
      }
      ++at_;
    }
    token.span.end = static_cast<uint32_t>(at_);
  }

  size_t WordEnd(size_t at) const {
    while (at < text_.size() && !IsWhiteSpace(text_[at]) && text_[at] != '(' &&
           text_[at] != ')' && text_[at] != '"' && text_[at] != '{' &&
           text_[at] != '}' && !StartsWith(at, U"<<<")) {
      ++at;
    }
    return at;
  }

  // Decimal digits at *at; moves it behind them. Nothing where there are none,
  // or the number is over the maximum (which is then a problem told here).
  std::optional<uint32_t> Number(size_t* at) {
    const size_t begin = *at;
    uint32_t value = 0;
    while (*at < text_.size() && IsDigit(text_[*at])) {
      value = std::min<uint32_t>(
          value * 10 + static_cast<uint32_t>(text_[*at] - '0'), kNumberMax + 1);
      ++*at;
    }
    if (*at == begin) {
      return std::nullopt;
    }
    if (value > kNumberMax) {
      Problem(begin, *at, StrCat("at most ", kNumberMax, " is possible here"),
              StrCat("write ", kNumberMax),
              {{Span(begin, *at), StrCat(kNumberMax)}});
      value = kNumberMax;
    }
    return value;
  }

  bool Operator(size_t end) {
    const std::string word = Text(at_, end);
    static constexpr std::pair<std::string_view, TokenKind> kWords[] = {
        {"AND", TokenKind::kAnd},
        {"OR", TokenKind::kOr},
        {"NOT", TokenKind::kNot}};
    for (const auto& [name, kind] : kWords) {
      if (word == name) {
        Add(kind, at_, end);
        at_ = end;
        return true;
      }
    }
    static constexpr std::pair<std::string_view, NodeKind> kNear[] = {
        {"NEAR", NodeKind::kNear},
        {"ONEAR", NodeKind::kONear},
        {"NOTNEAR", NodeKind::kNotNear},
        {"SENTENCE", NodeKind::kSentence},
        {"PARAGRAPH", NodeKind::kParagraph}};
    for (const auto& [name, kind] : kNear) {
      const bool counts =
          kind != NodeKind::kSentence && kind != NodeKind::kParagraph;
      if (word != name && !(counts && word.starts_with(StrCat(name, "/")))) {
        continue;
      }
      Token& token = Add(TokenKind::kNear, at_, end);
      token.node_kind = kind;
      token.text = name;
      size_t number_at = at_ + name.size() + 1;
      if (counts) {
        token.n = word == name ? std::nullopt : Number(&number_at);
        if (!token.n.has_value() || number_at != end) {
          Problem(at_, end, StrCat("`", name, "` needs a number of words"),
                  StrCat("write ", name, "/5"),
                  {{Span(at_, end), StrCat(name, "/5")}});
          tokens_.back().n = 0;
        }
      }
      at_ = end;
      return true;
    }
    return false;
  }

  // `forms/ru (`, `forms/ru,uk(`: case does not matter.
  bool Forms(size_t end) {
    const std::string word = Lower(Text(at_, end));
    constexpr std::string_view kName = "forms/";
    if (!word.starts_with(kName) ||
        word.find('/', kName.size()) < word.size()) {
      return false;
    }
    std::vector<std::string> languages;
    if (!SplitLanguages(std::string_view(word).substr(kName.size()),
                        &languages)) {
      size_t next = end;
      while (next < text_.size() && IsWhiteSpace(text_[next])) {
        ++next;
      }
      if (next == text_.size() || text_[next] != '(') {
        return false;  // `forms/W-2` is a phrase.
      }
      Problem(at_, end, "`forms/` needs codes of languages, such as `ru`",
              "write forms/ru(…), or forms/ru,uk(…) for several");
      languages.clear();
    }
    Token& token = Add(TokenKind::kFunction, at_, end);
    token.node_kind = NodeKind::kForms;
    token.languages = std::move(languages);
    at_ = end;
    return true;
  }

  // `atleast/3 (`, `first/30(`: case does not matter.
  bool Function(size_t end) {
    const std::string word = Lower(Text(at_, end));
    for (const auto& [name, kind] : {std::pair("atleast", NodeKind::kAtLeast),
                                     std::pair("first", NodeKind::kFirst)}) {
      if (!word.starts_with(StrCat(name, "/"))) {
        continue;
      }
      size_t number_at = at_ + std::string_view(name).size() + 1;
      const std::optional<uint32_t> n = Number(&number_at);
      if (!n.has_value() || *n == 0 || number_at != end) {
        Problem(at_, end,
                StrCat("`", name, "/` needs a number from 1 to ", kNumberMax),
                StrCat("write ", name, "/3(…)"),
                {{Span(at_, end), StrCat(name, "/3")}});
      }
      Token& token = Add(TokenKind::kFunction, at_, end);
      token.node_kind = kind;
      token.n = std::max(1U, n.value_or(1));
      at_ = end;
      return true;
    }
    return false;
  }

  void Word() {
    const size_t end = WordEnd(at_);
    if (Operator(end) || Function(end) || Forms(end) || FieldOrMeta(end)) {
      return;
    }
    if (text_[at_] == '@') {
      if (at_ + 1 == end) {
        Problem(at_, end, "`@` needs the id of a watch-list directly behind it",
                "write @other-list, or drop it");
      }
      Token& token = Add(TokenKind::kReference, at_, end);
      token.text = Text(at_ + 1, end);
      at_ = end;
      return;
    }
    if (Sign(end)) {
      return;
    }
    CheckForeignSyntax(end);
    Add(TokenKind::kWord, at_, end).text = Text(at_, end);
    at_ = end;
  }

  // `title:`, `lang:en`, and what looks like one.
  bool FieldOrMeta(size_t end) {
    size_t colon = at_;
    while (colon < end && IsAsciiLetter(text_[colon])) {
      ++colon;
    }
    if (colon == at_ || colon >= end || text_[colon] != ':') {
      return false;
    }
    const std::string name = Lower(Text(at_, colon));
    const QueryField* const field = FindQueryField(name);
    if (field == nullptr) {
      const bool something_follows =
          colon + 1 < text_.size() && !IsWhiteSpace(text_[colon + 1]);
      if (!something_follows) {
        return false;
      }
      UnknownField(name, colon, std::max(end, colon + 1));
      return true;
    }
    if (!field->is_meta) {
      Add(TokenKind::kScope, at_, colon + 1).scope = field->scope;
      at_ = colon + 1;
      return true;
    }
    Meta(*field, colon + 1);
    return true;
  }

  // `titel:x`, `http://…`, `nation:"…"`. `end`: of the bare word.
  void UnknownField(const std::string& name, size_t colon, size_t end) {
    std::string quoted = StrCat("\"", Text(at_, end), "\"");
    if (end == colon + 1 && text_[end] == '"') {
      const size_t close = text_.find(U'"', end + 1);
      if (close != std::u32string::npos) {
        quoted = StrCat("\"", Text(at_, end), " ", Text(end + 1, close), "\"");
        end = close + 1;
      }
    }
    const QuerySpan field = Span(at_, colon + 1);
    std::string fix;
    std::vector<QueryEdit> edits;
    if (const std::string_view nearest = MeantQueryField(name);
        !nearest.empty()) {
      fix = StrCat("write ", nearest, ":");
      edits.push_back({field, StrCat(nearest, ":")});
    }
    if (end == colon + 1) {  // A bracket follows, or a brace.
      StrAppend(&fix, fix.empty() ? "" : " or ", "drop it");
      edits.push_back({field, ""});
    } else {
      StrAppend(&fix, fix.empty() ? "" : " or ", "quote it: ", quoted);
      edits.push_back({Span(at_, end), quoted});
    }
    Problem(at_, colon + 1,
            StrCat("there is no field `", Text(at_, colon), ":`"),
            std::move(fix), std::move(edits));
    Add(TokenKind::kWord, at_, end).text = Text(at_, end);
    at_ = end;
  }

  // `lang:(en OR fr)` as `(lang:en OR lang:fr)`: the field before each value.
  std::string SpelledOut(std::string_view field, size_t bracket,
                         size_t close) const {
    std::string spelled = "(";
    const char* separator = "";
    for (size_t at = bracket + 1; at < close;) {
      if (IsWhiteSpace(text_[at])) {
        ++at;
        continue;
      }
      const bool quoted = text_[at] == U'"';
      size_t end = at + 1;
      while (end < close &&
             (quoted ? text_[end - 1] != U'"' || end == at + 1
                     : !IsWhiteSpace(text_[end]) && text_[end] != U'"')) {
        ++end;
      }
      const std::string word = Text(at, end);
      const bool is_operator = word == "OR" || word == "AND" || word == "NOT";
      StrAppend(&spelled, separator, is_operator ? "" : field,
                is_operator ? "" : ":", word);
      separator = " ";
      at = end;
    }
    spelled += ')';
    return spelled;
  }

  void Meta(const QueryField& field, size_t value_begin) {
    const size_t begin = at_;
    size_t value_end = WordEnd(value_begin);
    std::string value;
    if (value_begin < text_.size() && text_[value_begin] == '"') {
      const size_t close = text_.find(U'"', value_begin + 1);
      if (close == std::u32string::npos) {
        Problem(value_begin, text_.size(), "this quote is not closed",
                "close it with \"", Append("\""));
        at_ = text_.size();
        return;
      }
      value = Text(value_begin + 1, close);
      value_end = close + 1;
    } else if (value_begin < text_.size() && text_[value_begin] == '(') {
      const size_t close =
          std::min(text_.find(U')', value_begin), text_.size());
      const std::string spelled = SpelledOut(field.name, value_begin, close);
      const size_t end = std::min(close + 1, text_.size());
      Problem(begin, value_begin + 1,
              StrCat("`", field.name, ":` takes one value"),
              StrCat("write ", spelled), {{Span(begin, end), spelled}});
    } else {
      value = Text(value_begin, value_end);
    }
    if (value.find_first_not_of(' ') == std::string::npos &&
        !(value_begin < text_.size() && text_[value_begin] == '(')) {
      MissingValue(field, begin, value_begin, value_end);
    }
    Token& token = Add(TokenKind::kMeta, begin, value_end);
    token.meta = field.meta;
    token.text = std::move(value);
    at_ = value_end;
  }

  // Nothing stands directly behind the colon at `value_begin`, or quotes round
  // nothing up to `value_end`.
  void MissingValue(const QueryField& field, size_t begin, size_t value_begin,
                    size_t value_end) {
    std::string value(field.example);
    size_t next = value_begin;
    while (next < text_.size() && IsWhiteSpace(text_[next])) {
      ++next;
    }
    if (value_end == value_begin && next > value_begin) {  // `source: Reuters`
      size_t end = WordEnd(next);
      if (next < text_.size() && text_[next] == '"') {
        const size_t close = text_.find(U'"', next + 1);
        end = close == std::u32string::npos ? next : close + 1;
      }
      const std::string word = Text(next, end);
      if (end > next && word != "AND" && word != "OR" && word != "NOT") {
        value = word;
        value_end = end;
      }
    }
    const std::string meant = StrCat(field.name, ":", value);
    Problem(
        begin, value_begin,
        StrCat("`", field.name, ":` needs a value directly behind the colon"),
        StrCat("write ", meant, ", or quote a value with spaces"),
        {{Span(begin, value_end), meant}});
  }

  // What excludes the condition that follows: `AND NOT`, less where an AND
  // stands there already. Empty where nothing goes before it.
  std::string Exclusion() const {
    if (tokens_.empty()) {
      return "";
    }
    switch (tokens_.back().kind) {
      case TokenKind::kAnd:
        return "NOT ";
      case TokenKind::kOpen:
      case TokenKind::kOr:
      case TokenKind::kNot:
      case TokenKind::kNear:
      case TokenKind::kScope:
      case TokenKind::kFunction:
        return "";
      default:
        return "AND NOT ";
    }
  }

  void NotExcluding(size_t sign_end, size_t end) {
    const std::string sign = Text(at_, at_ + 1);
    const std::string exclusion = Exclusion();
    Problem(at_, end, StrCat("`", sign, "` does not exclude here"),
            StrCat("write ", exclusion.empty() ? "AND NOT " : exclusion,
                   Text(sign_end, end),
                   exclusion.empty() ? " behind what must be there" : ""),
            exclusion.empty()
                ? std::vector<QueryEdit>()
                : std::vector<QueryEdit>{{Span(at_, sign_end), exclusion}});
  }

  // `-"a b"`, `+(…)`: other systems' signs before what is no bare word.
  bool Sign(size_t end) {
    const char32_t sign = text_[at_];
    if (end != at_ + 1 || end >= text_.size() ||
        (text_[end] != '"' && text_[end] != '(' && text_[end] != '{') ||
        (sign != '-' && sign != '!' && sign != '+')) {
      return false;
    }
    if (sign == '+') {
      Problem(at_, end, "`+` does not require here: what AND joins is required",
              "drop it", {{Span(at_, end), ""}});
    } else {
      NotExcluding(end, end);
    }
    at_ = end;
    return true;
  }

  // What other systems write, and what it would silently mean here (A21).
  void CheckForeignSyntax(size_t end) {
    const std::string word = Text(at_, end);
    const QuerySpan span = Span(at_, end);
    if (word.size() > 1 && word.ends_with('~')) {
      const std::string plain = word.substr(0, word.size() - 1);
      Problem(at_, end, "`~` is punctuation here: there is no fuzzy search",
              StrCat("write ", plain), {{span, plain}}, true);
    } else if ((word[0] == '-' || word[0] == '!') &&
               word.find_first_not_of("-!") != std::string::npos) {
      NotExcluding(at_ + word.find_first_not_of("-!"), end);
    } else if (word.find('|') != std::string::npos) {
      const std::string either = Either(word);
      Problem(at_, end, "`|` is no operator here", StrCat("write ", either),
              {{span, either}});
    } else if (word == "&&" || word == "&") {
      Problem(at_, end, StrCat("`", word, "` is no operator here"),
              "write AND, or put the whole phrase in quotes", {{span, "AND"}});
    } else if (const size_t mark = word.find_last_of("~^");
               mark != std::string::npos && mark > 0 &&
               mark + 1 < word.size() &&
               word.find_first_not_of("0123456789.", mark + 1) ==
                   std::string::npos) {
      Problem(at_, end,
              word[mark] == '~' ? "there is no fuzzy search of a word"
                                : "there is no weighting of a word",
              StrCat("write ", word.substr(0, mark)),
              {{span, word.substr(0, mark)}});
    }
  }

  // `a|b` as `(a OR b)`, `||` as `OR`.
  static std::string Either(const std::string& word) {
    std::string either;
    size_t parts = 0;
    for (size_t begin = 0; begin <= word.size();) {
      const size_t end = std::min(word.find('|', begin), word.size());
      if (end > begin) {
        StrAppend(&either, parts++ == 0 ? "" : " OR ",
                  word.substr(begin, end - begin));
      }
      begin = end + 1;
    }
    return parts == 0              ? "OR"
           : parts > 1             ? StrCat("(", either, ")")
           : word.starts_with('|') ? StrCat("OR ", either)
                                   : StrCat(either, " OR");
  }

  const std::u32string& raw_;
  std::u32string text_;
  std::vector<QueryProblem>* problems_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
};

}  // namespace

bool IsWhiteSpace(char32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::u32string ToCodePoints(std::string_view utf8) {
  std::u32string code_points;
  for (size_t i = 0; i < utf8.size();) {
    const uint32_t size = Utf8Size(utf8[i]);
    if (i + size > utf8.size() || IsUtf8Continuation(utf8[i])) {
      code_points += U'\uFFFD';
      ++i;
      continue;
    }
    code_points += DecodeUtf8(utf8.data() + i);
    i += size;
  }
  return code_points;
}

std::string ToUtf8(std::u32string_view code_points) {
  std::string utf8;
  for (const char32_t c : code_points) {
    AppendUtf8(c, &utf8);
  }
  return utf8;
}

char32_t MapSmartForm(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E && c != U'／') {
    return c - 0xFF01 + '!';
  }
  return FromSmartForm(c);
}

std::vector<Token> LexQuery(const std::u32string& query,
                            std::vector<QueryProblem>* problems) {
  return Lexer(query, problems).Run();
}

}  // namespace presshawk
