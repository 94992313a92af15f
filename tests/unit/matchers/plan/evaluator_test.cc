// SPDX-License-Identifier: Apache-2.0
// The evaluator says which lists hold, and how many it looked at.
#include "matchers/plan/evaluator.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "tests/unit/matchers/plan/small_plan.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

bool Holds(const std::string& query, const SmallArticle& article) {
  SmallPlan plan({{"l", query}});
  const bool holds = !plan.Evaluate(article).empty();
  SmallPlan every = SmallPlan::WithoutTriggers({{"l", query}});
  EXPECT_EQ(!every.Evaluate(article).empty(), holds) << query;
  return holds;
}

std::string Times(size_t count, const std::string& word) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text += word + " ";
  }
  return text;
}

TEST(EvaluatorTest, GivesTheListsThatHoldInTheOrderOfTheirSlots) {
  SmallPlan plan({{"l1", "moscow"},
                  {"l2", "kremlin AND moscow"},
                  {"l3", "kremlin AND NOT moscow"},
                  {"l4", "kremlin"}});
  EXPECT_THAT(plan.Evaluate({"The Kremlin, Moscow"}),
              ElementsAre("l1", "l2", "l4"));
  EXPECT_THAT(plan.Evaluate({"The Kremlin"}), ElementsAre("l3", "l4"));
  EXPECT_THAT(plan.Evaluate({"London"}), IsEmpty());
}

TEST(EvaluatorTest, NothingOfTheArticleBeforeIsLeft) {
  SmallPlan plan({{"and", "aa AND bb"},
                  {"near", "aa NEAR/1 bb"},
                  {"meta", "aa AND lang:en"},
                  {"lead", "lead:bb AND aa"},
                  {"reference", "@and AND aa"}});
  const SmallArticle all = {.body = "aa bb", .lang = "en"};
  EXPECT_EQ(plan.Evaluate(all).size(), 5U);
  EXPECT_THAT(plan.Evaluate({"aa"}), IsEmpty());
  EXPECT_EQ(plan.Evaluate(all).size(), 5U);
}

TEST(EvaluatorTest, LooksOnlyAtListsThatATriggerNames) {
  SmallPlan plan({{"l1", "kremlin AND moscow"}, {"l2", "london AND paris"}});
  EXPECT_THAT(plan.Evaluate({"the kremlin"}), IsEmpty());
  EXPECT_EQ(plan.evaluator().evaluated(), 1U);
  EXPECT_THAT(plan.Evaluate({"nothing"}), IsEmpty());
  EXPECT_EQ(plan.evaluator().evaluated(), 0U);
}

TEST(EvaluatorTest, LooksAtNoListWhoseMetadataDoesNotHold) {
  SmallPlan plan({{"l", "kremlin AND lang:en"}});
  EXPECT_THAT(plan.Evaluate({.body = "kremlin", .lang = "fr"}), IsEmpty());
  EXPECT_EQ(plan.evaluator().evaluated(), 0U);
  EXPECT_THAT(plan.Evaluate({.body = "kremlin", .lang = "en"}),
              ElementsAre("l"));
  EXPECT_EQ(plan.evaluator().evaluated(), 1U);
}

TEST(EvaluatorTest, AListThatItsTriggerMakesHoldCountsAsLookedAt) {
  SmallPlan plan({{"l", "kremlin"}});
  EXPECT_THAT(plan.Evaluate({"kremlin"}), ElementsAre("l"));
  EXPECT_EQ(plan.evaluator().evaluated(), 1U);
}

TEST(EvaluatorTest, AWordHoldsInTheDefaultFieldsOnly) {
  SmallPlan plan({{"direct", "okafor"}, {"looked at", "okafor AND x"}});
  EXPECT_THAT(plan.Evaluate({.body = "x", .author = "Okafor"}), IsEmpty());
  EXPECT_THAT(
      plan.Evaluate({.body = "x", .title = "Okafor", .author = "Okafor"}),
      ElementsAre("direct", "looked at"));
}

TEST(EvaluatorTest, ASurfaceConditionLooksAtTheWriting) {
  EXPECT_TRUE(Holds("{US}", {"the US said"}));
  EXPECT_FALSE(Holds("{US}", {"tell us"}));
  EXPECT_TRUE(Holds("{US}", {"tell us, the US"}));
}

