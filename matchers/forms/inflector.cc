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

// Which forms of a reading: of people without the endings of things.
enum class Number : uint8_t { kSingular, kPlural, kPeople };

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
  bool AddPerson(WordGender gender);
  void AddDerived();
  void AddJoined();
  void AddCases(const Choice& choice, size_t head, Number number);
  void AddProduct(const Choice& choice, size_t head, size_t grammatical_case,
                  Number number);
  bool AddCoupled();
  bool HasAdjectiveBehind() const;
  const Reading* Agreed(size_t begin, size_t head, const Reading& noun,
                        Choice* choice) const;
  const Reading* FirstAgreed(size_t begin, size_t head, Choice* choice) const;
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
    StrAppend(&why, i == 0 ? "" : ", ", shown(endings[i].text));
  }
  return why;
}

const WordForms* FormsAt(const Reading& reading, Number number,
                         size_t grammatical_case) {
  const auto& forms = number == Number::kPlural   ? reading.plural
                      : number == Number::kPeople ? reading.people
                                                  : reading.singular;
  return grammatical_case < forms.size() ? &forms[grammatical_case] : nullptr;
}

void Inflector::AddProduct(const Choice& choice, size_t head,
                           size_t grammatical_case, Number number) {
  std::vector<std::u32string> texts = {U""};
  bool has_article = false;
  for (size_t w = 0; w < words_.size(); ++w) {
    const TermWord& word = words_[w];
    const WordForms stays = {word.text};
    const WordForms* forms = &stays;
    if (choice[w] != nullptr) {
      const bool takes_case = !rules_.agrees_once || !has_article;
      has_article = true;
      forms = FormsAt(*choice[w], number, takes_case ? grammatical_case : 0);
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
  const bool is_plural = number == Number::kPlural;
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

void Inflector::AddCases(const Choice& choice, size_t head, Number number) {
  for (size_t c = 0; c < rules_.cases.size(); ++c) {
    AddProduct(choice, head, c, number);
  }
  for (size_t c = 0; kind_ != TermKind::kName && c < rules_.cases.size(); ++c) {
    AddProduct(choice, head, c, Number::kPlural);
  }
}

// Whether a reading can stand for the whole: a word that ends as an adjective
// does is the noun only where it is no other noun: Грозный.
bool CanBeHead(const TermWord& word, const Reading& reading) {
  return reading.kind == WordKind::kNoun ||
         std::none_of(
             word.readings.begin(), word.readings.end(),
             [](const Reading& r) { return r.kind == WordKind::kNoun; });
}

void Inflector::AddSingleWord() {
  for (const Reading& reading : words_[0].readings) {
    if (CanBeHead(words_[0], reading)) {
      AddCases({&reading}, 0, Number::kSingular);
    }
  }
}

const Reading* Find(const TermWord& word, WordKind kind) {
  const auto found =
      std::find_if(word.readings.begin(), word.readings.end(),
                   [&](const Reading& r) { return r.kind == kind; });
  return found == word.readings.end() ? nullptr : &*found;
}

const Reading* Agreeing(const TermWord& word, WordKind kind,
                        WordGender gender) {
  const auto found = std::find_if(
      word.readings.begin(), word.readings.end(), [&](const Reading& reading) {
        return reading.kind == kind && reading.gender == gender;
      });
  return found == word.readings.end() ? nullptr : &*found;
}

// The phrase whose noun is word `head`, with adjectives before it that agree,
// and behind it. Of several readings of the noun those count that most of the
// words behind it agree with: Stany Zjednoczone is plural.
bool Inflector::AddPhraseWithHead(size_t head) {
  std::vector<Choice> choices;
  size_t most = 0;
  for (const Reading& noun : words_[head].readings) {
    Choice choice(words_.size(), nullptr);
    if (!CanBeHead(words_[head], noun) ||
        (head > 0 && Agreed(0, head, noun, &choice) == nullptr)) {
      continue;
    }
    choice[head] = &noun;
    size_t w = head + 1;
    for (; rules_.adjectives_follow && w < words_.size(); ++w) {
      choice[w] = Agreeing(words_[w], WordKind::kAdjective, noun.gender);
      if (choice[w] == nullptr) {
        break;
      }
    }
    if (w > most) {
      choices.clear();
      most = w;
    }
    if (w == most) {
      choices.push_back(std::move(choice));
    }
  }
  for (const Choice& choice : choices) {
    AddCases(choice, head, Number::kSingular);
  }
  return !choices.empty();
}

// Право и Справедливость: both nouns decline, each with its adjectives. What
// has a word that stays is no such phrase.
bool Inflector::AddCoupled() {
  for (size_t middle = 1; middle + 1 < words_.size(); ++middle) {
    if (!rules_.conjunctions.contains(words_[middle].lower)) {
      continue;
    }
    Choice choice(words_.size(), nullptr);
    const Reading* first = FirstAgreed(0, middle - 1, &choice);
    const Reading* second = FirstAgreed(middle + 1, words_.size() - 1, &choice);
    if (first != nullptr && second != nullptr) {
      AddCases(choice, middle - 1, Number::kSingular);
      return true;
    }
  }
  return false;
}

// The adjectives from `begin` that agree with the noun at `head`, into
// `choice`; null if one does not.
const Reading* Inflector::Agreed(size_t begin, size_t head, const Reading& noun,
                                 Choice* choice) const {
  if (noun.kind != WordKind::kNoun) {
    return nullptr;
  }
  for (size_t w = begin; w < head; ++w) {
    (*choice)[w] = Agreeing(words_[w], WordKind::kAdjective, noun.gender);
    if ((*choice)[w] == nullptr) {
      return nullptr;
    }
  }
  return (*choice)[head] = &noun;
}

// The first reading of the noun at `head` with which its adjectives agree.
const Reading* Inflector::FirstAgreed(size_t begin, size_t head,
                                      Choice* choice) const {
  for (const Reading& noun : words_[head].readings) {
    if (Agreed(begin, head, noun, choice) != nullptr) {
      return &noun;
    }
  }
  return nullptr;
}

// Irlandia Północna.
bool Inflector::HasAdjectiveBehind() const {
  return rules_.adjectives_follow &&
         std::any_of(words_[0].readings.begin(), words_[0].readings.end(),
                     [&](const Reading& r) {
                       return r.kind == WordKind::kNoun &&
                              Agreeing(words_[1], WordKind::kAdjective,
                                       r.gender) != nullptr;
                     });
}

void Inflector::AddPhrase() {
  if (AddCoupled()) {
    return;
  }
  size_t adjectives = 0;
  while (adjectives + 1 < words_.size() &&
         Find(words_[adjectives], WordKind::kAdjective) != nullptr) {
    ++adjectives;
  }
  for (size_t head = adjectives; head > 0; --head) {
    if (AddPhraseWithHead(head)) {
      return;
    }
  }
  if (HasAdjectiveBehind()) {
    AddPhraseWithHead(0);
    return;
  }
  const bool may_be_person = kind_ != TermKind::kCommon &&
                             rules_.names != FormRules::Names::kNone &&
                             !rules_.common.contains(words_[0].lower);
  bool is_person = false;
  for (const WordGender gender :
       {WordGender::kMasculine, WordGender::kFeminine}) {
    is_person = is_person || (may_be_person && AddPerson(gender));
  }
  // Without cases a name of several nouns takes no article either.
  const bool is_plain_name =
      kind_ == TermKind::kName && rules_.names == FormRules::Names::kNone &&
      words_[1].is_capital && !rules_.common.contains(words_[0].lower);
  if (!is_person && !is_plain_name) {
    AddPhraseWithHead(0);
  }
}

// Whether a word ends as a woman's name does: in a.
bool EndsAsWomans(const Reading& reading) {
  return !reading.replaced.empty() &&
         std::u32string_view(U"aáая").find(reading.replaced.back()) !=
             std::u32string_view::npos;
}

// Nouns in a row, all with capitals: given name and surname. A word that has
// no form of the gender stays. Returns whether nothing else can be meant.
bool Inflector::AddPerson(WordGender gender) {
  Choice choice(words_.size(), nullptr);
  size_t last = words_.size();
  bool is_sure = true;
  for (size_t w = 0; w < words_.size(); ++w) {
    const TermWord& word = words_[w];
    if (!word.is_capital && kind_ != TermKind::kUnknown) {
      return false;
    }
    choice[w] = Agreeing(word, WordKind::kNoun, gender);
    if (choice[w] == nullptr) {
      choice[w] = Agreeing(word, WordKind::kAdjective, gender);
    }
    if (choice[w] == nullptr && gender == WordGender::kMasculine) {
      choice[w] = Agreeing(word, WordKind::kNoun, WordGender::kNeuter);
    }
    if (choice[w] == nullptr && gender == WordGender::kMasculine && w > 0) {
      // Surnames of men that end like women's: Сильва.
      choice[w] = Agreeing(word, WordKind::kNoun, WordGender::kFeminine);
      is_sure = false;
    }
    // Anna is a man nowhere, and what is an adjective of another gender is no
    // surname.
    const Reading* woman =
        Agreeing(word, WordKind::kNoun, WordGender::kFeminine);
    const bool is_woman = w == 0 && gender == WordGender::kMasculine &&
                          rules_.names == FormRules::Names::kAll &&
                          woman != nullptr && EndsAsWomans(*woman);
    if (is_woman || (choice[w] == nullptr && !word.readings.empty())) {
      return false;
    }
    is_sure = is_sure && choice[w] != nullptr;
    last = choice[w] != nullptr ? w : last;
  }
  if (last == words_.size()) {
    return false;
  }
  if (rules_.names == FormRules::Names::kLast) {
    std::fill(choice.begin(), choice.end() - 1, nullptr);
    if (choice.back() == nullptr) {
      return false;
    }
    is_sure = true;
  }
  AddCases(choice, last, Number::kPeople);
  // A woman's surname that ends in a consonant may stay: Ангелы Меркель.
  return is_sure &&
         (gender == WordGender::kMasculine || EndsAsWomans(*choice[last]));
}

void Inflector::AddDerived() {
  if (words_.size() != 1 || words_[0].is_fixed) {
    return;
  }
  for (const Addition& derivation : rules_.derivations) {
    if (!HoldsIn(derivation.terms, kind_)) {
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
      if (!HoldsIn(join.terms, kind_) || (join.is_alone && words_.size() > 1)) {
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
