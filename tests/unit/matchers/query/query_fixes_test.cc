// SPDX-License-Identifier: Apache-2.0
// What the reader says of queries that are not right: at which place, and what
// to write instead. The forms are those that other systems' habits and typing
// bring in.
#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "matchers/query/lexer.h"
#include "matchers/query/parser.h"

namespace presshawk {
namespace {

// "begin-end severity: message | fix" of the first error, or where there is
// none of the first warning.
std::string FirstProblem(std::string_view query) {
  const ParsedQuery parsed = ParseQuery(query);
  if (parsed.problems.empty()) {
    return "good";
  }
  const auto error =
      std::find_if(parsed.problems.begin(), parsed.problems.end(),
                   [](const auto& p) { return !p.warning; });
  const QueryProblem& problem =
      error != parsed.problems.end() ? *error : parsed.problems.front();
  return StrCat(problem.span.begin, "-", problem.span.end, " ",
                problem.warning ? "warning" : "error", ": ", problem.message,
                " | ", problem.fix);
}

struct Row {
  std::string_view query;
  std::string_view says;
};

void Check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(FirstProblem(row.query), row.says) << row.query;
  }
}

TEST(QueryFixesTest, OperatorsInSmallLetters) {
  Check({
      {"a1 and b1",
       "0-6 error: `and` is a word here: operators are in capitals | write "
       "a1 AND b1, or quote the words"},
      {"a1 OR b1 or c1",
       "0-11 error: `or` is a word here: operators are in capitals | write "
       "b1 OR c1, or quote the words"},
      {"not a1",
       "0-6 error: `not` is a word here: operators are in capitals | write "
       "NOT a1, or quote the words"},
      {"a1 near/3 b1",
       "0-9 error: `near/3` is a word here: operators are in capitals | write "
       "a1 NEAR/3 b1, or quote the words"},
      {"a1 AND and",
       "7-10 warning: `and` is looked for as a word | drop it, or write "
       "\"and\" for the word"},
      {"a1 AND and b1",
       "0-13 error: `and` is a word here: operators are in capitals | drop "
       "`and`, or quote the words"},
      {"a1 AND not b1",
       "0-13 error: `not` is a word here: operators are in capitals | write "
       "NOT b1, or quote the words"},
      {"a1 not b1",
       "0-6 error: `not` is a word here: operators are in capitals | write a1 "
       "AND NOT b1, or quote the words"},
  });
}

TEST(QueryFixesTest, SideBySide) {
  Check({
      {"US election",
       "0-11 error: two conditions side by side, without an operator | write "
       "\"US election\" or US AND election"},
      {"'US election' AND b1",
       "0-13 error: a single quote does not start a phrase | write \"US "
       "election\""},
      {"Trump - Kremlin",
       "6-7 error: this term has no letter or digit to look for | drop it, or "
       "put the whole phrase in quotes"},
      {"title : Kremlin",
       "0-7 error: no white space may stand before the colon | write "
       "title:Kremlin"},
      {"title :Kremlin",
       "0-14 error: no white space may stand before the colon | write "
       "title:Kremlin"},
      {"\"a1 b1\" ~5",
       "0-10 error: `~5` must stand directly behind the quote | write \"a1 "
       "b1\"~5"},
      {"atleast(a1)",
       "0-8 error: `atleast` needs a number | write atleast/3(…)"},
      {"first (a1)", "0-7 error: `first` needs a number | write first/30(…)"},
  });
}