TEST(EvaluatorTest, ARegexLooksAtTheOriginal) {
  EXPECT_TRUE(Holds("/CVE-\\d+/", {"see CVE-2026"}));
  EXPECT_FALSE(Holds("/CVE-\\d+/", {"see cve-2026"}));
  EXPECT_TRUE(Holds("title:/!!!/", {.body = "x", .title = "!!!"}));
  EXPECT_FALSE(Holds("title:/!!!/", {"!!!"}));
}

TEST(EvaluatorTest, ARegexWithoutTokensHasNoPosition) {
  EXPECT_FALSE(Holds("/!!!/ NEAR/9 aa", {"aa !!! bb"}));
  EXPECT_FALSE(Holds("first/9(/!!!/)", {"aa !!! bb"}));
  EXPECT_TRUE(Holds("/!!!/ NOTNEAR/9 aa", {"aa !!! bb"}));
  EXPECT_TRUE(Holds("atleast/2(/!!!/ OR aa)", {"aa !!! bb"}));
}

TEST(EvaluatorTest, LeadIsTheFirstSixtyTokensOfTheBody) {
  const std::string words = Times(59, "x");
  EXPECT_TRUE(Holds("lead:aa", {words + "aa"}));
  EXPECT_FALSE(Holds("lead:aa", {words + "x aa"}));
  EXPECT_FALSE(Holds("lead:\"aa bb\"", {words + "aa bb"}));
  EXPECT_TRUE(Holds("lead:/A+/", {words + "AA"}));
  EXPECT_FALSE(Holds("lead:/A+/", {words + "x AA"}));
  EXPECT_FALSE(Holds("lead:/A+ B+/", {words + "AA BB"}));
  EXPECT_TRUE(Holds("lead:aa", {.body = words + "x", .title = words + "x aa"}));
}

// `bb` stands in a caption, `aa` in the story, `cc` in both.
constexpr char kWithCaption[] =
    "The mayor met aa in the town hall on Monday, with cc and xx.\n\n"
    "Photo: bb and cc in the town hall / Reuters\n\n"
    "She said that the bridge would be built next year.";

TEST(EvaluatorTest, EditorialSeesHitsInTheStoryAlone) {
  const SmallArticle article = {kWithCaption};
  EXPECT_TRUE(Holds("editorial:aa", article));
  EXPECT_FALSE(Holds("editorial:bb", article));
  EXPECT_FALSE(Holds("editorial:\"bb and cc\"", article));
  EXPECT_FALSE(Holds("editorial:/b{2}/", article));
  EXPECT_TRUE(Holds("editorial:/a+/", article));
  EXPECT_TRUE(Holds("aa AND bb", article));
  EXPECT_FALSE(Holds("editorial:(aa AND bb)", article));
  EXPECT_TRUE(Holds("editorial:(aa OR bb)", article));
  EXPECT_TRUE(Holds("editorial:bb", {.body = "x", .title = "Photo: bb"}));
}

TEST(EvaluatorTest, NotAndNotNearSeeHitsInTheStoryAlone) {
  const SmallArticle article = {kWithCaption};
  EXPECT_FALSE(Holds("aa AND NOT bb", article));
  EXPECT_TRUE(Holds("aa AND NOT editorial:bb", article));
  EXPECT_TRUE(Holds("editorial:(aa AND NOT bb)", article));
  EXPECT_FALSE(Holds("xx AND NOT editorial:(aa AND NOT bb)", article));
  EXPECT_TRUE(Holds("NOT (NOT editorial:aa)", article));
  EXPECT_FALSE(Holds("NOT (NOT editorial:bb)", article));
  EXPECT_FALSE(Holds("town NOTNEAR/20 bb", article));
  EXPECT_TRUE(Holds("editorial:(town NOTNEAR/20 bb)", article));
  EXPECT_FALSE(Holds("editorial:(bb NOTNEAR/0 zz)", article));
}

