// SPDX-License-Identifier: Apache-2.0
// Warnings, each with a fix (matchers/query/lint.h).
#include "matchers/query/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "matchers/query/lexer.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;

// "begin-end: message; fix" of each, a line each.
std::string Lint(std::string_view query) {
  const ParsedQuery parsed = ParseQuery(query);
  EXPECT_NE(parsed.root, nullptr) << query;
  std::string text;
  if (parsed.root != nullptr) {
    for (const QueryProblem& problem : LintQuery(*parsed.root)) {
      EXPECT_TRUE(problem.warning);
      EXPECT_NE(problem.fix, "");
      StrAppend(&text, problem.span.begin, "-", problem.span.end, ": ",
                problem.message, "; ", problem.fix, "\n");
    }
  }
  return text;
}

TEST(LintTest, GoodQueriesHaveNoWarning) {
  for (const char* query : {"Kremlin",
                            "{US} AND NOT football",
                            "\"US election\" OR Kremlin",
                            "US NEAR/5 troops",
                            "apple AND NOT \"apple pie\"",
                            "lang:pt-BR",
                            "\"#us\"",
                            "title:Kremlin OR body:Kremlin",
                            "Trump AND NOT Biden",
                            "lang:e*",
                            "Disney+",
                            "C++",
                            "\"+49 30\"",
                            "TGFβ",
                            "COVIDный",
                            "Wi-Fi-сеть",
                            "AT&T",
                            "{X}",
                            "U.S. NEAR/2 troops",
                            "source:CNN",
                            "site:ru",
                            "\"Guess who!\"",
                            "737",
                            "(a1 OR b1) AND NOT (c1 OR d1)"}) {
    EXPECT_EQ(Lint(query), "") << query;
  }
}

TEST(LintTest, AbbreviationsThatAreCommonWords) {
  EXPECT_THAT(Lint("Kremlin AND US"), HasSubstr("12-14: `US` also finds"));
  EXPECT_THAT(Lint("WHO"), HasSubstr("write {WHO}"));
  EXPECT_THAT(Lint("\"of the\""), HasSubstr("in almost every article"));
}

TEST(LintTest, WhatAnotherOperandAlreadyFinds) {
  EXPECT_THAT(Lint("election OR \"US election\""),
              HasSubstr("`\"US election\"` finds nothing that `election`"));
  EXPECT_THAT(Lint("Kreml* OR Kremlin"),
              HasSubstr("`Kremlin` finds nothing that `Kreml*`"));
  EXPECT_THAT(Lint("oil OR gas OR oil"), HasSubstr("14-17: `oil` is said"));
}

TEST(LintTest, WhatCanNeverHold) {
  EXPECT_THAT(Lint("apple AND NOT apple*"), HasSubstr("never holds"));
  EXPECT_THAT(Lint("\"US election\" AND NOT (vote OR election)"),
              HasSubstr("never holds"));
}

TEST(LintTest, WhatCanNeverHoldThroughOtherForms) {
  EXPECT_THAT(Lint("(oil NEAR/3 spill) AND NOT oil"), HasSubstr("never holds"));
  EXPECT_THAT(Lint("title:apple AND NOT apple"), HasSubstr("never holds"));
  EXPECT_THAT(Lint("(apple OR \"apple pie\") AND NOT apple"),
              HasSubstr("never holds"));
  EXPECT_THAT(Lint("atleast/2(apple) AND NOT apple"), HasSubstr("never holds"));
  EXPECT_THAT(Lint("\"Trump Tower\" NOTNEAR/5 Trump"),
              HasSubstr("0-29: this never holds: every `\"Trump Tower\"`"));
  EXPECT_THAT(Lint("oil NOTNEAR/3 (gas OR oil)"), HasSubstr("never holds"));
  EXPECT_THAT(Lint("lang:en AND lang:de"), HasSubstr("12-19: an article has"));
  for (const char* query :
       {"author:apple AND NOT apple", "apple AND NOT title:apple",
        "(apple OR pear) AND NOT apple", "Trump NOTNEAR/0 \"Trump Tower\"",
        "lang:en AND tag:a AND tag:b", "source:*a* AND source:*b*"}) {
    EXPECT_EQ(Lint(query), "") << query;
  }
}

TEST(LintTest, LanguageCodes) {
  EXPECT_THAT(Lint("lang:jp"), HasSubstr("write lang:ja"));
  EXPECT_THAT(Lint("lang:cn AND Kremlin"), HasSubstr("write lang:zh"));
  EXPECT_THAT(Lint("lang:UA"), HasSubstr("write lang:uk"));
  EXPECT_THAT(Lint("lang:xx"), HasSubstr("no language code"));
  for (const char* query : {"lang:uk", "lang:yue", "lang:zh_TW", "lang:EN"}) {
    EXPECT_EQ(Lint(query), "") << query;
  }
}