TEST(QueryFixesTest, OperandsOfNear) {
  Check({
      {"a1 NEAR/2 (b1 AND c1)",
       "10-21 error: the operands of `NEAR` are terms, or brackets of terms "
       "joined by OR | write (a1 NEAR/2 b1) AND (a1 NEAR/2 c1)"},
      {"a1 NEAR/2 lang:en",
       "10-17 error: the operands of `NEAR` are terms, or brackets of terms "
       "joined by OR | write a1 AND lang:en"},
      {"a1 SENTENCE \"b1 c1\"~2",
       "12-21 error: the operands of `SENTENCE` are terms, or brackets of "
       "terms joined by OR | write a1 AND \"b1 c1\"~2"},
      {"a1 NEAR/2 (b1 ONEAR/1 c1)",
       "10-25 error: the operands of `NEAR` are terms, or brackets of terms "
       "joined by OR | write (a1 NEAR/2 b1) AND (b1 ONEAR/1 c1)"},
      {"a1 NEAR/1001 b1",
       "8-12 error: at most 1000 is possible here | write 1000"},
  });
}

TEST(QueryFixesTest, MissingAndEmptyParts) {
  Check({
      {"AND a1",
       "0-3 error: `AND` has no condition before it | drop it, or write a "
       "condition before it"},
      {"a1 AND",
       "6-6 error: a condition is missing behind `AND` | drop `AND`, or write "
       "a condition behind it"},
      {"title: AND a1",
       "7-10 error: a condition is missing behind `title:` | drop `title:`, "
       "or write a condition behind it"},
      {"a1 AND ()", "7-9 error: nothing in the brackets | drop them"},
      {"a1 AND @",
       "7-8 error: `@` needs the id of a watch-list directly behind it | "
       "write @other-list, or drop it"},
  });
}

TEST(QueryFixesTest, WildcardsThatCannotBe) {
  Check({
      {"技*",
       "0-2 error: such a term already matches inside longer runs: no "
       "wildcard is needed beside these letters | leave the wildcard out"},
      {"{US*}",
       "0-5 error: `*` does not work inside braces | write the forms with OR: "
       "{US} OR {USA}, or without braces: US*"},
      {"\"Mate*华为\"",
       "0-9 error: such a term already matches inside longer runs: no "
       "wildcard is needed beside these letters | leave the wildcard out"},
      {"\"the * end\"",
       "0-11 error: a word of wildcards only matches everything | write "
       "\"the\" ONEAR/1 \"end\""},
      {"x*",
       "0-2 error: a word with `*` needs at least 2 other characters | write "
       "more of the word, or its forms with OR"},
  });
}

TEST(QueryFixesTest, AWildcardTouchesOnlyWhatStandsInItsPiece) {
  Check({{"\"Mate* 华为\"", "good"},
         {"\"苹果 *phone\"", "good"},
         {"\"삼성 *laxy\"", "good"},
         {"\"华为 Mate*\"", "good"},
         {"\"苹果\u3000*phone\"", "good"},
         {"\"ผู้นำ\u00A0elect*\"", "good"},
         {"\"Mate* 华为\"~3", "good"},
         {"\"Mate*\u3000华为\"~3", "good"}});
  for (const char* query : {"\"x Mate*华为\"", "\"苹果*phone x\"",
                            "\"Mate*华为 x\"~3", "华为*", "?ขาว"}) {
    EXPECT_NE(FirstProblem(query).find("already matches inside longer runs"),
              std::string::npos)
        << query;
  }
}

TEST(QueryFixesTest, QuestionMarksAtAPhrasesEnd) {
  constexpr std::string_view kSays =
      " error: `?` stands for one character, so that this phrase only matches "
      "with one more letter at its end | drop the ?, or ";
  constexpr std::string_view kOutside = "put the word outside quotes: ";
  const std::pair<const char*, std::string> kRows[] = {
      {"\"Who is next?\"",
       StrCat("12-13", kSays, kOutside, "\"Who is\" ONEAR/0 next?")},
      {"a1 AND \"who next?\"~3",
       StrCat("16-17", kSays, kOutside, "who NEAR/3 next?")},
      {"\"who is next?\"~3",
       StrCat("12-13", kSays, "write the word with ? outside quotes")},
      {"“谁是下一个？”~2",
       StrCat("6-7", kSays, "write the word with ? outside quotes")},
      {"\"next??\"", StrCat("6-7", kSays, kOutside, "next??")}};
  for (const auto& [query, says] : kRows) {
    EXPECT_EQ(FirstProblem(query), says) << query;
  }
}

