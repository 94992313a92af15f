// SPDX-License-Identifier: Apache-2.0
#include "matchers/forms/form_tables.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// A language of two cases.
constexpr char kRules[] = R"(language xx   # comment
cases nominative genitive
adjectives around
set C bcdfghklmnprstvz
fixed in upon
common house
given_male Nikita
given_female Megan
noun m <C>|ek     : ek ku
+noun m <C>|      : - a ; i ów
noun m <C>|       : - u
noun f <C>|a      : a y/ej ; y -
adj m <C>|ny      : ny nego ; ni nych
adj f <C>|na      : na nej ; ne nych
derive possessive name <C>|a : in ina
)";

std::shared_ptr<const FormTable> Table(const std::string& rules = kRules) {
  auto table = FormTable::Parse(rules, "xx");
  EXPECT_TRUE(table.ok()) << table.status();
  return table.ok() ? *table : nullptr;
}

std::vector<std::string> Forms(const std::string& term) {
  std::vector<std::string> texts;
  for (const TermForm& form : Table()->Forms(term)) {
    texts.push_back(form.text);
  }
  return texts;
}

std::string ProblemOf(const std::string& line) {
  const auto table = FormTable::Parse(StrCat(kRules, line), "xx");
  return table.ok() ? "" : std::string(table.status().message());
}

TEST(FormTableTest, TheWrittenFormIsTheFirst) {
  EXPECT_THAT(Forms("Mara"),
              ElementsAre("Mara", "Mary", "Marej", "Marin", "Marina"));
}

TEST(FormTableTest, ALineThatGoesOnAddsToTheNextOne) {
  EXPECT_THAT(Forms("Brum"), ElementsAre("Brum", "Bruma", "Brumu"));
}

TEST(FormTableTest, TermsWithoutCapitalsHaveAPlural) {
  EXPECT_THAT(Forms("tank"),
              ElementsAre("tank", "tanka", "tanki", "tanków", "tanku"));
}

TEST(FormTableTest, AStemChangesWithItsEnding) {
  EXPECT_THAT(Forms("Bidek"), ElementsAre("Bidek", "Bidku"));
}

TEST(FormTableTest, AdjectivesAgreeWithTheirNoun) {
  EXPECT_THAT(
      Forms("Grandny Bank"),
      ElementsAre("Grandny Bank", "Grandnego Banka", "Grandnego Banku"));
  EXPECT_THAT(Forms("Bank Grandny"), Contains("Banka Grandnego"));
}

TEST(FormTableTest, WhatFollowsTheNounAndDoesNotAgreeStays) {
  EXPECT_THAT(Forms("House Europy"), ElementsAre("House Europy"));
  EXPECT_THAT(Forms("Bank Europy"), Contains("Banku Europy"));
}

TEST(FormTableTest, AGivenNameAndASurnameBothDecline) {
  EXPECT_THAT(Forms("Dan Brum"), Contains("Dana Bruma"));
  EXPECT_THAT(Forms("Nikita Brum"), Contains("Nikity Bruma"));
  EXPECT_THAT(Forms("Nikita Brum"), Not(Contains("Nikitaa Bruma")));
  EXPECT_THAT(Forms("Megan Mara"), Contains("Megan Mary"));
}

TEST(FormTableTest, PrepositionsAndAbbreviationsStay) {
  EXPECT_THAT(Forms("upon"), ElementsAre("upon"));
  EXPECT_THAT(Forms("OKB"), ElementsAre("OKB"));
  EXPECT_THAT(Forms("G7"), ElementsAre("G7"));
}

TEST(FormTableTest, HyphenedWordsDeclineAtTheirEnd) {
  EXPECT_THAT(Forms("Nov-Brum"), Contains("Nov-Brumu"));
  EXPECT_THAT(Forms("Nov-Brum"), Contains("Novu-Brumu"));
  EXPECT_THAT(Forms("Brum-in-Mara"), Contains("Brumu-in-Mara"));
}

TEST(FormTableTest, EndingsInBracketsAreNotOfPeople) {
  const auto table =
      Table("language xx\ncases nominative genitive\nnoun m m| : - a/(u)\n");
  std::vector<std::string> texts;
  for (const std::string term : {"Brum", "Dam Brum"}) {
    for (const TermForm& form : table->Forms(term)) {
      texts.push_back(form.text);
    }
  }
  EXPECT_THAT(texts,
              ElementsAre("Brum", "Bruma", "Brumu", "Dam Brum", "Dama Bruma"));
}

TEST(FormTableTest, TwoNounsThatAreJoinedBothDecline) {
  const auto table = Table(StrCat(kRules, "and et\n"));
  std::vector<std::string> texts;
  for (const TermForm& form : table->Forms("Mara et Brum")) {
    texts.push_back(form.text);
  }
  EXPECT_THAT(texts, Contains("Mary et Bruma"));
  EXPECT_THAT(texts, Not(Contains("Mary et Brum")));
}

TEST(FormTableTest, AbbreviationsHaveTheFormsThatAreSaidOfThem) {
  const auto table = Table(StrCat(kRules, "noun m capitals <C>| : - -u\n"));
  ASSERT_EQ(table->Forms("OKB").size(), 2U);
  EXPECT_EQ(table->Forms("OKB")[1].text, "OKB-u");
  EXPECT_EQ(table->Forms("Brum").size(), 3U);
}

