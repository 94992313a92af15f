// SPDX-License-Identifier: Apache-2.0
#include "matchers/import/vendor_lexer.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "core/base/str_cat.h"
#include "matchers/import/foreign_operators.h"

namespace presshawk {
namespace {

using Kind = VendorToken::Kind;

constexpr std::string_view kQuotes[] = {"\"",     "\u201C", "\u201D",
                                        "\u201E", "\u00AB", "\u00BB"};

// The length of the quotation mark at the start of `text`, or 0.
size_t QuoteSize(std::string_view text) {
  for (const std::string_view quote : kQuotes) {
    if (text.starts_with(quote)) {
      return quote.size();
    }
  }
  return 0;
}

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string Lower(std::string_view text) {
  return absl::AsciiStrToLower(absl::string_view(text.data(), text.size()));
}

bool IsUpper(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c >= 'a' && c <= 'z'; });
}

bool IsFieldName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_' ||
           c == '.';
  });
}

// A number of 1 to 6 digits.
std::optional<int> Number(std::string_view digits) {
  if (digits.empty() || digits.size() > 6 ||
      digits.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  return std::stoi(std::string(digits));
}

class VendorLexer {
 public:
  VendorLexer(std::string_view text, const DialectRules& rules)
      : text_(text), rules_(rules) {}

  std::vector<VendorToken> Run() {
    while (true) {
      while (at_ < text_.size() && IsSpace(text_[at_])) {
        ++at_;
      }
      if (at_ == text_.size()) {
        break;
      }
      Next();
    }
    Add(Kind::kEnd, at_);
    return std::move(tokens_);
  }

 private:
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  VendorToken& Add(Kind kind, size_t begin, std::string text = {}) {
    tokens_.push_back({.kind = kind,
                       .begin = static_cast<uint32_t>(begin),
                       .end = static_cast<uint32_t>(at_),
                       .text = std::move(text)});
    return tokens_.back();
  }

  void Next() {
    const size_t begin = at_;
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("<<<")) {
      const size_t end = rest.find(">>>");
      at_ = end == std::string_view::npos ? text_.size() : at_ + end + 3;
      if (end == std::string_view::npos) {
        Add(Kind::kBad, begin, "this comment is not closed with >>>");
      }
    } else if (Peek() == '(') {
      ++at_;
      Add(Kind::kOpen, begin);
    } else if (Peek() == ')') {
      ++at_;
      Add(Kind::kClose, begin);
      Suffixes();
    } else if (QuoteSize(rest) > 0) {
      Phrase();
    } else if (rules_.has_braces && Peek() == '{') {
      Braces();
    } else if (Peek() == '[') {
      const size_t end = rest.find(']');
      at_ = end == std::string_view::npos ? text_.size() : at_ + end + 1;
      Add(Kind::kBad, begin,
          "ranges (of Brandwatch and Lucene) have no counterpart");
    } else if (rules_.has_minus && (Peek() == '-' || Peek() == '+') &&
               Peek(1) != '\0' && !IsSpace(Peek(1))) {
      ++at_;
      Add(text_[begin] == '-' ? Kind::kMinus : Kind::kPlus, begin);
    } else if (rules_.has_clauses && Peek() == '!' && Peek(1) != '=') {
      ++at_;
      Add(Kind::kMinus, begin);
    } else {
      Word();
    }
  }

  void Phrase() {
    const size_t begin = at_;
    at_ += QuoteSize(text_.substr(at_));
    const size_t first = at_;
    while (at_ < text_.size() && QuoteSize(text_.substr(at_)) == 0) {
      at_ += rules_.has_backslash && Peek() == '\\' ? 2 : 1;
    }
    if (at_ >= text_.size()) {
      at_ = text_.size();
      Add(Kind::kBad, begin, "this quote is not closed");
      return;
    }
    std::string text(text_.substr(first, at_ - first));
    std::erase(text, rules_.has_backslash ? '\\' : '\0');
    at_ += QuoteSize(text_.substr(at_));
    Add(Kind::kPhrase, begin, std::move(text));
    Suffixes();
  }

  void Braces() {
    const size_t begin = at_;
    const size_t end = text_.find('}', at_);
    if (end == std::string_view::npos) {
      at_ = text_.size();
      Add(Kind::kBad, begin, "this brace is not closed");
      return;
    }
    at_ = end + 1;
    std::string text(text_.substr(begin + 1, end - begin - 1));
    for (const std::string_view quote : kQuotes) {  // {"A B"}
      for (size_t i = text.find(quote); i != std::string::npos;
           i = text.find(quote)) {
        text.erase(i, quote.size());
      }
    }
    Add(Kind::kExact, begin, std::move(text));
  }

  // `~5` and `^3` behind a phrase or a bracket.
  void Suffixes() {
    if (Peek() == '~' && rules_.has_slop) {
      const size_t begin = at_++;
      const std::string digits = Digits();
      const std::optional<int> n = Number(digits);
      if (n.has_value()) {
        Add(Kind::kSlop, begin).n = *n;
      } else {
        Add(Kind::kBad, begin, "~ needs a number of words behind it");
      }
    }
    if (Peek() == '^' && rules_.has_boost) {
      ++at_;
      Digits();
      tokens_.back().boosted = true;
    }
    // `"a b"~5`, `"a b"^3`, `"a b"/2`: as behind a word.
    if (Peek() == '~' || Peek() == '^' || Peek() == '/') {
      const size_t begin = at_++;
      Digits();
      const std::string suffix(text_.substr(begin, at_ - begin));
      if (const ForeignOperator* const foreign = FindForeignOperator(
              suffix.starts_with('/') ? suffix : StrCat("x", suffix), Peek(),
              rules_.dialect)) {
        AddForeign(*foreign, begin);
      } else {
        at_ = begin;
      }
    }
  }

  std::string Digits() {
    const size_t begin = at_;
    while (absl::ascii_isdigit(static_cast<unsigned char>(Peek())) ||
           Peek() == '.') {
      ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  void Word() {
    const size_t begin = at_;
    while (at_ < text_.size() && !IsSpace(Peek()) && Peek() != '(' &&
           Peek() != ')' && QuoteSize(text_.substr(at_)) == 0 &&
           !(rules_.has_braces && Peek() == '{') &&
           !text_.substr(at_).starts_with("<<<")) {
      at_ += rules_.has_backslash && Peek() == '\\' ? 2 : 1;
      if (IsFieldAt(begin)) {
        return AddField(begin, at_ - 1);
      }
    }
    at_ = std::min(at_, text_.size());
    if (rules_.field_mark == '(' && Peek() == '(' && AddFunction(begin)) {
      return;
    }
    if (rules_.dialect == Dialect::kGoogle && Peek() == '(' &&
        text_.substr(begin, at_ - begin) == "AROUND") {
      const size_t end = text_.find(')', at_);
      at_ = end == std::string_view::npos ? text_.size() : end + 1;
    }
    if (AddOperator(begin) || AddForeignWord(begin)) {
      return;
    }
    AddTerm(begin);
  }

  void AddForeign(const ForeignOperator& foreign, size_t begin) {
    Add(Kind::kBad, begin,
        StrCat("`", foreign.name, "` is an operator of ", VendorsOf(foreign),
               ", not one that ", rules_.title,
               " is known to have; in quotes it is a word"));
  }

  // Whether it is no word in its language. If that is doubtful, it stays a
  // word, with a warning.
  bool AddForeignWord(size_t begin) {
    const std::string_view word = text_.substr(begin, at_ - begin);
    if (rules_.has_backslash && word.find('\\') != std::string_view::npos) {
      return false;  // Says itself what it is.
    }
    if (const ForeignOperator* const foreign =
            FindForeignOperator(word, Peek(), rules_.dialect)) {
      if (foreign->is_error) {
        AddForeign(*foreign, begin);
        return true;
      }
      AddTerm(begin);
      tokens_.back().doubt =
          StrCat("`", foreign->name, "` is an operator of ",
                 VendorsOf(*foreign), "; here it is read as a word");
      return true;
    }
    // `hd=merger`, `hlead(merger)`, `title: merger`
    const std::string lower = Lower(word);
    const size_t equals = lower.find('=');
    const bool is_field = (equals != std::string::npos &&
                           IsFieldOfAny(lower.substr(0, equals), '=')) ||
                          (Peek() == '(' && IsFieldOfAny(lower, '('));
    if (is_field) {
      const std::string name = lower.substr(0, equals);
      Add(Kind::kBad, begin,
          StrCat("`", name, Peek() == '(' ? "(" : "=", "` is a field of ",
                 VendorsOfField(name), "; in quotes it is a word"));
      return true;
    }
    if (lower.ends_with(':') &&
        (IsFieldOfAny(lower.substr(0, lower.size() - 1), ':') ||
         !VendorsOfField(lower.substr(0, lower.size() - 1)).empty())) {
      Add(Kind::kBad, begin,
          StrCat("`", word, "` is a field of ",
                 VendorsOfField(lower.substr(0, lower.size() - 1)),
                 ": its value must stand directly behind the colon"));
      return true;
    }
    return false;
  }

  static std::string NoCounterpart(const std::string& name) {
    const std::string vendors = VendorsOfField(name);
    return StrCat("there is no counterpart of the field ", name,
                  vendors.empty() ? "" : StrCat(" (of ", vendors, ")"));
  }

  // Whether what was read is `name:` (or `name=`) with a value behind it.
  bool IsFieldAt(size_t begin) const {
    const char mark = text_[at_ - 1];
    return (mark == ':' || (mark == '=' && rules_.field_mark == '=')) &&
           IsFieldName(text_.substr(begin, at_ - 1 - begin)) &&
           at_ < text_.size() && !IsSpace(Peek()) &&
           !text_.substr(at_).starts_with("//");
  }

  void AddField(size_t begin, size_t name_end) {
    const std::string name = Lower(text_.substr(begin, name_end - begin));
    for (const FieldRule& field : rules_.fields) {
      if (field.name == name && rules_.field_mark == text_[name_end]) {
        Add(Kind::kField, begin).field = &field;
        return;
      }
    }
    // With its value, so that the error shows all of what has to go.
    if (Peek() == '(') {
      Add(Kind::kBad, begin, NoCounterpart(name));
      return;
    }
    const size_t quote = QuoteSize(text_.substr(at_));
    at_ += quote;
    while (at_ < text_.size() &&
           (quote > 0 ? QuoteSize(text_.substr(at_)) == 0
                      : !IsSpace(Peek()) && Peek() != ')')) {
      if (Peek() == '[') {  // A range has spaces in it.
        at_ = std::min(text_.find(']', at_), text_.size() - 1);
      }
      ++at_;
    }
    at_ += quote > 0 ? QuoteSize(text_.substr(at_)) : 0;
    Add(Kind::kBad, begin, NoCounterpart(name));
  }

  // `HEADLINE(`, `cs(`; false for a word that happens to stand there.
  bool AddFunction(size_t begin) {
    const std::string name = Lower(text_.substr(begin, at_ - begin));
    for (const FieldRule& field : rules_.fields) {
      if (field.name == name) {
        Add(Kind::kField, begin).field = &field;
        return true;
      }
    }
    if ((name == "cs" && rules_.dialect == Dialect::kCision) ||
        (name == "allcaps" && rules_.dialect == Dialect::kLexisNexis)) {
      Add(Kind::kCapitals, begin);
      return true;
    }
    if (const ForeignOperator* const foreign =
            FindForeignOperator(name, '(', rules_.dialect);
        foreign != nullptr &&
        foreign->form == ForeignOperator::Form::kBeforeBracket) {
      AddForeign(*foreign, begin);
      return true;
    }
    for (const char* const unsupported :
         {"caps", "nocaps", "singular", "plural"}) {
      if (name == unsupported) {
        Add(Kind::kBad, begin, StrCat("there is no counterpart of ", name));
        return true;
      }
    }
    if (name.starts_with("atleast") || name == "and" || name == "or" ||
        name == "not" || !IsFieldName(name) ||
        name.find('.') != std::string::npos) {
      return false;
    }
    Add(Kind::kBad, begin, NoCounterpart(name));
    return true;
  }

  bool AddOperator(size_t begin) {
    const std::string_view word = text_.substr(begin, at_ - begin);
    // `NEAR/2f` ends in a small letter in every dialect.
    if (!rules_.operators_in_any_case &&
        !IsUpper(word.substr(0, word.find('/')))) {
      return false;
    }
    std::string lower = Lower(word);
    if (lower == "not" && NextWord().starts_with("w/") &&
        rules_.dialect == Dialect::kLexisNexis) {
      lower = StrCat("not ", TakeNextWord());
    }
    for (const OperatorRule& rule : rules_.operators) {
      if (!lower.starts_with(rule.prefix) || !lower.ends_with(rule.suffix) ||
          lower.size() < rule.prefix.size() + rule.suffix.size()) {
        continue;
      }
      const std::string_view digits = std::string_view(lower).substr(
          rule.prefix.size(),
          lower.size() - rule.prefix.size() - rule.suffix.size());
      const std::optional<int> n = digits.empty() && rule.without_number != -1
                                       ? rule.without_number
                                       : Number(digits);
      const bool may_have_number =
          rule.without_number != -2 && !rule.never_with_number;
      if (n.has_value() && (digits.empty() || may_have_number)) {
        VendorToken& token = Add(Kind::kOperator, begin);
        token.op = rule.op;
        token.n = *n;
        return true;
      }
    }
    if (lower.starts_with("atleast") && rules_.has_atleast) {
      if (const std::optional<int> n = Number(lower.substr(7))) {
        Add(Kind::kAtLeast, begin).n = *n;
        return true;
      }
    }
    std::optional<VendorOperator> op;
    if (lower == "and" || (rules_.has_clauses && lower == "&&")) {
      op = VendorOperator::kAnd;
      if (rules_.dialect == Dialect::kLexisNexis && NextWord() == "not") {
        TakeNextWord();
        op = VendorOperator::kAndNot;
      }
    } else if (lower == "or" || (rules_.has_clauses && lower == "||") ||
               (rules_.dialect == Dialect::kGoogle && lower == "|")) {
      op = VendorOperator::kOr;
    } else if (lower == "not") {
      op = VendorOperator::kNot;
    }
    if (op.has_value()) {
      Add(Kind::kOperator, begin).op = *op;
    }
    return op.has_value();
  }

  // The word behind, in lower case; not taken.
  std::string NextWord() const {
    size_t begin = at_;
    while (begin < text_.size() && IsSpace(text_[begin])) {
      ++begin;
    }
    size_t end = begin;
    while (end < text_.size() && !IsSpace(text_[end]) && text_[end] != '(') {
      ++end;
    }
    return Lower(text_.substr(begin, end - begin));
  }
  std::string TakeNextWord() {
    std::string word = NextWord();
    while (IsSpace(Peek())) {
      ++at_;
    }
    at_ += word.size();
    return word;
  }

  void AddTerm(size_t begin) {
    std::string word(text_.substr(begin, at_ - begin));
    if (rules_.has_clauses && word.starts_with('/')) {
      Add(Kind::kBad, begin,
          "Lucene's regular expressions stand for whole words: write ours, "
          "which are found anywhere, by hand");
      return;
    }
    if (rules_.dialect == Dialect::kFactiva &&
        word.find_first_of("<>%") != std::string::npos) {
      Add(Kind::kBad, begin, "this has no counterpart");
      return;
    }
    bool boosted = false;
    const size_t boost = word.find('^');
    if (rules_.has_boost && boost != std::string::npos) {
      word.resize(boost);
      boosted = true;
    }
    if (rules_.has_slop && word.find('~') != std::string::npos &&
        !word.starts_with('~')) {
      Add(Kind::kBad, begin, "words that are only similar cannot be found");
      return;
    }
    std::erase(word, rules_.has_backslash ? '\\' : '\0');
    Add(Kind::kWord, begin, std::move(word)).boosted = boosted;
  }

  std::string_view text_;
  const DialectRules& rules_;
  size_t at_ = 0;
  std::vector<VendorToken> tokens_;
};

}  // namespace

std::vector<VendorToken> LexVendorQuery(std::string_view text,
                                        const DialectRules& rules) {
  return VendorLexer(text, rules).Run();
}

}  // namespace presshawk