TEST(QueryFixesTest, NearInAChain) {
  Check({
      {"a1 NEAR/5 b1 SENTENCE c1",
       "13-21 error: `SENTENCE` cannot be chained: it is not clear what the "
       "second one measures from | write (a1 NEAR/5 b1) AND (b1 SENTENCE c1)"},
      {"x1 OR a1 NEAR/5 b1 ONEAR/1 c1",
       "19-26 error: `ONEAR` cannot be chained: it is not clear what the "
       "second one measures from | write ((a1 NEAR/5 b1) AND (b1 ONEAR/1 "
       "c1))"},
  });
}

TEST(QueryFixesTest, OperatorsOfOtherPrograms) {
  Check({
      {"a1 w/5 b1",
       "0-6 error: `w/5` is an operator of other programs | write NEAR/5, "
       "which counts the words between"},
      {"a1 AND b1 PRE/3 c1",
       "0-15 error: `PRE/3` is an operator of other programs | write ONEAR/3, "
       "which counts the words between"},
      {"a1 w/s b1",
       "0-6 error: `w/s` is an operator of other programs | write SENTENCE"},
      {"a1 /s b1",
       "3-5 error: `/s` is an operator of other programs | write SENTENCE"},
      {"a1 And b1",
       "0-6 error: `And` is a word here: operators are in capitals | write a1 "
       "AND b1, or quote the words"},
      {"/s\\d+/", "good"},
      {"a1 AND /5\\d/", "good"},
      {"a1 OR /10 (m|bn)/", "good"},
      {"/5 men/ NEAR/3 (/s p/ OR a1)", "good"},
      {"a1 AND same", "good"},
  });
}

TEST(QueryFixesTest, FunctionsTakeTerms) {
  constexpr std::string_view kSays =
      " error: these brackets take a term, or terms joined by OR | write ";
  const std::pair<const char*, std::string> kRows[] = {
      {"atleast/2(title:a1)", StrCat("9-19", kSays, "title:atleast/2(a1)")},
      {"first/5(a1 AND (b1 OR c1))",
       StrCat("7-26", kSays, "(first/5(a1) AND first/5(b1 OR c1))")},
      {"atleast/2(a1 OR lang:en)",
       StrCat("9-24", kSays, "(atleast/2(a1) OR lang:en)")},
      {"atleast/2(a1 NEAR/3 b1)", StrCat("9-23", kSays, "(a1 NEAR/3 b1)")}};
  for (const auto& [query, says] : kRows) {
    EXPECT_EQ(FirstProblem(query), says) << query;
  }
}

// ---- what is suggested is of the language ----

std::string Apply(const std::string& query, const QueryEdit& edit) {
  std::u32string text = ToCodePoints(query);
  text.replace(edit.span.begin, edit.span.end - edit.span.begin,
               ToCodePoints(edit.text));
  return ToUtf8(text);
}

const QueryProblem* FirstWithEdits(const ParsedQuery& parsed) {
  for (const QueryProblem& problem : parsed.problems) {
    if (!problem.edits.empty() &&
        (!problem.warning || parsed.root != nullptr)) {
      return &problem;
    }
  }
  return nullptr;
}

// Makes one edit after another until nothing has one. Every problem leads to
// another query, never to one that was there before.
std::string FollowTheFixes(std::string query, size_t first_choice) {
  constexpr int kStepsMax = 60;
  std::set<std::string> seen;
  for (int step = 0; step < kStepsMax; ++step) {
    const ParsedQuery parsed = ParseQuery(query);
    const QueryProblem* const problem = FirstWithEdits(parsed);
    if (problem == nullptr) {
      return query;
    }
    if (!seen.insert(query).second) {
      break;
    }
    const size_t choice =
        step == 0 ? std::min(first_choice, problem->edits.size() - 1) : 0;
    query = Apply(query, problem->edits[choice]);
  }
  ADD_FAILURE() << "the fixes go in a circle: " << query;
  return query;
}

