// What the reader says of queries that are not right: at which place, and what
// to write instead. The forms are those that other systems' habits and typing
// bring in.
#include <algorithm>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
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
       "7-10 warning: `and` is looked for as a word | write AND for the "
       "operator"},
  });
}

TEST(QueryFixesTest, SideBySide) {
  Check({
      {"US election",
       "0-11 error: two conditions side by side, without an operator | write "
       "\"US election\" or US AND election"},
      {"'US election' AND b1",
       "0-13 error: a single quote does not begin a phrase | write \"US "
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
       "joined by OR | write (a NEAR/2 b) AND (a NEAR/2 c)"},
      {"a1 NEAR/2 lang:en",
       "10-17 error: the operands of `NEAR` are terms, or brackets of terms "
       "joined by OR | join it with AND"},
      {"a1 SENTENCE \"b1 c1\"~2",
       "12-21 error: the operands of `SENTENCE` are terms, or brackets of "
       "terms joined by OR | join it with AND"},
      {"a1 NEAR/2 (b1 ONEAR/1 c1)",
       "10-25 error: the operands of `NEAR` are terms, or brackets of terms "
       "joined by OR | join them with AND: (a NEAR/2 b) AND (b NEAR/2 c)"},
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
       "{US} OR {USA}"},
      {"x*",
       "0-2 error: a word with `*` needs at least 2 other characters | write "
       "more of the word, or its forms with OR"},
  });
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
      {"--", "0-2 error: this term has no letter or digit to look for | "},
  });
}

}  // namespace
}  // namespace presshawk
