// SPDX-License-Identifier: Apache-2.0
// The language row by row (SPEC QUERY-1 to QUERY-19, A18-A49): what is read,
// what is an error, where, and with which fix.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "matchers/query/parser.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string Printed(std::string_view query) {
  const ParsedQuery parsed = ParseQuery(query);
  return parsed.root == nullptr ? StrCat("error: ", parsed.problems[0].message)
                                : PrintQuery(*parsed.root);
}

// The first error; fails the test where there is none.
QueryProblem ErrorOf(std::string_view query) {
  const ParsedQuery parsed = ParseQuery(query);
  EXPECT_EQ(parsed.root, nullptr) << query;
  for (const QueryProblem& problem : parsed.problems) {
    if (!problem.warning) {
      return problem;
    }
  }
  ADD_FAILURE() << "no error: " << query;
  return {};
}

std::string WarningOf(std::string_view query) {
  const ParsedQuery parsed = ParseQuery(query);
  EXPECT_NE(parsed.root, nullptr) << query;
  return parsed.problems.empty() ? "" : parsed.problems[0].message;
}

NodeKind KindOf(std::string_view query) {
  const ParsedQuery parsed = ParseQuery(query);
  EXPECT_NE(parsed.root, nullptr) << Printed(query);
  return parsed.root == nullptr ? NodeKind::kTerm : parsed.root->kind;
}

TEST(QueryTest, EveryFormOfTheGrammarIsRead) {
  EXPECT_EQ(KindOf("word"), NodeKind::kTerm);
  EXPECT_EQ(KindOf("\"a phrase\""), NodeKind::kTerm);
  EXPECT_EQ(KindOf("Kreml*"), NodeKind::kTerm);
  EXPECT_EQ(KindOf("{US}"), NodeKind::kTerm);
  EXPECT_EQ(KindOf("#tag"), NodeKind::kTerm);
  EXPECT_EQ(KindOf("AT&T"), NodeKind::kTerm);
  EXPECT_EQ(KindOf("/CVE-\\d{4}-\\d+/i"), NodeKind::kTerm);
  EXPECT_EQ(KindOf("a AND b"), NodeKind::kAnd);
  EXPECT_EQ(KindOf("a OR b"), NodeKind::kOr);
  EXPECT_EQ(KindOf("a AND NOT b"), NodeKind::kAnd);
  EXPECT_EQ(KindOf("a NEAR/3 b"), NodeKind::kNear);
  EXPECT_EQ(KindOf("a ONEAR/3 b"), NodeKind::kONear);
  EXPECT_EQ(KindOf("a NOTNEAR/3 b"), NodeKind::kNotNear);
  EXPECT_EQ(KindOf("\"a b c\"~4"), NodeKind::kWindow);
  EXPECT_EQ(KindOf("a SENTENCE b"), NodeKind::kSentence);
  EXPECT_EQ(KindOf("a PARAGRAPH b"), NodeKind::kParagraph);
  EXPECT_EQ(KindOf("atleast/3(a OR b)"), NodeKind::kAtLeast);
  EXPECT_EQ(KindOf("first/30(a)"), NodeKind::kFirst);
  EXPECT_EQ(KindOf("title:a"), NodeKind::kScope);
  EXPECT_EQ(KindOf("lead:(a AND b)"), NodeKind::kScope);
  EXPECT_EQ(KindOf("lang:en"), NodeKind::kMeta);
  EXPECT_EQ(KindOf("source:\"The Times\""), NodeKind::kMeta);
  EXPECT_EQ(KindOf("@other-list"), NodeKind::kReference);
  EXPECT_EQ(KindOf("a <<< said >>> AND b"), NodeKind::kAnd);
}

TEST(QueryTest, PrecedenceIsFieldThenNearThenAndThenOr) {
  EXPECT_EQ(Printed("a NEAR/2 b AND c"), Printed("(a NEAR/2 b) AND c"));
  EXPECT_EQ(Printed("a NEAR/2 b OR c"), Printed("(a NEAR/2 b) OR c"));
  EXPECT_EQ(Printed("title:a AND b"), Printed("(title:a) AND b"));
  EXPECT_EQ(Printed("NOT a AND b"), Printed("(NOT a) AND b"));
}

TEST(QueryTest, AndBesideOrNeedsBrackets) {
  const QueryProblem error = ErrorOf("a AND b OR c");
  EXPECT_THAT(error.message, HasSubstr("brackets"));
  EXPECT_FALSE(error.fix.empty());
  EXPECT_EQ(error.span.begin, 8U);
}

