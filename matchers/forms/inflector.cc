// SPDX-License-Identifier: Apache-2.0
// PHRASES. The words of a term are read from the left:
//
//   Верховный  суд            adjectives, then a noun: they agree, all decline
//   Unia       Europejska     adjectives may follow the noun
//   Совет      Европы         what follows the noun and does not agree stays
//   Дональд    Трамп          nouns with capitals: a person, all decline
#include "matchers/forms/inflector.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "core/base/str_cat.h"
#include "matchers/forms/letters.h"
#include "matchers/forms/term_words.h"

namespace presshawk {
namespace {

// A phrase longer than this is a sentence, whose forms nobody counts.
constexpr size_t kWordsMax = 8;

// The readings that were chosen, by word; null: the word stays as it is.
using Choice = std::vector<const Reading*>;

class Inflector {
 public:
  Inflector(std::u32string_view term, const FormRules& rules, size_t max)
      : term_(term), rules_(rules), max_(max) {
    words_ = ReadWords(term, rules, &kind_);
  }

  std::vector<InflectedTerm> Forms();

 private:
  void Add(std::u32string text, std::string why);
  void AddSingleWord();
  void AddPhrase();
  bool AddPhraseWithHead(size_t head);
  void AddPerson(WordGender gender);
  void AddDerived();
  void AddJoined();
  void AddCases(const Choice& choice, size_t head);
  void AddProduct(const Choice& choice, size_t head, size_t grammatical_case,
                  bool is_plural);
  const WordForms* FormsAt(const Reading& reading, size_t grammatical_case,
                           bool is_plural) const;

