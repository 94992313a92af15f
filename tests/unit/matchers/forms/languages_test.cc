// SPDX-License-Identifier: Apache-2.0
// The tables that are shipped, by examples: one for each kind of rule.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "matchers/forms/form_tables.h"

namespace presshawk {
namespace {

struct Example {
  const char* language;
  const char* term;
  std::vector<std::string> forms;
  std::vector<std::string> others;  // What are no forms of it.
};

const std::vector<Example>& Examples() {
  static const auto* const examples = new std::vector<Example>{
      {"ru",
       "Европейский союз",
       {"Европейского союза", "Европейском союзе"},
       {"Европейского союз"}},
      {"ru", "Совет Европы", {"Совета Европы"}, {"Совета Европ"}},
      {"ru", "Владимир Иванов", {"Владимиром Ивановым"}, {"Владимира Иванов"}},
      {"ru", "Рязань", {"Рязани", "Рязанью"}, {}},
      {"ru", "беженец", {"беженца", "беженцами"}, {"беженеца"}},
      {"ru", "Ростов-на-Дону", {"Ростове-на-Дону"}, {}},
      {"ru", "МИД", {"МИДа", "МИДом"}, {}},
      {"uk", "Чернігів", {"Чернігова", "Чернігові"}, {}},
      {"uk", "Прага", {"Праги", "Празі"}, {}},
      {"uk", "Рада Європи", {"Раді Європи"}, {}},
      {"pl", "Rada Europy", {"Rady Europy", "Radzie Europy"}, {}},
      {"pl", "Prawo i Sprawiedliwość", {"Prawa i Sprawiedliwości"}, {}},
      {"pl",
       "Stany Zjednoczone",
       {"Stanów Zjednoczonych"},
       {"Stanów Zjednoczone"}},
      {"pl", "Lech Wałęsa", {"Lecha Wałęsy", "Lechowi Wałęsie"}, {}},
      {"cs", "Evropská unie", {"Evropské unie", "Evropskou unií"}, {}},
      {"cs", "Novák", {"Novákovi", "Novákův", "Novákovou"}, {}},
      {"cs", "Plzeň", {"Plzně", "Plzni"}, {}},
      {"sl", "Novak", {"Novaka", "Novakova", "Novakovega"}, {}},
      {"sl", "Ladsen", {"Ladsna", "Ladsena"}, {}},
      {"sl", "Evropska unija", {"Evropske unije", "Evropski uniji"}, {}},
      {"sk", "Európska únia", {"Európskej únie", "Európsku úniu"}, {}},
      {"be", "Гомель", {"Гомеля", "Гомелем"}, {}},
      {"bg",
       "Европейска комисия",
       {"Европейската комисия"},
       {"Европейската комисията"}},
      {"bg", "Градски съд", {"Градския съд", "Градският съд"}, {}},
      {"bg", "Иван Петров", {}, {"Иванът Петров"}},
      {"mk", "Европска унија", {"Европската унија"}, {}},
      {"mk", "Врховен суд", {"Врховниот суд"}, {}},
      {"ar", "روما", {"وروما", "بروما", "لروما", "الروما"}, {}},
      {"ar",
       "البنك الدولي",
       {"للبنك الدولي", "والبنك الدولي"},
       {"لالبنك الدولي"}},
      {"ar", "اللجنة", {"للجنة", "واللجنة"}, {"لاللجنة"}},
      {"de", "Hamburg", {"Hamburgs"}, {"Hamburgen"}},
      {"de", "Europäische Union", {"Europäischen Union"}, {}},
      {"de", "Angela Schmidt", {"Angela Schmidts"}, {"Angelas Schmidt"}},
      {"de", "Flugsicherung", {"Flugsicherungen"}, {}},
  };
  return *examples;
}

TEST(LanguagesTest, EveryTableMakesItsExamplesAndNoneOfTheOthers) {
  for (const Example& example : Examples()) {
    const auto table =
        FormTable::Open(StrCat(PRESSHAWK_SOURCE_DIR, "/matchers/forms/data/",
                               example.language, ".forms"));
    ASSERT_TRUE(table.ok()) << table.status();
    EXPECT_EQ((*table)->language(), example.language);
    std::vector<std::string> texts;
    for (const TermForm& form : (*table)->Forms(example.term)) {
      texts.push_back(form.text);
    }
    const auto has = [&](const std::string& text) {
      return std::find(texts.begin(), texts.end(), text) != texts.end();
    };
    for (const std::string& form : example.forms) {
      EXPECT_TRUE(has(form)) << example.term << " → " << form;
    }
    for (const std::string& form : example.others) {
      EXPECT_FALSE(has(form)) << example.term << " → " << form;
    }
  }
}

TEST(LanguagesTest, NoTermHasMoreFormsThanTheLimit) {
  for (const Example& example : Examples()) {
    const auto table =
        FormTable::Open(StrCat(PRESSHAWK_SOURCE_DIR, "/matchers/forms/data/",
                               example.language, ".forms"));
    ASSERT_TRUE(table.ok()) << table.status();
    const std::string term = StrCat(example.term, " ", example.term, " ",
                                    example.term, " ", example.term);
    EXPECT_LE((*table)->Forms(term).size(), kMaxForms);
  }
}

}  // namespace
}  // namespace presshawk
