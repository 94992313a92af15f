// SPDX-License-Identifier: Apache-2.0
// Triggers that are planned anew by what occurs in the stream.
#include "matchers/plan/trigger_planner.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "matchers/query_set.h"

namespace presshawk {
namespace {

constexpr size_t kLists = 50;

// A long word, which looks rare, and a short one, which looks common.
std::vector<WatchList> Lists() {
  std::vector<WatchList> lists(kLists);
  for (size_t i = 0; i < kLists; ++i) {
    lists[i].id = lists[i].name = StrCat(i);
    lists[i].query = WatchListTerm{StrCat("parliamentarians AND ab", i), {}};
  }
  return lists;
}

class TriggerPlannerTest : public ::testing::Test {
 protected:
  TriggerPlannerTest() {
    auto set = QuerySet::Compile(Lists(), {});
    EXPECT_TRUE(set.ok());
    set_ = *std::move(set);
  }
  // The slots of the lists that hold.
  std::vector<ListSlot> Match(Matcher* matcher, const std::string& body) {
    Article article;
    article.text[static_cast<size_t>(Field::kBody)] = body;
    EXPECT_TRUE(text_.Assign(article, ~size_t{0}));
    EXPECT_TRUE(matcher->Scan(text_));
    std::vector<ListSlot> slots;
    matcher->Evaluate(article, text_, &slots);
    return slots;
  }
  // As many articles as a sample and its count take.
  void MatchTwoSamples(Matcher* matcher, const std::string& body) {
    for (uint32_t i = 0; i < 2 * TriggerSample::kArticles; ++i) {
      EXPECT_EQ(Match(matcher, body).size(), 0U);
    }
  }

  std::shared_ptr<const QuerySet> set_;
  ArticleText text_;
};

TEST_F(TriggerPlannerTest, ListsAreLookedAtForWhatIsRareInTheStream) {
  const auto matcher = set_->NewMatcher();
  const auto other = set_->NewMatcher();
  Match(matcher.get(), "parliamentarians");
  EXPECT_EQ(matcher->evaluated(), kLists);
  MatchTwoSamples(matcher.get(), "parliamentarians");
  do {  // Until the plan is there.
    Match(matcher.get(), "parliamentarians");
  } while (matcher->evaluated() > 0);
  EXPECT_EQ(Match(matcher.get(), "parliamentarians ab7").size(), 1U);
  EXPECT_EQ(matcher->evaluated(), 1U);
  EXPECT_EQ(Match(matcher.get(), "ab7").size(), 0U);
  EXPECT_EQ(matcher->evaluated(), 1U);
  // For every matcher of the set, those made later too.
  const auto later = set_->NewMatcher();
  for (Matcher* const one : {other.get(), later.get()}) {
    EXPECT_EQ(Match(one, "parliamentarians ab7 ab8").size(), 2U);
    EXPECT_EQ(one->evaluated(), 2U);
  }
}

TEST_F(TriggerPlannerTest, WhereFewListsAreLookedAtInVainAllStaysAsItIs) {
  const auto matcher = set_->NewMatcher();
  MatchTwoSamples(matcher.get(), "ab7");
  Match(matcher.get(), "parliamentarians");
  EXPECT_EQ(matcher->evaluated(), kLists);
}

TEST_F(TriggerPlannerTest, ASetMayGoWhileItsPlanIsMade) {
  auto matcher = set_->NewMatcher();
  MatchTwoSamples(matcher.get(), "parliamentarians");
  matcher.reset();
  set_.reset();
}

}  // namespace
}  // namespace presshawk