TEST(QueryFixesTest, WhoFollowsTheFixesArrivesAtAGoodQuery) {
  const std::pair<const char*, const char*> kRows[] = {
      {"a1 NEAR/5 b1 SENTENCE c1", "(a1 NEAR/5 b1) AND (b1 SENTENCE c1)"},
      {"a1 NEAR/5 b1 NEAR/2 c1 NEAR/3 d1",
       "(a1 NEAR/5 b1) AND (b1 NEAR/2 c1) AND (c1 NEAR/3 d1)"},
      {"x1 OR a1 NEAR/5 b1 NEAR/2 c1",
       "x1 OR ((a1 NEAR/5 b1) AND (b1 NEAR/2 c1))"},
      {"atleast/2(title:a1)", "title:atleast/2(a1)"},
      {"atleast/2((a1 AND b1) OR c1)",
       "((atleast/2(a1) AND atleast/2(b1)) OR atleast/2(c1))"},
      {"a1 AND and b1", "a1 AND  b1"},
      {"a1 AND not b1", "a1 AND NOT b1"},
      {"a1 and b1", "a1 AND b1"},
      {"a1 not b1", "a1 AND NOT b1"},
      {"a1 near b1", "a1 NEAR/5 b1"},
      {"a1 NEAR b1", "a1 NEAR/5 b1"},
      {"a1 w/5 b1", "a1 NEAR/5 b1"},
      {"a1 near5 b1", "a1 NEAR/5 b1"},
      {"a1 adj b1", "a1 ONEAR/0 b1"},
      {"a1 W/P b1", "a1 PARAGRAPH b1"},
      {"a1 AROUND(3) b1", "a1 NEAR/3 b1"},
      {"a1 /p b1", "a1 PARAGRAPH b1"},
      {"a1 /10 b1", "a1 NEAR/10 b1"},
      {"a1 Or b1", "a1 OR b1"},
      {"a1 AND Not b1", "a1 AND NOT b1"},
      {"title:a1 NEAR/2 b1", "title:(a1 NEAR/2 b1)"},
      {"a1 NEAR/2 title:b1", "title:(a1 NEAR/2 b1)"},
      {"title:a1 NEAR/2 title:b1", "title:(a1 NEAR/2 b1)"},
      {"title:a1 NEAR/2 body:b1", "title:a1 AND body:b1"},
      {"x1 AND NOT a1 NEAR/2 b1", "x1 AND NOT (a1 NEAR/2 b1)"},
      {"a1 NEAR/2 NOT b1", "a1 NOTNEAR/2 b1"},
      {"a1 SENTENCE NOT b1", "a1 AND NOT (a1 SENTENCE b1)"},
      {"a1 NEAR/2 (b1 AND NOT c1)", "(a1 NEAR/2 b1) AND NOT c1"},
      {"x1 OR a1 NEAR/2 (b1 AND c1)",
       "x1 OR ((a1 NEAR/2 b1) AND (a1 NEAR/2 c1))"},
      {"a1 NEAR/2 (b1 OR (c1 AND d1))",
       "(a1 NEAR/2 b1) OR ((a1 NEAR/2 c1) AND (a1 NEAR/2 d1))"},
      {"(a1 ONEAR/1 b1) NEAR/2 c1", "(a1 ONEAR/1 b1) AND (b1 NEAR/2 c1)"},
      {"x1 OR a1 NEAR/2 lang:en", "x1 OR (a1 AND lang:en)"},
      {"a1 AND b1 OR c1", "(a1 AND b1) OR c1"},
      {"a1 OR b1 AND NOT c1 OR d1", "a1 OR (b1 AND NOT c1) OR d1"},
      {"US election", "\"US election\""},
      {"x1 AND US election", "x1 AND \"US election\""},
      {"title:US election", "title:\"US election\""},
      {"a1 OR \"b1\" \"c1\"", "a1 OR \"b1\" OR \"c1\""},
      {"(a1 OR b1) c1", "(a1 OR b1) AND c1"},
      {"a1 (b1 OR c1)", "a1 AND (b1 OR c1)"},
      {"a1 NOT b1", "a1 AND NOT b1"},
      {"a1 -b1", "a1 AND NOT b1"},
      {"a1 AND -b1", "a1 AND NOT b1"},
      {"a1 -\"b1 c1\"", "a1 AND NOT \"b1 c1\""},
      {"+\"b1 c1\" AND d1", "\"b1 c1\" AND d1"},
      {"a1 | b1", "a1 OR b1"},
      {"a1|b1", "(a1 OR b1)"},
      {"a1 || b1", "a1 OR b1"},
      {"a1 && b1", "a1 AND b1"},
      {"a1~2", "a1"},
      {"a1^2.5", "a1"},
      {"a1~", "a1"},
      {"titel:a1", "title:a1"},
      {"http://a.b/c", "\"http://a.b/c\""},
      {"foo:\"a1 b1\"", "\"foo: a1 b1\""},
      {"foo:(a1 OR b1)", "(a1 OR b1)"},
      {"lang:(en OR fr) AND a1", "(lang:en OR lang:fr) AND a1"},
      {"source:(\"The Times\" OR x1)", "(source:\"The Times\" OR source:x1)"},
      {"source: Reuters AND a1", "source:Reuters AND a1"},
      {"source: \"The Times\"", "source:\"The Times\""},
      {"country: AND a1", "country:us AND a1"},
      {"title : a1", "title:a1"},
      {"x1 AND title :a1", "x1 AND title:a1"},
      {"\"a1 b1\" ~5", "\"a1 b1\"~5"},
      {"\"a1 b1\"~x1", "\"a1 b1\"~5 AND x1"},
      {"atleast(a1)", "atleast/3(a1)"},
      {"atleast/2 a1", "atleast/2(a1)"},
      {"atleast/0(a1)", "atleast/3(a1)"},
      {"a1 NEAR/2000 b1", "a1 NEAR/1000 b1"},
      {"'US election' AND b1", "\"US election\" AND b1"},
      {"a1 - b1", "\"a1 b1\""},
      {"(a1 AND b1", "(a1 AND b1)"},
      {"a1)", "a1"},
      {"\"a1 b1", "\"a1 b1\""},
      {"{US", "{US}"},
      {"a1 AND ()", "a1  "},
      {"a1 AND", "a1 "},
      {"(AND a1)", "( a1)"},
      {"/a1/x", "/a1/"},
      {"/a1", "/a1/"},
      {"\"{US} election\"", "{US election}"},
      {"\"{US} election\"~3", "{US} NEAR/3 election"},
      {"{US*}", "US*"},
      {"\"who next?\"~3", "\"who next\"~3"},
      {"\"who?\"", "\"who\""},
      {"\"the * end\"", "\"the\" ONEAR/1 \"end\""},
      {"\"the * * last end\"", "\"the\" ONEAR/2 \"last end\""},
      {"\"华为* 苹果\"", "\"华为 苹果\""},
      {"a1 <<< x", "a1 <<< x>>>"},
      {"a1 AND and", "a1 AND \"and\""},
  };
  for (const auto& [bad, good] : kRows) {
    const std::string followed = FollowTheFixes(bad, 0);
    EXPECT_NE(ParseQuery(followed).root, nullptr) << bad << " → " << followed;
    const ParsedQuery parsed = ParseQuery(good);
    ASSERT_NE(parsed.root, nullptr) << good;
    const ParsedQuery got = ParseQuery(followed);
    if (got.root != nullptr) {
      EXPECT_EQ(PrintQuery(*got.root), PrintQuery(*parsed.root)) << bad;
    }
    // Whichever is chosen, and as it is told.
    const ParsedQuery problems = ParseQuery(bad);
    const QueryProblem* const first = FirstWithEdits(problems);
    ASSERT_NE(first, nullptr) << bad;
    for (size_t i = 0; i < first->edits.size(); ++i) {
      const std::string other = FollowTheFixes(bad, i);
      EXPECT_NE(ParseQuery(other).root, nullptr) << bad << " → " << other;
    }
  }
}

