// SPDX-License-Identifier: Apache-2.0
// Watch-lists out of spreadsheets.
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "matchers/watchlist.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

WatchListSet Read(std::string_view content,
                  std::string_view file = "lists/Oil & gas.csv") {
  WatchListSet set;
  ParseWatchLists(file, content, &set);
  return set;
}

std::vector<std::string> TermsOf(const WatchList& list) {
  std::vector<std::string> terms;
  for (const WatchListTerm& term : list.terms) {
    terms.push_back(term.text);
  }
  return terms;
}

TEST(WatchListCsvTest, AColumnOfTermsIsOneListNamedAsTheFile) {
  for (const char* content :
       {"crude oil\nOPEC\n", "\xEF\xBB\xBFterm\r\ncrude oil\r\n\r\nOPEC",
        "\"Term\"\n\"crude oil\"\nOPEC\n", "crude oil\rOPEC\r"}) {
    const WatchListSet set = Read(content);
    ASSERT_THAT(set.lists, SizeIs(1)) << content;
    EXPECT_EQ(set.lists[0].id, "Oil-gas");
    EXPECT_EQ(set.lists[0].name, "Oil-gas");
    EXPECT_THAT(TermsOf(set.lists[0]), ElementsAre("crude oil", "OPEC"));
    EXPECT_THAT(set.diagnostics, IsEmpty());
  }
}

TEST(WatchListCsvTest, RowsOfOneIdAreOneListWhateverTheSeparator) {
  const std::string content =
      "id,name,term,label.desk,query\n"
      "oil,Oil,crude oil,energy,\n"
      "gas,Gas,LNG,energy,\n"
      "oil,,OPEC,,\n"
      "gas,Gas,,,{LNG} AND NOT crypto\n";
  for (const char separator : {',', ';', '\t'}) {
    std::string text = content;
    std::replace(text.begin(), text.end(), ',', separator);
    const WatchListSet set = Read(text);
    EXPECT_THAT(set.diagnostics, IsEmpty());
    ASSERT_THAT(set.lists, SizeIs(2));
    EXPECT_EQ(set.lists[0].id, "oil");
    EXPECT_EQ(set.lists[0].name, "Oil");
    EXPECT_EQ(set.lists[0].labels.at("desk"), "energy");
    EXPECT_THAT(TermsOf(set.lists[0]), ElementsAre("crude oil", "OPEC"));
    EXPECT_EQ(set.lists[0].terms[1].position.line, 4U);
    EXPECT_EQ(set.lists[0].terms[1].position.column, 6U);
    EXPECT_EQ(set.lists[1].query->text, "{LNG} AND NOT crypto");
  }
}

TEST(WatchListCsvTest, MinRelevanceIsANumberThatTheRowsOfAListShare) {
  const WatchListSet set = Read(
      "id,term,min_relevance\n"
      "oil,crude oil, 40\n"
      "oil,OPEC,\n"
      "gas,LNG,\n"
      "coal,coal,high\n"
      "ore,ore,40\n"
      "ore,iron ore,50\n");
  ASSERT_THAT(set.lists, SizeIs(2));
  EXPECT_EQ(set.lists[0].min_relevance, 40);
  EXPECT_EQ(set.lists[1].min_relevance, std::nullopt);
  ASSERT_THAT(set.diagnostics, SizeIs(2));
  EXPECT_EQ(set.diagnostics[0].message,
            "`min_relevance` is a whole number from 0 to 100");
  EXPECT_THAT(set.diagnostics[1].message, HasSubstr("is something else"));
}

TEST(WatchListCsvTest, ZonesAreOfAList) {
  const WatchListSet set = Read(
      "id,term,zones\n"
      "oil,crude oil, editorial\n"
      "oil,OPEC,\n"
      "gas,LNG,\n"
      "coal,coal,main\n");
  ASSERT_THAT(set.lists, SizeIs(2));
  EXPECT_TRUE(set.lists[0].editorial);
  EXPECT_FALSE(set.lists[1].editorial);
  ASSERT_THAT(set.diagnostics, SizeIs(1));
  EXPECT_EQ(set.diagnostics[0].message,
            "`zones` is `editorial`, or absent for all zones");
}

TEST(WatchListCsvTest, QuotesHoldSeparatorsQuotesAndLines) {
  const WatchListSet set = Read(
      "term;id\n"
      "\"Smith; John\";a\n"
      "\"the \"\"Blob\"\"\";a\n"
      "\"two\nlines\";a\n"
      "last;a;;\n");
  EXPECT_THAT(set.diagnostics, IsEmpty());
  ASSERT_THAT(set.lists, SizeIs(1));
  EXPECT_THAT(TermsOf(set.lists[0]),
              ElementsAre("Smith; John", "the \"Blob\"", "two\nlines", "last"));
  EXPECT_EQ(set.lists[0].terms[3].position.line, 6U);
  EXPECT_TRUE(set.lists[0].terms[0].position.verbatim);
  EXPECT_FALSE(set.lists[0].terms[1].position.verbatim);
}

struct Mistake {
  const char* content;
  uint32_t line;
  uint32_t column;
  const char* message;
};