TEST(EvaluatorTest, CountsAndPositionsSeeHitsInTheStoryAlone) {
  const SmallArticle article = {kWithCaption};
  EXPECT_TRUE(Holds("atleast/2(cc)", article));
  EXPECT_FALSE(Holds("editorial:atleast/2(cc)", article));
  EXPECT_TRUE(Holds("cc NEAR/1 bb", article));
  EXPECT_FALSE(Holds("editorial:(cc NEAR/1 bb)", article));
  EXPECT_TRUE(Holds("editorial:(cc NEAR/1 xx)", article));
  EXPECT_TRUE(Holds("\"bb cc\"~1", article));
  EXPECT_FALSE(Holds("editorial:\"bb cc\"~1", article));
  EXPECT_FALSE(Holds("editorial:(cc PARAGRAPH bb)", article));
  // Nearer to `bridge` stands a `cc` that does not count.
  EXPECT_TRUE(Holds("editorial:(bridge NEAR/40 cc)", article));
  EXPECT_FALSE(Holds("editorial:(bridge NEAR/14 cc)", article));
}

TEST(EvaluatorTest, AnEditorialListSeesHitsInTheStoryAlone) {
  SmallPlan plan({{"terms", "", {"aa", "bb"}, true},
                  {"bb", "bb", {}, true},
                  {"body", "body:bb OR lead:bb", {}, true},
                  {"author", "author:bb", {}, true},
                  {"without", "aa AND NOT bb", {}, true},
                  {"plain", "bb"},
                  {"refers", "@plain AND aa", {}, true},
                  {"referring", "aa AND NOT @bb"},
                  {"near", "@bb NEAR/2 cc"},
                  {"both", "(@bb OR @plain) NEAR/2 cc"}});
  EXPECT_THAT(
      plan.Evaluate({.body = kWithCaption, .author = "bb"}),
      ElementsAre("terms", "author", "without", "plain", "referring", "both"));
  EXPECT_THAT(plan.HitsOf(0), ElementsAre("body 14-16 aa"));
}

TEST(EvaluatorTest, ZonesAreFoundOnlyWhereAListMayHold) {
  SmallPlan plan({{"plain", "bb AND NOT town"},
                  {"story", "editorial:aa AND editorial:zz"},
                  {"not", "editorial:(aa AND NOT monday) AND zz"}});
  EXPECT_THAT(plan.Evaluate({kWithCaption}), IsEmpty());
  EXPECT_FALSE(plan.evaluator().found_zones());
  EXPECT_THAT(plan.Evaluate({"aa zz"}), ElementsAre("story", "not"));
  EXPECT_TRUE(plan.evaluator().found_zones());
  EXPECT_THAT(plan.Evaluate({"zz"}), IsEmpty());
  EXPECT_FALSE(plan.evaluator().found_zones());
}

// The first operand of an OR may hold without a look at the second one.
TEST(EvaluatorTest, HitsAreOfTheStoryWhereZonesWereNotNeededToHold) {
  SmallPlan plan({{"l", "aa OR editorial:(bb OR cc)"}});
  EXPECT_THAT(plan.Evaluate({kWithCaption}), ElementsAre("l"));
  EXPECT_FALSE(plan.evaluator().found_zones());
  EXPECT_THAT(plan.HitsOf(0), ElementsAre("body 14-16 aa", "body 50-52 cc"));
}

TEST(EvaluatorTest, PositionsDoNotReachFromOneFieldIntoTheNext) {
  const SmallArticle article = {.body = "bb", .title = "aa"};
  EXPECT_FALSE(Holds("aa NEAR/1000 bb", article));
  EXPECT_FALSE(Holds("\"aa bb\"~1000", article));
  EXPECT_TRUE(Holds("aa NOTNEAR/1000 bb", article));
  EXPECT_TRUE(Holds("first/1(bb)", article));
  EXPECT_TRUE(Holds("atleast/2(aa OR bb)", article));
}

