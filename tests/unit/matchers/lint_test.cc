// Warnings, each with a fix (matchers/query/lint.h).
#include "matchers/query/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"

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
  for (const char* query :
       {"Kremlin", "{US} AND NOT football", "\"US election\" OR Kremlin",
        "US NEAR/5 troops", "apple AND NOT \"apple pie\"", "lang:pt-BR",
        "\"#us\"", "title:Kremlin OR body:Kremlin", "Trump AND NOT Biden",
        "lang:e*", "(a1 OR b1) AND NOT (c1 OR d1)"}) {
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

TEST(LintTest, FormsThatDoNothing) {
  EXPECT_THAT(Lint("\"Kremlin\"~5"), HasSubstr("does nothing with one word"));
  EXPECT_THAT(Lint("atleast/1(Kremlin)"), HasSubstr("write Kremlin"));
  EXPECT_THAT(Lint("lang:klingon AND Kremlin"), HasSubstr("no language code"));
}

}  // namespace
}  // namespace presshawk