// Queries of random pieces: following the fixes ends, and where it does every
// error left is one that says what to think about, not what to write.
TEST(QueryFixesTest, FixesOfRandomQueriesNeverGoInACircle) {
  static constexpr std::string_view kPieces[] = {
      "a1",      "b1",         "AND",       "OR",          "NOT",
      "NEAR/2",  "ONEAR/3",    "NOTNEAR/1", "SENTENCE",    "(",
      ")",       "\"c1 d1\"",  "{US}",      "title:",      "body:",
      "lang:en", "atleast/2(", "first/3(",  "\"e1 f1\"~2", "and",
      "or",      "not",        "near",      "-x1",         "+y1",
      "z1|w1",   "v1~2",       "foo:u1",    "source:",     "\"who?\"",
      "*",       "/r1+/",      "@other",    "\"",          "}",
      "特*",     "lang:(en",   ":",         "~3",          "<<< c >>>",
      "'q",      "!",          "w/3",       "/s",          "Or",
      "adj",     "And",        "AROUND(2)", "/4"};
  const char* const seed = std::getenv("PRESSHAWK_SEED");
  std::mt19937_64 random(seed != nullptr ? std::stoull(seed) : 20260101);
  size_t good = 0;
  std::set<std::string> left;
  for (int round = 0; round < 50'000; ++round) {
    std::string query;
    for (size_t count = 1 + random() % 9; count > 0; --count) {
      StrAppend(&query, kPieces[random() % std::size(kPieces)],
                random() % 8 == 0 ? "" : " ");
    }
    const std::string followed = FollowTheFixes(query, random() % 3);
    ASSERT_FALSE(HasFailure()) << query;
    const ParsedQuery parsed = ParseQuery(followed);
    good += parsed.root != nullptr ? 1 : 0;
    for (const QueryProblem& problem : parsed.problems) {
      ASSERT_TRUE(problem.warning || problem.edits.empty())
          << query << " → " << followed;
      left.insert(problem.warning ? "" : problem.fix);
    }
  }
  EXPECT_GT(good, 25'000U) << ::testing::PrintToString(left);
}

TEST(QueryFixesTest, FieldsOfOtherSystems) {
  Check({
      {"headline:x",
       "0-9 error: there is no field `headline:` | write title: or quote it: "
       "\"headline:x\""},
      {"Byline:x",
       "0-7 error: there is no field `Byline:` | write author: or quote it: "
       "\"Byline:x\""},
      {"url:x",
       "0-4 error: there is no field `url:` | write site: or quote it: "
       "\"url:x\""},
      {"publishedAt:x",
       "0-12 error: there is no field `publishedAt:` | quote it: "
       "\"publishedAt:x\""},
      {"country:",
       "0-8 error: `country:` needs a value directly behind the colon | write "
       "country:us, or quote a value with spaces"},
      {"source: Reuters",
       "0-7 error: `source:` needs a value directly behind the colon | write "
       "source:Reuters, or quote a value with spaces"},
  });
}

TEST(QueryFixesTest, PunctuationThatMeansSomethingElsewhere) {
  Check({
      {"word~",
       "0-5 warning: `~` is punctuation here: there is no fuzzy search | write "
       "word"},
      {"--",
       "0-2 error: this term has no letter or digit to look for | drop it"},
  });
}

}  // namespace
}  // namespace presshawk