TEST(QueryTest, TwoWordsSideBySideNeedAnOperator) {
  const QueryProblem error = ErrorOf("US election");
  EXPECT_THAT(error.fix, HasSubstr("\"US election\""));
  EXPECT_THAT(error.fix, HasSubstr("US AND election"));
}

TEST(QueryTest, BracesInQuotesAreAnError) {  // A18
  EXPECT_THAT(ErrorOf("\"{US} election\"").fix, HasSubstr("{US election}"));
}

TEST(QueryTest, WildcardsNeedSomethingToHoldOnTo) {  // A19
  ErrorOf("*");
  ErrorOf("a*");
  ErrorOf("???");
  ErrorOf("\"the * end\"");
  ErrorOf("{Kreml*}");
  EXPECT_THAT(ErrorOf("特*").message, HasSubstr("longer runs"));
  EXPECT_EQ(KindOf("ab*"), NodeKind::kTerm);
  EXPECT_EQ(KindOf("a?"), NodeKind::kTerm);
  EXPECT_EQ(KindOf("\"US elect*\""), NodeKind::kTerm);
}

TEST(QueryTest, QuestionMarkBeforeAClosingQuoteIsAnError) {  // A24
  const QueryProblem error = ErrorOf("\"Who is next?\"");
  EXPECT_THAT(error.fix, HasSubstr("drop the ?"));
  EXPECT_THAT(error.fix, HasSubstr("outside quotes"));
}

TEST(QueryTest, SmartFormsAreReadAsAscii) {  // A20
  EXPECT_EQ(Printed("“US election” AND „x‟"),
            Printed("\"US election\" AND \"x\""));
  EXPECT_EQ(Printed("«US election»"), Printed("\"US election\""));
  EXPECT_EQ(Printed("（ａ　ＯＲ　ｂ）"), Printed("(a OR b)"));
  EXPECT_EQ(Printed("vice–president"), Printed("vice-president"));
}

TEST(QueryTest, WhatOtherProgramsMeanIsAnErrorWithAFix) {  // A21
  for (const char* query : {"-football", "!football", "a | b", "word~2",
                            "word^2", "titel:x", "http://example.com"}) {
    EXPECT_FALSE(ErrorOf(query).fix.empty()) << query;
  }
  EXPECT_EQ(KindOf("TITLE: x"), NodeKind::kScope);
  EXPECT_EQ(KindOf("atleast/3 (x)"), NodeKind::kAtLeast);
  EXPECT_EQ(KindOf("vice-president"), NodeKind::kTerm);
  EXPECT_EQ(KindOf("AC/DC"), NodeKind::kTerm);
}

TEST(QueryTest, CommentsSeparateAndMustBeClosed) {  // A22
  EXPECT_EQ(Printed("a<<<x>>>AND b"), Printed("a AND b"));
  EXPECT_EQ(KindOf("\"a <<< b\""), NodeKind::kTerm);
  ErrorOf("a AND b <<< no end");
}

TEST(QueryTest, EveryWayToBeTrueNeedsSomethingPositive) {  // A25
  ErrorOf("NOT a");
  ErrorOf("a OR NOT b");
  ErrorOf("title:(NOT a)");
  ErrorOf("NOT (a AND b)");
  EXPECT_EQ(KindOf("NOT (NOT a)"), NodeKind::kNot);
  EXPECT_EQ(KindOf("a AND NOT b"), NodeKind::kAnd);
  EXPECT_EQ(KindOf("lang:en AND NOT b"), NodeKind::kAnd);
}

TEST(QueryTest, NearBindsToTermsOnly) {  // A26, A27
  ErrorOf("NOT a NEAR/2 b");
  ErrorOf("title:a NEAR/2 b");
  ErrorOf("a NEAR/2 b NEAR/2 c");
  ErrorOf("a NEAR/2 (b AND c)");
  ErrorOf("\"a b\"~2 NEAR/2 c");
  ErrorOf("lang:en NEAR/2 c");
  EXPECT_EQ(KindOf("(a OR (b OR c)) NEAR/2 d"), NodeKind::kNear);
}

TEST(QueryTest, NumbersHaveARange) {  // A28
  EXPECT_EQ(KindOf("a NEAR/0 b"), NodeKind::kNear);
  EXPECT_EQ(KindOf("a NEAR/1000 b"), NodeKind::kNear);
  ErrorOf("a NEAR/1001 b");
  ErrorOf("a NEAR b");
  ErrorOf("atleast/0(a)");
  EXPECT_EQ(KindOf("atleast/1(a)"), NodeKind::kAtLeast);
  ErrorOf("first/1001(a)");
}