// Few occurrences are looked for beside many, and of two operands with equally
// many all are sorted.
TEST(EvaluatorTest, NearHoldsWhicheverOperandHasMore) {
  const std::string many = Times(100, "aa x x x");
  for (const std::string& body :
       {many + "bb", std::string("x aa x bb"), "bb " + many}) {
    EXPECT_TRUE(Holds("aa NEAR/3 bb", {body})) << body;
    EXPECT_TRUE(Holds("bb NEAR/3 aa", {body})) << body;
    EXPECT_TRUE(Holds("(cc OR bb) NEAR/3 (aa OR dd)", {body})) << body;
  }
  EXPECT_TRUE(Holds("aa ONEAR/3 bb", {many + "bb"}));
  EXPECT_FALSE(Holds("bb ONEAR/3 aa", {many + "bb"}));
  EXPECT_FALSE(Holds("aa NEAR/2 bb", {many + "bb"}));
  EXPECT_FALSE(Holds("title:(aa NEAR/3 bb)", {many + "bb"}));
}

TEST(EvaluatorTest, ManyTermsOfAnOperandAreSortedTogether) {
  std::string terms = "w0";
  std::string body = "bb ";
  for (int i = 1; i < 40; ++i) {
    terms += StrCat(" OR w", i);
    body += StrCat("w", i, " x x ");
  }
  const std::string operand = StrCat("(", terms, ")");
  EXPECT_TRUE(Holds(StrCat(operand, " NEAR/0 (bb OR x)"), {body}));
  EXPECT_TRUE(Holds(StrCat("bb NEAR/0 ", operand), {body}));
  EXPECT_FALSE(Holds(StrCat(operand, " ONEAR/1000 bb"), {body}));
}

TEST(EvaluatorTest, AReferenceStandsForTheOtherCondition) {
  SmallPlan plan({{"leaders", "putin OR xi"},
                  {"l1", "@leaders AND met"},
                  {"l2", "met AND NOT @leaders"},
                  {"title", "title:@leaders"}});
  EXPECT_THAT(plan.Evaluate({"Xi met"}), ElementsAre("leaders", "l1"));
  EXPECT_THAT(plan.Evaluate({"they met"}), ElementsAre("l2"));
  EXPECT_THAT(plan.Evaluate({.body = "x", .title = "Putin"}),
              ElementsAre("leaders", "title"));
}

// The evaluator has a stack of its own for references.
TEST(EvaluatorTest, AChainOfReferencesMayBeLong) {
  std::vector<SmallList> lists = {{"l0", "aa"}};
  for (int i = 1; i < 3000; ++i) {
    lists.push_back({StrCat("l", i), StrCat("@l", i - 1)});
  }
  SmallPlan plan = SmallPlan::Of(lists);
  EXPECT_EQ(plan.Evaluate({"aa"}).size(), 3000U);
  EXPECT_EQ(plan.HitsOf(2999).size(), 1U);
}

// Each list is looked at when it, or one that refers to it, is triggered.
TEST(EvaluatorTest, RecordsWhatEachListCost) {
  SmallPlan plan({{"l1", "aa AND bb"}, {"l2", "cc AND dd"}});
  EvaluationRecord record;
  record.lists.resize(2);
  plan.evaluator().RecordTo(&record);
  plan.Evaluate({"aa bb"});
  plan.Evaluate({"aa bb"});
  plan.evaluator().RecordTo(nullptr);
  plan.Evaluate({"aa bb"});
  EXPECT_EQ(record.lists[0].evaluations, 2U);
  EXPECT_EQ(record.lists[1].evaluations, 0U);
}

// Every word can be followed by every other, so that there is a state for each
// set of the words.
TEST(EvaluatorTest, AListThatTakesTooLongIsAbandonedAndNamed) {
  SmallPlan plan({{"long", "\"a b c d e f g h i j k l m n o p\"~1000"},
                  {"other", "p"},
                  {"reference", "@long OR zz"}});
  EXPECT_THAT(plan.Evaluate({Times(60, "a b c d e f g h i j k l m n o p")}),
              ElementsAre("other"));
  ASSERT_EQ(plan.evaluator().abandoned().size(), 2U);
  EXPECT_EQ(plan.evaluator().abandoned()[0].slot, 0U);
  EXPECT_EQ(plan.evaluator().abandoned()[1].slot, 2U);
  EXPECT_THAT(plan.Evaluate({"p"}), ElementsAre("other"));
  EXPECT_THAT(plan.evaluator().abandoned(), IsEmpty());
}

}  // namespace
}  // namespace presshawk
