// SPDX-License-Identifier: Apache-2.0
#include "matchers/forms/form_rules.h"

#include <utility>

#include "core/base/str_cat.h"
#include "matchers/forms/letters.h"

namespace presshawk {
namespace {

// A problem of one line; empty: none.
using Problem = std::string;
using Words = std::vector<std::string_view>;

class Parser {
 public:
  absl::StatusOr<FormRules> Parse(std::string_view text,
                                  const std::string& name);

 private:
  Problem ReadLine(std::string_view line);
  Problem ReadSetting(const Words& words);
  Problem ReadParadigm(std::string_view line, WordKind kind, bool goes_on);
  Problem ReadAddition(std::string_view line, bool is_join, bool goes_on);
  Problem ReadPatterns(std::string_view text, bool is_begin,
                       std::vector<WordPattern>* patterns);
  Problem ReadPlaces(std::u32string_view text, WordPattern* pattern);
  Problem ReadCells(std::string_view text, std::vector<FormCell>* cells);

  FormRules rules_;
  std::map<std::u32string, std::u32string> sets_;
};

Words Split(std::string_view text, char separator) {
  Words pieces;
  while (true) {
    const size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return pieces;
    }
    text.remove_prefix(end + 1);
  }
}

Words WordsOf(std::string_view text) {
  Words words = Split(text, ' ');
  std::erase(words, "");
  return words;
}

// What stands before the first `separator`, and what stands behind it.
std::pair<std::string_view, std::string_view> Halves(std::string_view text,
                                                     char separator) {
  const size_t at = text.find(separator);
  return at == std::string_view::npos
             ? std::pair(text, std::string_view())
             : std::pair(text.substr(0, at), text.substr(at + 1));
}

std::unordered_set<std::u32string>* ListOf(std::string_view key,
                                           FormRules* rules) {
  return key == "fixed"          ? &rules->fixed
         : key == "and"          ? &rules->conjunctions
         : key == "common"       ? &rules->common
         : key == "words"        ? &rules->words
         : key == "given_male"   ? &rules->given_male
         : key == "given_female" ? &rules->given_female
                                 : nullptr;
}

Problem Parser::ReadSetting(const Words& words) {
  if (auto* list = ListOf(words[0], &rules_); list != nullptr) {
    for (size_t i = 1; i < words.size(); ++i) {
      list->insert(LowerLetters(LettersOf(words[i])));
    }
    return "";
  }
  if (words.size() < 2) {
    return StrCat("`", words[0], "` is no line of forms");
  }
  if (words[0] == "language") {
    rules_.language = words[1];
  } else if (words[0] == "cases") {
    rules_.cases.assign(words.begin() + 1, words.end());
  } else if (words[0] == "set" && words.size() == 3) {
    sets_[LettersOf(words[1])] = LettersOf(words[2]);
  } else if (words[0] == "agree" &&
             (words[1] == "all" || words[1] == "first")) {
    rules_.agrees_once = words[1] == "first";
  } else if (words[0] == "adjectives" && words[1] == "around") {
    rules_.adjectives_follow = true;
  } else if (words[0] == "names" && words[1] == "all") {
    rules_.names = FormRules::Names::kAll;
  } else if (words[0] == "names" && words[1] == "last") {
    rules_.names = FormRules::Names::kLast;
  } else if (words[0] == "names" && words[1] == "none") {
    rules_.names = FormRules::Names::kNone;
  } else {
    return StrCat("`", words[0], " ", words[1], "` is no line of forms");
  }
  return "";
}

Problem Parser::ReadPlaces(std::u32string_view text, WordPattern* pattern) {
  bool behind_bar = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    if (c == U'^' && i == 0) {
      pattern->is_whole = true;
    } else if (c == U'|') {
      behind_bar = true;
      pattern->replaced = 0;
    } else if (c == U'<' || c == U'[') {
      const size_t end = text.find(c == U'<' ? U'>' : U']', i);
      if (end == std::u32string_view::npos) {
        return "a `<` or `[` that is not closed";
      }
      std::u32string letters(text.substr(i + 1, end - i - 1));
      if (c == U'<') {
        const auto set = sets_.find(letters);
        if (set == sets_.end()) {
          return StrCat("the set <", Utf8Of(letters), "> is not defined above");
        }
        letters = set->second;
      }
      pattern->places.push_back(std::move(letters));
      pattern->replaced += behind_bar ? 1 : 0;
      i = end;
    } else {
      pattern->places.emplace_back(1, c);
      pattern->replaced += behind_bar ? 1 : 0;
    }
  }
  if (!behind_bar) {
    return StrCat("`", Utf8Of(text), "` has no bar before what is replaced");
  }
  if (pattern->is_begin) {
    pattern->replaced = pattern->places.size() - pattern->replaced;
  }
  return "";
}

Problem Parser::ReadPatterns(std::string_view text, bool is_begin,
                             std::vector<WordPattern>* patterns) {
  for (const std::string_view one : Split(text, ',')) {
    WordPattern pattern;
    pattern.is_begin = is_begin;
    if (Problem problem = ReadPlaces(LettersOf(one), &pattern);
        !problem.empty()) {
      return problem;
    }
    patterns->push_back(std::move(pattern));
  }
  return "";
}

FormCell CellOf(std::string_view text) {
  FormCell cell;
  if (text != ".") {
    for (const std::string_view ending : Split(text, '/')) {
      const bool is_of_things =
          ending.starts_with('(') && ending.ends_with(')');
      const std::string_view letters =
          is_of_things ? ending.substr(1, ending.size() - 2) : ending;
      cell.push_back({letters == "-" ? U"" : LettersOf(letters), is_of_things});
    }
  }
  return cell;
}

