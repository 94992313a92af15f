// SPDX-License-Identifier: Apache-2.0
// CollectHits() gives the hits that make a list true (SPEC A41, A42).
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "matchers/plan/window.h"
#include "tests/unit/matchers/plan/small_plan.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> Hits(const std::string& query,
                              const SmallArticle& article) {
  SmallPlan plan({{"l", query}});
  EXPECT_THAT(plan.Evaluate(article), ElementsAre("l")) << query;
  return plan.HitsOf(0);
}

TEST(CollectHitsTest, AndHasTheHitsOfAllOperands) {
  EXPECT_THAT(Hits("aa AND bb", {"bb aa"}),
              ElementsAre("body 3-5 aa", "body 0-2 bb"));
}

TEST(CollectHitsTest, OrHasTheHitsOfTheOperandsThatHold) {
  EXPECT_THAT(Hits("aa OR (bb AND cc)", {"aa bb"}), ElementsAre("body 0-2 aa"));
}

TEST(CollectHitsTest, NotAndMetadataHaveNone) {
  EXPECT_THAT(Hits("aa AND NOT bb", {"aa"}), ElementsAre("body 0-2 aa"));
  EXPECT_THAT(Hits("NOT (NOT aa)", {"aa"}), IsEmpty());
  EXPECT_THAT(Hits("lang:en", {.body = "aa", .lang = "en"}), IsEmpty());
}

TEST(CollectHitsTest, NearHasWhatIsInAPair) {
  EXPECT_THAT(Hits("aa NEAR/1 bb", {"aa bb x x x aa"}),
              ElementsAre("body 0-2 aa", "body 3-5 bb"));
  EXPECT_THAT(Hits("aa NEAR/0 bb", {"bb aa bb"}),
              ElementsAre("body 3-5 aa", "body 0-2 bb", "body 6-8 bb"));
  EXPECT_THAT(Hits("aa ONEAR/0 bb", {"bb aa bb"}),
              ElementsAre("body 3-5 aa", "body 6-8 bb"));
}

TEST(CollectHitsTest, SentenceHasWhatSharesOne) {
  EXPECT_THAT(Hits("aa SENTENCE bb", {"An aa is bb. Another aa is not."}),
              ElementsAre("body 3-5 aa", "body 9-11 bb"));
}

TEST(CollectHitsTest, NotNearHasTheOccurrencesThatHold) {
  EXPECT_THAT(Hits("aa NOTNEAR/1 bb", {"aa bb x x x aa"}),
              ElementsAre("body 12-14 aa"));
}

TEST(CollectHitsTest, AtLeastHasAllAndFirstThoseAtTheStart) {
  EXPECT_THAT(Hits("atleast/2(aa)", {"aa x aa x aa"}), SizeIs(3));
  EXPECT_THAT(Hits("first/2(aa)", {"aa x aa"}), ElementsAre("body 0-2 aa"));
}

TEST(CollectHitsTest, AWindowIsOneHit) {
  EXPECT_THAT(Hits("\"aa bb\"~2", {"aa x aa x bb"}),
              ElementsAre("body 5-12 \"aa bb\"~2"));
}

TEST(CollectHitsTest, AScopeHasItsFieldsOnly) {
  EXPECT_THAT(Hits("title:aa", {.body = "aa", .title = "x aa"}),
              ElementsAre("title 2-4 aa"));
}

TEST(CollectHitsTest, ARegexHasItsMatches) {
  EXPECT_THAT(Hits("/[A-Z]+/", {"x AB yCz"}),
              ElementsAre("body 2-4 /[A-Z]+/", "body 6-7 /[A-Z]+/"));
}

TEST(CollectHitsTest, TermsAreNamedAsTheyAreWritten) {
  SmallPlan plan({{"l", "{US}", {"Us", "\xC3\xA9lan"}}});
  plan.Evaluate({"US elan"});
  EXPECT_THAT(plan.HitsOf(0),
              ElementsAre("body 0-2 Us", "body 3-7 élan", "body 0-2 {US}"));
}

TEST(CollectHitsTest, AReferenceHasTheHitsOfTheOtherConditionOnce) {
  SmallPlan plan({{"words", "aa OR bb"}, {"l", "@words AND (@words OR cc)"}});
  plan.Evaluate({"aa cc"});
  EXPECT_THAT(plan.HitsOf(1), ElementsAre("body 0-2 aa", "body 3-5 cc"));
}

TEST(CollectHitsTest, AnOperandThatIsAReferenceNamesTheTermsOfItsList) {
  SmallPlan plan(
      {{"leaders", "", {"Putin", "Xi"}}, {"l", "@leaders NEAR/1 met"}});
  plan.Evaluate({"Xi met Putin"});
  EXPECT_THAT(plan.HitsOf(1),
              ElementsAre("body 0-2 Xi", "body 7-12 Putin", "body 3-6 met"));
}

// The first window makes the list hold. All of them take more steps than one
// list may take, which leaves those that were found.
TEST(CollectHitsTest, AListThatHoldsHasAHitHoweverManyWindowsThereAre) {
  std::string body = "aa bb ";
  for (uint32_t i = 0; i <= kWindowStepsMax; ++i) {
    body += "aa ";
  }
  EXPECT_THAT(Hits("\"aa bb\"~0", {body}),
              ElementsAre("body 0-5 \"aa bb\"~0", "body 3-8 \"aa bb\"~0"));
}

}  // namespace
}  // namespace presshawk
