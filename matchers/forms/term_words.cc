// SPDX-License-Identifier: Apache-2.0
#include "matchers/forms/term_words.h"

#include <algorithm>
#include <utility>

#include "matchers/forms/letters.h"

namespace presshawk {
namespace {

// A word in capitals that is shorter is an abbreviation: ООН, МИД, NATO.
constexpr size_t kCapitalsNameMin = 6;

bool AllUpper(std::u32string_view word) {
  return word.size() > 1 &&
         std::all_of(word.begin(), word.end(),
                     [](char32_t c) { return IsUpperLetter(c) || c == U'-'; });
}

bool AllLetters(std::u32string_view word) {
  return std::all_of(word.begin(), word.end(), [](char32_t c) {
    return IsLetterOfForms(c) || c == U'-' || c == U'\'';
  });
}

std::vector<WordForms> FormsOf(const std::u32string& stem,
                               const std::vector<FormCell>& cells,
                               bool is_person) {
  std::vector<WordForms> forms;
  for (const FormCell& cell : cells) {
    WordForms& of_case = forms.emplace_back();
    for (const FormEnding& ending : cell) {
      if (!is_person || !ending.is_of_things) {
        of_case.push_back(stem + ending.text);
      }
    }
  }
  return forms;
}

Reading ReadingBy(const Paradigm& paradigm, const WordPattern& pattern,
                  const std::u32string& word) {
  Reading reading;
  reading.kind = paradigm.kind;
  reading.gender = paradigm.gender;
  const std::u32string stem = word.substr(0, word.size() - pattern.replaced);
  reading.singular = FormsOf(stem, paradigm.singular, false);
  reading.plural = FormsOf(stem, paradigm.plural, false);
  reading.people = FormsOf(stem, paradigm.singular, true);
  reading.replaced = LowerLetters(word.substr(stem.size()));
  reading.endings = paradigm.singular;
  reading.plural_endings = paradigm.plural;
  return reading;
}

// The readings of a word without a hyphen.
std::vector<Reading> ReadingsOf(const std::u32string& word, TermKind terms,
                                const FormRules& rules) {
  const std::u32string lower = LowerLetters(word);
  std::vector<Reading> readings;
  if (rules.given_female.contains(lower)) {
    Reading& reading = readings.emplace_back();
    reading.gender = WordGender::kFeminine;
    reading.singular.assign(rules.cases.size(), {word});
    reading.people = reading.singular;
    reading.endings.assign(rules.cases.size(), {FormEnding()});
    return readings;
  }
  bool is_done[2] = {false, false};  // By kind.
  for (const Paradigm& paradigm : rules.paradigms) {
    bool& done = is_done[static_cast<size_t>(paradigm.kind)];
    if (done || !HoldsIn(paradigm.terms, terms)) {
      continue;
    }
    for (const WordPattern& pattern : paradigm.patterns) {
      if (pattern.Fits(lower)) {
        if (!paradigm.is_none) {
          readings.push_back(ReadingBy(paradigm, pattern, word));
        }
        done = !paradigm.goes_on;
        break;
      }
    }
  }
  if (rules.given_male.contains(lower)) {
    for (Reading& reading : readings) {
      reading.gender = WordGender::kMasculine;
    }
  }
  return readings;
}

void Surround(const std::u32string& before, const std::u32string& behind,
              Reading* reading) {
  for (auto* numbers :
       {&reading->singular, &reading->plural, &reading->people}) {
    for (WordForms& forms : *numbers) {
      for (std::u32string& form : forms) {
        form.insert(0, before);
        form += behind;
      }
    }
  }
}

// Both parts decline: Bielsko-Biała, Bielska-Białej.
Reading Coupled(const Reading& first, const Reading& second) {
  Reading both = second;
  for (size_t c = 0; c < both.singular.size(); ++c) {
    both.singular[c].clear();
    for (const std::u32string& a : first.singular[c]) {
      for (const std::u32string& b : second.singular[c]) {
        both.singular[c].push_back(a + U'-' + b);
      }
    }
  }
  both.people = both.singular;
  both.plural.clear();
  both.plural_endings.clear();
  return both;
}

std::vector<Reading> ReadingsOfHyphened(const std::u32string& word,
                                        TermKind terms,
                                        const FormRules& rules) {
  const size_t last = word.rfind(U'-');
  const size_t first = word.find(U'-');
  const std::u32string head = word.substr(0, first);
  const std::u32string tail = word.substr(last + 1);
  if (last > first && rules.fixed.contains(LowerLetters(
                          word.substr(first + 1, last - first - 1)))) {
    // Ростов-на-Дону: what stands behind the preposition stays.
    std::vector<Reading> readings = ReadingsOf(head, terms, rules);
    for (Reading& reading : readings) {
      Surround(U"", word.substr(first), &reading);
    }
    return readings;
  }
  std::vector<Reading> readings;
  for (Reading& reading : ReadingsOf(tail, terms, rules)) {
    if (last == first) {
      for (const Reading& before : ReadingsOf(head, terms, rules)) {
        if (before.gender == reading.gender) {
          readings.push_back(Coupled(before, reading));
        }
      }
    }
    Surround(word.substr(0, last + 1), U"", &reading);
    readings.push_back(std::move(reading));
  }
  return readings;
}

}  // namespace

std::vector<TermWord> ReadWords(std::u32string_view term,
                                const FormRules& rules, TermKind* kind) {
  std::vector<TermWord> words;
  *kind = TermKind::kCommon;
  while (!term.empty()) {
    const size_t end = std::min(term.find(U' '), term.size());
    if (end > 0) {
      TermWord& word = words.emplace_back();
      word.text = term.substr(0, end);
      word.lower = LowerLetters(word.text);
      word.is_capital = IsUpperLetter(word.text[0]);
      *kind = word.text != word.lower ? TermKind::kName : *kind;
    }
    term.remove_prefix(std::min(end + 1, term.size()));
  }
  if (*kind == TermKind::kCommon && !rules.words.empty() &&
      std::none_of(words.begin(), words.end(), [&](const TermWord& word) {
        return rules.words.contains(word.lower) ||
               rules.common.contains(word.lower) ||
               rules.fixed.contains(word.lower);
      })) {
    *kind = TermKind::kUnknown;
  }
  for (TermWord& word : words) {
    const bool is_upper = AllUpper(word.text);
    word.is_fixed = !AllLetters(word.text) || rules.fixed.contains(word.lower);
    if (word.is_fixed) {
      continue;
    }
    if (is_upper && word.text.size() < kCapitalsNameMin) {
      word.readings = ReadingsOf(word.text, TermKind::kCapitals, rules);
      word.is_fixed = word.readings.empty();
      continue;
    }
    if (is_upper) {  // МОСКВА declines as Москва does.
      word.text = word.text.substr(0, 1) + word.lower.substr(1);
    }
    word.readings = word.text.find(U'-') == std::u32string::npos
                        ? ReadingsOf(word.text, *kind, rules)
                        : ReadingsOfHyphened(word.text, *kind, rules);
  }
  return words;
}

}  // namespace presshawk