TEST(LintTest, WildcardsOfTwoLetters) {
  EXPECT_THAT(Lint("Kremlin OR co*"), HasSubstr("11-14: `co*` finds a large"));
  EXPECT_THAT(Lint("*ed"), HasSubstr("finds a large"));
  EXPECT_EQ(Lint("oil NEAR/2 pr*"), "");
  EXPECT_EQ(Lint("\"US el*\""), "");
}

TEST(LintTest, TermsThatAnotherFinds) {
  const auto lint = [](const std::vector<std::string_view>& texts) {
    std::vector<std::unique_ptr<Node>> terms;
    for (const std::string_view text : texts) {
      terms.push_back(LiteralTerm(text));
    }
    std::string text;
    for (const TermProblem& problem : LintTerms(terms)) {
      StrAppend(&text, problem.term, ": ", problem.message, "; ", problem.fix,
                "\n");
    }
    return text;
  };
  EXPECT_THAT(lint({"Kremlin", "the Kremlin wall", "KREMLIN"}),
              HasSubstr("1: `the Kremlin wall` finds nothing that `Kremlin`"));
  EXPECT_THAT(lint({"Kremlin", "the Kremlin wall", "KREMLIN"}),
              HasSubstr("2: `KREMLIN` finds nothing that `Kremlin`"));
  EXPECT_EQ(
      lint({"AT&T", "at t", "#Kremlin"}),
      "0: `AT&T` finds nothing that `at t` does not find; drop it, or say "
      "in `query` with AND what must stand beside it\n");
}

// A term in `terms`.
std::string LintTermText(std::string_view text) {
  std::vector<std::unique_ptr<Node>> terms;
  terms.push_back(LiteralTerm(text));
  std::string said;
  for (const TermProblem& problem : LintTerms(terms)) {
    EXPECT_NE(problem.fix, "");
    StrAppend(&said, problem.message, "; ", problem.fix, "\n");
  }
  return said;
}

TEST(LintTest, LettersOfTwoAlphabetsInAWord) {
  constexpr std::string_view kSays =
      "`Рutin` has the Cyrillic letter `Р` among Latin ones; write Putin\n";
  EXPECT_EQ(Lint("Рutin"), StrCat("0-5: ", kSays));
  EXPECT_EQ(LintTermText("Рutin"), kSays);
  EXPECT_THAT(Lint("x1 AND \"the Kрeмl*\""), ::testing::IsEmpty());
  EXPECT_THAT(Lint("x1 AND \"the Кremlin\""),
              HasSubstr("7-20: `Кremlin` has the Cyrillic letter `К` among "
                        "Latin ones; write \"the Kremlin\""));
  EXPECT_THAT(Lint("Kремль"), HasSubstr("Latin letter `K` among Cyrillic "
                                        "ones; write Кремль"));
  EXPECT_THAT(Lint("{ΝATO}"), HasSubstr("Greek letter `Ν` among Latin ones; "
                                        "write {NATO}"));
  EXPECT_THAT(Lint("\"Рutin Kremlin\"~3"), HasSubstr("Cyrillic letter"));
  EXPECT_THAT(Lint("oil NEAR/2 Рutin"), HasSubstr("Cyrillic letter"));
}

TEST(LintTest, ReferencesOfHtml) {
  EXPECT_EQ(Lint("AT&amp;T"),
            "0-8: `&amp;` is a reference of HTML: articles have the character "
            "itself; write AT&T\n");
  EXPECT_THAT(LintTermText("AT&amp;T"), HasSubstr("write AT&T"));
  EXPECT_THAT(LintTermText("Caf&eacute; &#39;x&#x27;"),
              HasSubstr("`&eacute;` is a reference"));
  EXPECT_EQ(LintTermText("AT&T; B&unknown;"), "");
}

TEST(LintTest, SignsThatAskForThemselves) {
  EXPECT_EQ(Lint("Kremlin AND +Disney"),
            "12-19: `+` asks for the sign itself: what AND joins is required "
            "without it; write Disney\n");
  EXPECT_EQ(LintTermText("+Disney"),
            "`+` asks for the sign itself; write Disney\n");
  EXPECT_EQ(LintTermText("-Disney"),
            "`-` does not exclude in `terms`: this finds `Disney`; exclude "
            "with AND NOT in `query`\n");
  EXPECT_THAT(LintTermText("–Disney"), HasSubstr("does not exclude"));
  EXPECT_EQ(LintTermText("Disney+"), "");
}