TEST(FormTableTest, NoNounEndsTheSearch) {
  const auto table =
      Table("language xx\ncases base other\nno noun ny|\nnoun m y| : - s\n");
  EXPECT_EQ(table->Forms("Tiny").size(), 1U);
  EXPECT_EQ(table->Forms("Tidy").size(), 2U);
}

TEST(FormTableTest, WhatIsAloneStandsInTermsOfOneWord) {
  const auto table = Table(
      "language xx\ncases base\n+join the alone | : al\njoin and | : wa\n");
  EXPECT_EQ(table->Forms("sin").size(), 3U);
  EXPECT_EQ(table->Forms("sin masr").size(), 2U);
}

TEST(FormTableTest, EveryFormSaysWhy) {
  const std::vector<TermForm> forms = Table()->Forms("Bidek");
  EXPECT_EQ(forms[0].why, "as written");
  EXPECT_EQ(forms[1].why, "genitive: -ek → -ku");
  EXPECT_EQ(Table()->Forms("Mara").back().why, "possessive: -ina");
}

TEST(FormTableTest, AnArticleStandsOnceInAPhrase) {
  const auto table = Table(
      "language xx\ncases base definite\nagree first\n"
      "noun m k| : - ut\nadj m i| : - ja\n");
  std::vector<std::string> texts;
  for (const TermForm& form : table->Forms("Novi Bank")) {
    texts.push_back(form.text);
  }
  EXPECT_THAT(texts, ElementsAre("Novi Bank", "Novija Bank"));
}

TEST(FormTableTest, WhatIsJoinedToTheBeginStandsBeforeEachForm) {
  const auto table = Table(
      "language xx\ncases base\njoin joined al| : wal lil\njoin joined | : "
      "w\n");
  std::vector<std::string> texts;
  for (const TermForm& form : table->Forms("alsin")) {
    texts.push_back(form.text);
  }
  EXPECT_THAT(texts, ElementsAre("alsin", "walsin", "lilsin"));
}

TEST(FormTableTest, AFormOfANameThatIsACommonWordSaysSo) {
  const auto table = Table(StrCat(kRules, "words mary\n"));
  const std::vector<TermForm> forms = table->Forms("Mara");
  EXPECT_EQ(forms[0].also, "");
  EXPECT_EQ(forms[1].text, "Mary");
  EXPECT_EQ(forms[1].also, "mary");
  EXPECT_EQ(table->Forms("mara")[1].also, "");
}

TEST(FormTableTest, ATermWithoutCapitalsIsANameTooWhereItIsNoCommonWord) {
  const auto table = Table(StrCat(kRules, "words tank\n"));
  const auto texts = [&](const std::string& term) {
    std::vector<std::string> forms;
    for (const TermForm& form : table->Forms(term)) {
      forms.push_back(form.text);
    }
    return forms;
  };
  EXPECT_THAT(texts("dan brum"), Contains("dana bruma"));
  EXPECT_THAT(texts("mara"), Contains("marin"));
  EXPECT_THAT(texts("tank brum"), Not(Contains("tanka bruma")));
}

TEST(FormTableTest, ATermThatIsNotUtf8IsItsOnlyForm) {
  EXPECT_THAT(Forms("Mar\xFF"), ElementsAre("Mar\xFF"));
  EXPECT_THAT(Forms(""), ElementsAre(""));
}

TEST(FormTableTest, AProblemNamesItsLineAndWhatIsWrong) {
  EXPECT_THAT(ProblemOf("noun m ab : - a"), HasSubstr("xx:16: "));
  EXPECT_THAT(ProblemOf("noun m ab : - a"), HasSubstr("no bar"));
  EXPECT_THAT(ProblemOf("noun m <Q>| : - a"), HasSubstr("not defined"));
  EXPECT_THAT(ProblemOf("noun m a| : -"),
              HasSubstr("1 endings where there are 2 cases"));
  EXPECT_THAT(ProblemOf("noun x a| : - a"), HasSubstr("GENDER"));
  EXPECT_THAT(ProblemOf("verb"), HasSubstr("no line of forms"));
  EXPECT_THAT(ProblemOf("derive a|"), HasSubstr("derive WHY"));
  EXPECT_FALSE(FormTable::Parse("language xx\n", "xx").ok());
}

TEST(FormTablesTest, AMissingLanguageIsNamedWithThoseThatAreThere) {
  const std::string folder =
      StrCat(testing::TempDir(), "/forms", static_cast<int>(getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(StrCat(folder, "/xx")) << kRules;
  const FormTables tables(folder);
  const auto known = tables.Get("xx");
  ASSERT_TRUE(known.ok()) << known.status();
  EXPECT_EQ((*known)->language(), "xx");
  EXPECT_EQ((*known)->release().size(), 16U);
  EXPECT_EQ(tables.Get("xx")->get(), known->get());
  const absl::Status missing = tables.Get("yy").status();
  EXPECT_TRUE(absl::IsNotFound(missing));
  EXPECT_THAT(std::string(missing.message()),
              HasSubstr(StrCat("there is no file ", folder, "/yy")));
  EXPECT_THAT(std::string(missing.message()), HasSubstr("there are xx"));
  EXPECT_TRUE(absl::IsNotFound(tables.Get("../xx").status()));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace presshawk