Problem Parser::ReadCells(std::string_view text, std::vector<FormCell>* cells) {
  for (const std::string_view word : WordsOf(text)) {
    cells->push_back(CellOf(word));
  }
  if (cells->size() != rules_.cases.size()) {
    return StrCat(cells->size(), " endings where there are ",
                  rules_.cases.size(), " cases");
  }
  return "";
}

// Takes `name`, `common` or `capitals` off the head of a line.
TermKind TermsOf(Words* head) {
  for (size_t i = 0; i < head->size(); ++i) {
    const TermKind terms = (*head)[i] == "name"       ? TermKind::kName
                           : (*head)[i] == "common"   ? TermKind::kCommon
                           : (*head)[i] == "capitals" ? TermKind::kCapitals
                                                      : TermKind::kAny;
    if (terms != TermKind::kAny) {
      head->erase(head->begin() + static_cast<ptrdiff_t>(i));
      return terms;
    }
  }
  return TermKind::kAny;
}

Problem Parser::ReadParadigm(std::string_view line, WordKind kind,
                             bool goes_on) {
  const auto halves = Halves(line, ':');
  Words head = WordsOf(halves.first);
  Paradigm paradigm;
  paradigm.kind = kind;
  paradigm.goes_on = goes_on;
  paradigm.terms = TermsOf(&head);
  if (head.size() == 3 && head[0] == "no") {
    paradigm.is_none = true;
    rules_.paradigms.push_back(std::move(paradigm));
    return ReadPatterns(head[2], false, &rules_.paradigms.back().patterns);
  }
  const std::string_view gender = head.size() == 3 ? head[1] : "";
  if (gender != "m" && gender != "f" && gender != "n" && gender != "pl") {
    return "a line is `noun GENDER PATTERN : ENDING …`, GENDER m, f, n or pl";
  }
  paradigm.gender = gender == "m"   ? WordGender::kMasculine
                    : gender == "f" ? WordGender::kFeminine
                    : gender == "n" ? WordGender::kNeuter
                                    : WordGender::kPlural;
  Problem problem = ReadPatterns(head[2], false, &paradigm.patterns);
  const auto numbers = Halves(halves.second, ';');
  if (problem.empty()) {
    problem = ReadCells(numbers.first, &paradigm.singular);
  }
  if (problem.empty() && !numbers.second.empty()) {
    problem = ReadCells(numbers.second, &paradigm.plural);
  }
  rules_.paradigms.push_back(std::move(paradigm));
  return problem;
}

Problem Parser::ReadAddition(std::string_view line, bool is_join,
                             bool goes_on) {
  const auto halves = Halves(line, ':');
  Words head = WordsOf(halves.first);
  Addition addition;
  addition.goes_on = goes_on;
  addition.terms = TermsOf(&head);
  addition.is_alone = std::erase(head, "alone") > 0;
  if (head.size() != 3) {
    return "a line is `derive WHY PATTERN : TEXT …`, or `join` so";
  }
  addition.why = head[1];
  for (char& c : addition.why) {
    c = c == '_' ? ' ' : c;
  }
  for (const std::string_view text : WordsOf(halves.second)) {
    addition.texts.push_back(text == "-" ? U"" : LettersOf(text));
  }
  Problem problem = ReadPatterns(head[2], is_join, &addition.patterns);
  (is_join ? rules_.joins : rules_.derivations).push_back(std::move(addition));
  return problem;
}

Problem Parser::ReadLine(std::string_view line) {
  if (const size_t comment = line.find('#');
      comment != std::string_view::npos) {
    line = line.substr(0, comment);
  }
  const bool goes_on = !line.empty() && line[0] == '+';
  line.remove_prefix(goes_on ? 1 : 0);
  const Words words = WordsOf(line);
  if (words.empty()) {
    return "";
  }
  const size_t kind = words[0] == "no" && words.size() > 1 ? 1 : 0;
  if (words[kind] == "noun" || words[kind] == "adj") {
    return ReadParadigm(
        line, words[kind] == "noun" ? WordKind::kNoun : WordKind::kAdjective,
        goes_on);
  }
  if (words[0] == "derive" || words[0] == "join") {
    return ReadAddition(line, words[0] == "join", goes_on);
  }
  return ReadSetting(words);
}

absl::StatusOr<FormRules> Parser::Parse(std::string_view text,
                                        const std::string& name) {
  if (!IsValidUtf8(text)) {
    return absl::InvalidArgumentError(StrCat(name, ": not UTF-8"));
  }
  size_t number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++number;
    if (const Problem problem = ReadLine(line); !problem.empty()) {
      return absl::InvalidArgumentError(
          StrCat(name, ":", number, ": ", problem));
    }
  }
  if (rules_.language.empty() || rules_.cases.empty()) {
    return absl::InvalidArgumentError(
        StrCat(name, ": no line `language` or no line `cases`"));
  }
  return std::move(rules_);
}

}  // namespace

bool WordPattern::Fits(std::u32string_view word) const {
  // A form keeps at least one letter of its word.
  if (word.size() < places.size() ||
      (is_whole ? word.size() != places.size() : word.size() <= replaced)) {
    return false;
  }
  const size_t begin = is_begin ? 0 : word.size() - places.size();
  for (size_t i = 0; i < places.size(); ++i) {
    if (places[i].find(word[begin + i]) == std::u32string::npos) {
      return false;
    }
  }
  return true;
}

absl::StatusOr<FormRules> ParseFormRules(std::string_view text,
                                         const std::string& name) {
  return Parser().Parse(text, name);
}

}  // namespace presshawk