TEST(LintTest, PunctuationThatDoesNotCount) {
  EXPECT_EQ(Lint(".NET"),
            "0-4: a stop before the first word does not count: this finds "
            "every `NET`; write {NET} for the letters as they are\n");
  EXPECT_THAT(Lint(".US"), HasSubstr("write {US} for"));
  EXPECT_THAT(Lint("{.NET}"), HasSubstr("in braces too; write {NET}"));
  EXPECT_THAT(LintTermText(".NET"), HasSubstr("write {NET} in `query`"));
  EXPECT_THAT(Lint("Yahoo!"), HasSubstr("`!` does not count: this finds every "
                                        "`Yahoo`; write {Yahoo}"));
  EXPECT_THAT(Lint("{Yahoo!}"), HasSubstr("write {Yahoo}"));
}

TEST(LintTest, OperatorsInTerms) {
  EXPECT_EQ(LintTermText("Trump AND Putin"),
            "`AND` is an ordinary word in `terms`; write the whole in "
            "`query`\n");
  EXPECT_THAT(LintTermText("Кремль NEAR/3 США"), HasSubstr("`NEAR/3` is"));
  EXPECT_THAT(LintTermText("NOT football"), HasSubstr("`NOT` is"));
  EXPECT_THAT(LintTermText("title:Kremlin"),
              HasSubstr("`title:` is ordinary text"));
  for (const char* text : {"DOLCE AND GABBANA", "and so on", "Washington OR",
                           "http://a.b", "Title: x"}) {
    EXPECT_EQ(LintTermText(text), "") << text;
  }
}

TEST(LintTest, VeryShortTerms) {
  EXPECT_EQ(Lint("X"),
            "0-1: `X` finds every `x` that stands alone; write {X} for the "
            "capitals\n");
  EXPECT_THAT(LintTermText("X"),
              HasSubstr("stands alone; write {X} in `query` for the capitals"));
  EXPECT_THAT(LintTermText("US"), HasSubstr("write {US} in `query` for"));
  EXPECT_THAT(LintTermText("24"), HasSubstr("or in `query` with AND"));
  EXPECT_THAT(Lint("x"), HasSubstr("add what it is about"));
  EXPECT_THAT(Lint("Я"), HasSubstr("stands alone; write {Я}"));
  EXPECT_THAT(Lint("美"), HasSubstr("`美` is a part of many words"));
  EXPECT_THAT(Lint("24"), HasSubstr("up to two digits"));
  EXPECT_THAT(Lint("MAN"), HasSubstr("almost every article of a language"));
  EXPECT_EQ(Lint("X NEAR/3 Musk"), "");
}

TEST(LintTest, SourcesAndSites) {
  EXPECT_EQ(Lint("source:cnn.com"),
            "0-14: a source is compared with publishers' names; `cnn.com` is "
            "a host; write site:cnn.com\n");
  EXPECT_THAT(Lint("site:\"The Times\""),
              HasSubstr("write source:\"The Times\""));
  EXPECT_EQ(Lint("source:\"St. Louis\" OR source:x.1"), "");
}

// What a warning says to write has that warning no more.
TEST(LintTest, WhoFollowsAWarningIsRidOfIt) {
  for (std::string query :
       {"Рutin AND US", "AT&amp;T", "Kremlin AND +Disney", ".NET", "{.NET}",
        "Yahoo!", "X", "MAN", "source:cnn.com", "site:\"The Times\"",
        "\"Kremlin\"~5", "atleast/1(Kremlin OR Putin) AND oil"}) {
    for (int step = 0; step < 5; ++step) {
      const ParsedQuery parsed = ParseQuery(query);
      ASSERT_NE(parsed.root, nullptr) << query;
      const std::vector<QueryProblem> problems = LintQuery(*parsed.root);
      if (problems.empty()) {
        break;
      }
      ASSERT_FALSE(problems[0].edits.empty()) << query;
      ASSERT_LT(step, 4) << query;
      const QueryEdit& edit = problems[0].edits[0];
      std::u32string text = ToCodePoints(query);
      text.replace(edit.span.begin, edit.span.end - edit.span.begin,
                   ToCodePoints(edit.text));
      query = ToUtf8(text);
    }
  }
}

TEST(LintTest, FormsThatDoNothing) {
  EXPECT_THAT(Lint("\"Kremlin\"~5"), HasSubstr("does nothing with one word"));
  EXPECT_THAT(Lint("atleast/1(Kremlin)"), HasSubstr("write Kremlin"));
  EXPECT_THAT(Lint("lang:klingon AND Kremlin"), HasSubstr("no language code"));
}

}  // namespace
}  // namespace presshawk