TEST(WatchListCsvTest, MistakesAreToldAtTheirPlaceWithAFix) {
  for (const Mistake& mistake : std::vector<Mistake>{
           {"", 1, 1, "no term"},
           {"\n\n", 1, 1, "no term"},
           {"id,term,desk\na,b,c\n", 1, 9, "unknown column `desk`"},
           {"term,id,term\na,b,c\n", 1, 9, "stands twice"},
           {"keyword\noil\n", 1, 1, "looks like the name of a column"},
           {"oil;Oil list\n", 1, 1, "several cells"},
           {"id,term\n,oil\n", 2, 1, "no id"},
           {"id,term\noil,\n", 2, 1, "no term"},
           {"id,term\na b,oil\n", 2, 1, "an id has"},
           {"id,term\na,oil,gas\n", 2, 7, "column without a name"},
           {"id,name,term\na,A,x\na,B,y\n", 3, 3, "something else in line 2"},
           {"id,term\na,\"x\" y\n", 2, 4, "follows the closing quote"},
           {"id,term\na,\"x\nb,y\n", 2, 4, "never closed"},
           {"id,term\na,!!!\n", 2, 3, "no letter or digit"},
           {"id,term\na,M\xFCnchen\n", 2, 3, "U+FFFD"},
           {"id,name,term\na,M\xFCnchen,x\n", 2, 3, "U+FFFD"},
           {"\xFF\xFEt\0e\0", 1, 1, "UTF-16"},
           {"term\noil\x01x\n", 2, 1, "control characters"},
       }) {
    const WatchListSet set = Read(mistake.content);
    EXPECT_THAT(set.lists, IsEmpty()) << mistake.content;
    ASSERT_THAT(set.diagnostics, SizeIs(1)) << mistake.content;
    const Diagnostic& error = set.diagnostics[0];
    EXPECT_EQ(error.severity, Diagnostic::Severity::kError);
    EXPECT_EQ(error.line, mistake.line) << mistake.content;
    EXPECT_EQ(error.column, mistake.column) << mistake.content;
    EXPECT_THAT(error.message, HasSubstr(mistake.message)) << mistake.content;
  }
  EXPECT_THAT(Read("oil\n", "!!!.csv").lists, IsEmpty());
  // UTF-16 without a byte order mark.
  EXPECT_THAT(Read(std::string("\0o\0i\0l\0\n", 8)).lists, IsEmpty());
}

TEST(WatchListCsvTest, AHeaderWithoutARowIsWarnedOf) {
  for (const char* content : {"term", "id;term\n", "Term\n\n\r\n"}) {
    const WatchListSet set = Read(content);
    EXPECT_THAT(set.lists, IsEmpty()) << content;
    ASSERT_THAT(set.diagnostics, SizeIs(1)) << content;
    EXPECT_EQ(set.diagnostics[0].severity, Diagnostic::Severity::kWarning);
    EXPECT_THAT(set.diagnostics[0].message, HasSubstr("has no row"));
    EXPECT_EQ(set.diagnostics[0].line, 1);
  }
}

TEST(WatchListCsvTest, OneBadListTakesNoOtherDown) {
  const WatchListSet set = Read(
      "id,term\n"
      "a,x\n"
      "b,\"x\" y\n"
      "c,z\n"
      "b,fine\n");
  ASSERT_THAT(set.lists, SizeIs(2));
  EXPECT_EQ(set.lists[0].id, "a");
  EXPECT_EQ(set.lists[1].id, "c");
  ASSERT_THAT(set.diagnostics, SizeIs(1));
  EXPECT_EQ(set.diagnostics[0].watchlist, "b");
}

TEST(WatchListCsvTest, ACommaInAFileOfOneColumnIsPunctuationAndSaidSo) {
  const WatchListSet set = Read("term\nSmith, John\nDoe, Jane\n\"a, b\"\n");
  ASSERT_THAT(set.lists, SizeIs(1));
  EXPECT_THAT(TermsOf(set.lists[0]),
              ElementsAre("Smith, John", "Doe, Jane", "a, b"));
  ASSERT_THAT(set.diagnostics, SizeIs(1));
  EXPECT_EQ(set.diagnostics[0].severity, Diagnostic::Severity::kWarning);
  EXPECT_EQ(set.diagnostics[0].line, 2U);
  EXPECT_THAT(set.diagnostics[0].message, HasSubstr("1 more"));
}

// Written by the rules of RFC 4180, whatever is in the cells, it comes back.
TEST(WatchListCsvTest, WhatIsWrittenByTheRulesIsReadBack) {
  std::mt19937 random(7);
  const std::vector<std::string> pieces = {
      "a", "é", ",", ";", "\"", "\n", "\r\n", " ", "\t", "'", "=", "term"};
  for (int round = 0; round < 500; ++round) {
    const char separator = ",;\t"[random() % 3];
    std::string file = StrCat("id", std::string(1, separator), "term\r\n");
    std::vector<std::string> terms;
    const size_t count = 1 + random() % 5;
    for (size_t i = 0; i < count; ++i) {
      std::string term = "x";
      for (size_t left = random() % 6; left > 0; --left) {
        term += pieces[random() % pieces.size()];
      }
      terms.push_back(term);
      const bool must = term.find_first_of(",;\t\"\r\n") != std::string::npos;
      std::string cell = term;
      if (must || random() % 2 == 0) {
        cell = "\"";
        for (const char c : term) {
          cell += c;
          cell += c == '"' ? "\"" : "";
        }
        cell += '"';
      }
      StrAppend(&file, "list", std::string(1, separator), cell,
                random() % 2 == 0 ? "\r\n" : "\n");
    }
    const WatchListSet set = Read(file);
    EXPECT_THAT(set.diagnostics, IsEmpty()) << file;
    ASSERT_THAT(set.lists, SizeIs(1)) << file;
    EXPECT_EQ(TermsOf(set.lists[0]), terms) << file;
  }
}

}  // namespace
}  // namespace presshawk