  const std::u32string_view term_;
  const FormRules& rules_;
  const size_t max_;
  TermKind kind_ = TermKind::kAny;
  std::vector<TermWord> words_;
  std::vector<InflectedTerm> forms_;
  std::unordered_set<std::u32string> seen_;
};

void Inflector::Add(std::u32string text, std::string why) {
  if (forms_.size() < max_ && seen_.insert(LowerLetters(text)).second) {
    forms_.push_back({std::move(text), std::move(why)});
  }
}

// "genitive: -їв → -єва"
std::string WhyOf(const Reading& reading, const std::string& name,
                  const FormCell& endings, bool is_plural) {
  const auto shown = [](const std::u32string& ending) {
    return ending.empty() ? std::string("∅") : StrCat("-", Utf8Of(ending));
  };
  std::string why = StrCat(name, is_plural ? " plural" : "", ": ",
                           shown(reading.replaced), " → ");
  for (size_t i = 0; i < endings.size(); ++i) {
    StrAppend(&why, i == 0 ? "" : ", ", shown(endings[i]));
  }
  return why;
}

const WordForms* Inflector::FormsAt(const Reading& reading,
                                    size_t grammatical_case,
                                    bool is_plural) const {
  const auto& numbers = is_plural ? reading.plural : reading.singular;
  return grammatical_case < numbers.size() ? &numbers[grammatical_case]
                                           : nullptr;
}

void Inflector::AddProduct(const Choice& choice, size_t head,
                           size_t grammatical_case, bool is_plural) {
  std::vector<std::u32string> texts = {U""};
  bool has_article = false;
  for (size_t w = 0; w < words_.size(); ++w) {
    const TermWord& word = words_[w];
    const WordForms stays = {word.text};
    const WordForms* forms = &stays;
    if (choice[w] != nullptr) {
      const bool takes_case = !rules_.agrees_once || !has_article;
      has_article = true;
      forms = FormsAt(*choice[w], takes_case ? grammatical_case : 0, is_plural);
      if (forms == nullptr || forms->empty()) {
        return;
      }
    }
    std::vector<std::u32string> longer;
    for (const std::u32string& text : texts) {
      for (const std::u32string& form : *forms) {
        longer.push_back(w == 0 ? form : text + U' ' + form);
      }
    }
    texts = std::move(longer);
    if (texts.size() > max_) {
      texts.resize(max_);
    }
  }
  const Reading& reading = *choice[head];
  const auto& endings = is_plural ? reading.plural_endings : reading.endings;
  const std::string why =
      WhyOf(reading, rules_.cases[grammatical_case],
            grammatical_case < endings.size() ? endings[grammatical_case]
                                              : FormCell(),
            is_plural);
  for (std::u32string& text : texts) {
    Add(std::move(text), why);
  }
}

void Inflector::AddCases(const Choice& choice, size_t head) {
  for (size_t c = 0; c < rules_.cases.size(); ++c) {
    AddProduct(choice, head, c, false);
  }
  for (size_t c = 0; kind_ == TermKind::kCommon && c < rules_.cases.size();
       ++c) {
    AddProduct(choice, head, c, true);
  }
}

void Inflector::AddSingleWord() {
  for (const Reading& reading : words_[0].readings) {
    AddCases({&reading}, 0);
  }
}

const Reading* Agreeing(const TermWord& word, WordKind kind,
                        WordGender gender) {
  const auto found = std::find_if(
      word.readings.begin(), word.readings.end(), [&](const Reading& reading) {
        return reading.kind == kind && reading.gender == gender;
      });
  return found == word.readings.end() ? nullptr : &*found;
}

// The phrase whose noun is word `head`, with adjectives before it that agree.
bool Inflector::AddPhraseWithHead(size_t head) {
  bool is_found = false;
  for (const Reading& noun : words_[head].readings) {
    // A word that is only an adjective may be the noun: Грозный.
    Choice choice(words_.size(), nullptr);
    choice[head] = &noun;
    bool agrees = true;
    for (size_t w = 0; w < head && agrees; ++w) {
      choice[w] = Agreeing(words_[w], WordKind::kAdjective, noun.gender);
      agrees = choice[w] != nullptr;
    }
    if (!agrees) {
      continue;
    }
    for (size_t w = head + 1; w < words_.size(); ++w) {
      choice[w] = Agreeing(words_[w], WordKind::kAdjective, noun.gender);
      if (choice[w] == nullptr) {
        break;
      }
    }
    AddCases(choice, head);
    is_found = true;
  }
  return is_found;
}

void Inflector::AddPhrase() {
  size_t adjectives = 0;
  while (adjectives + 1 < words_.size() &&
         std::any_of(words_[adjectives].readings.begin(),
                     words_[adjectives].readings.end(), [](const Reading& r) {
                       return r.kind == WordKind::kAdjective;
                     })) {
    ++adjectives;
  }
  for (size_t head = adjectives + 1; head-- > 0;) {
    if (AddPhraseWithHead(head)) {
      return;
    }
  }
}

// Nouns in a row, all with capitals: given name and surname. A word that has
// no form of the gender stays.
void Inflector::AddPerson(WordGender gender) {
  Choice choice(words_.size(), nullptr);
  size_t last = words_.size();
  for (size_t w = 0; w < words_.size(); ++w) {
    const TermWord& word = words_[w];
    if (!word.is_capital || word.is_fixed) {
      if (!word.is_fixed) {
        return;
      }
      continue;
    }
    choice[w] = Agreeing(word, WordKind::kAdjective, gender);
    if (choice[w] == nullptr) {
      choice[w] = Agreeing(word, WordKind::kNoun, gender);
    }
    if (choice[w] == nullptr && gender == WordGender::kMasculine && w > 0) {
      // Surnames of men that end like women's: Сильва.
      choice[w] = Agreeing(word, WordKind::kNoun, WordGender::kFeminine);
    }
    last = choice[w] != nullptr ? w : last;
  }
  if (last == words_.size()) {
    return;
  }
  if (rules_.names == FormRules::Names::kLast) {
    if (last + 1 < words_.size()) {
      return;
    }
    std::fill(choice.begin(), choice.end() - 1, nullptr);
  }
  AddCases(choice, last);
}

void Inflector::AddDerived() {
  if (words_.size() != 1 || words_[0].is_fixed) {
    return;
  }
  for (const Addition& derivation : rules_.derivations) {
    if (derivation.terms != TermKind::kAny && derivation.terms != kind_) {
      continue;
    }
    const auto pattern = std::find_if(
        derivation.patterns.begin(), derivation.patterns.end(),
        [&](const WordPattern& p) { return p.Fits(words_[0].lower); });
    if (pattern == derivation.patterns.end()) {
      continue;
    }
    const std::u32string& word = words_[0].text;
    const std::u32string stem = word.substr(0, word.size() - pattern->replaced);
    for (const std::u32string& ending : derivation.texts) {
      Add(stem + ending, StrCat(derivation.why, ": -", Utf8Of(ending)));
    }
    if (!derivation.goes_on) {
      return;
    }
  }
}

void Inflector::AddJoined() {
  if (words_.empty() || rules_.joins.empty()) {
    return;
  }
  const std::vector<InflectedTerm> forms = forms_;
  for (const InflectedTerm& form : forms) {
    const std::u32string lower = LowerLetters(form.text);
    for (const Addition& join : rules_.joins) {
      if (join.terms != TermKind::kAny && join.terms != kind_) {
        continue;
      }
      const auto pattern =
          std::find_if(join.patterns.begin(), join.patterns.end(),
                       [&](const WordPattern& p) { return p.Fits(lower); });
      if (pattern == join.patterns.end()) {
        continue;
      }
      for (const std::u32string& begin : join.texts) {
        Add(begin + form.text.substr(pattern->replaced),
            StrCat(join.why, " ", Utf8Of(begin), "-"));
      }
      if (!join.goes_on) {
        break;
      }
    }
  }
}

std::vector<InflectedTerm> Inflector::Forms() {
  Add(std::u32string(term_), "as written");
  if (words_.empty() || words_.size() > kWordsMax) {
    return std::move(forms_);
  }
  if (words_.size() == 1) {
    AddSingleWord();
  } else {
    AddPhrase();
    if (kind_ == TermKind::kName && rules_.names != FormRules::Names::kNone &&
        !rules_.common.contains(words_[0].lower)) {
      AddPerson(WordGender::kMasculine);
      AddPerson(WordGender::kFeminine);
    }
  }
  AddDerived();
  AddJoined();
  return std::move(forms_);
}

}  // namespace

std::vector<InflectedTerm> Inflect(std::u32string_view term,
                                   const FormRules& rules, size_t max) {
  return Inflector(term, rules, max).Forms();
}

}  // namespace presshawk