TEST(QueryTest, AWindowHasUpToSixteenWords) {  // A31
  EXPECT_EQ(KindOf("\"AT&T deal\"~2"), NodeKind::kWindow);
  ErrorOf("\"1 2 3 4 5 6 7 8 9 a b c d e f g h\"~2");
}

TEST(QueryTest, AtLeastAndFirstTakeTerms) {  // A33
  ErrorOf("first/5(a AND b)");
  ErrorOf("atleast/2(title:a)");
}

TEST(QueryTest, ScopeInScopeWarns) {  // A34
  EXPECT_THAT(WarningOf("title:(a AND body:b)"), HasSubstr("replaces"));
}

TEST(QueryTest, BracketedMetadataIsSpelledOut) {  // A36
  EXPECT_THAT(ErrorOf("lang:(en OR fr)").fix, HasSubstr("lang:en OR lang:fr"));
}

TEST(QueryTest, LimitsAreCountedInCodePointsAndLevels) {  // A43
  std::string long_query = "\"" + std::string(19'998, 'x') + "\"";
  EXPECT_EQ(KindOf(long_query), NodeKind::kTerm);
  long_query.insert(1, "x");
  ErrorOf(long_query);
  const auto nested = [](int levels) {
    return std::string(static_cast<size_t>(levels), '(') + "a" +
           std::string(static_cast<size_t>(levels), ')');
  };
  EXPECT_EQ(KindOf(nested(200)), NodeKind::kTerm);
  ErrorOf(nested(201));
}

TEST(QueryTest, LowerCaseOperatorsWarn) {
  EXPECT_THAT(WarningOf("a AND or"), HasSubstr("word"));
}

TEST(QueryTest, EmptyQueriesAreErrors) {  // A3
  ErrorOf("");
  ErrorOf("  <<< nothing >>> ");
  ErrorOf("()");
  ErrorOf("\"...\"");
}

TEST(QueryTest, PrintedFormsReadBackTheSame) {
  for (const char* query : {"a",
                            "\"a b\"",
                            "{US}",
                            "#tag",
                            "AT&T",
                            "/a\\/b+/i",
                            "Kreml*",
                            "a AND (b OR NOT (c AND d))",
                            "a NEAR/3 (b OR \"c d\")",
                            "a ONEAR/0 b",
                            "a NOTNEAR/9 b",
                            "\"a b c\"~4",
                            "a SENTENCE b",
                            "a PARAGRAPH b",
                            "atleast/3(a OR b)",
                            "first/30(a)",
                            "title:a",
                            "lead:(a AND b)",
                            "author:\"x y\"",
                            "lang:en",
                            "source:\"The Times\"",
                            "@other.list-1",
                            "a AND <<< c >>> b",
                            "site:*.example.com"}) {
    const std::string once = Printed(query);
    EXPECT_EQ(Printed(once), once) << query;
    EXPECT_THAT(once, Not(HasSubstr("error"))) << query;
  }
}

// Whatever bytes come, the answer is a tree or an error with a span inside.
TEST(QueryTest, MutationsOfQueriesNeverCrash) {
  const std::string seed =
      "title:(\"US elect*\" NEAR/3 {U.S.}) AND NOT (#x OR /a+/i) <<< c >>> "
      "OR atleast/2(a OR b) @l lang:en \"a b\"~3";
  uint64_t state = 42;
  for (int i = 0; i < 20'000; ++i) {
    std::string query = seed;
    for (int k = 0; k < 3; ++k) {
      state = state * 6364136223846793005 + 1442695040888963407;
      const size_t at = (state >> 33) % query.size();
      const char c = "()\"{}/*?~:@<>&#-! aN0é"[(state >> 20) % 22];
      if (static_cast<unsigned char>(c) >= 0x80 || (state & 1) != 0) {
        query.erase(at, 1);
      } else {
        query[at] = c;
      }
    }
    const ParsedQuery parsed = ParseQuery(query);
    for (const QueryProblem& problem : parsed.problems) {
      ASSERT_LE(problem.span.begin, problem.span.end) << query;
      ASSERT_LE(problem.span.end, query.size() + 1) << query;
    }
    ASSERT_EQ(parsed.root == nullptr,
              std::any_of(parsed.problems.begin(), parsed.problems.end(),
                          [](const QueryProblem& p) { return !p.warning; }));
  }
}

}  // namespace
}  // namespace presshawk
