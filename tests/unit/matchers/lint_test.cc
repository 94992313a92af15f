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

TEST(LintTest, FormsThatDoNothing) {
  EXPECT_THAT(Lint("\"Kremlin\"~5"), HasSubstr("does nothing with one word"));
  EXPECT_THAT(Lint("atleast/1(Kremlin)"), HasSubstr("write Kremlin"));
  EXPECT_THAT(Lint("lang:english AND Kremlin"), HasSubstr("no language code"));
}

}  // namespace
}  // namespace presshawk
