// SPDX-License-Identifier: Apache-2.0
#include "matchers/plan/hit_store.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Where the hits of a pattern begin, in the order of their chain.
std::vector<uint32_t> BeginsOf(const HitStore& hits, PatternId pattern) {
  std::vector<uint32_t> begins;
  for (uint32_t i = hits.First(pattern); i != HitStore::kNone;
       i = hits.hit(i).next) {
    begins.push_back(hits.hit(i).span.begin);
  }
  return begins;
}

TEST(HitStoreTest, GivesTheHitsOfAPatternInTheOrderInWhichTheyWereAdded) {
  HitStore hits(3);
  hits.Add(2, {10, 11});
  hits.Add(0, {20, 21});
  hits.Add(2, {30, 31});
  EXPECT_THAT(BeginsOf(hits, 2), ElementsAre(10, 30));
  EXPECT_THAT(BeginsOf(hits, 0), ElementsAre(20));
  EXPECT_THAT(BeginsOf(hits, 1), IsEmpty());
}

TEST(HitStoreTest, NamesEachPatternThatOccursOnce) {
  HitStore hits(3);
  hits.Add(2, {10, 11});
  hits.Add(0, {20, 21});
  hits.Add(2, {30, 31});
  ASSERT_EQ(hits.occurring().size(), 2U);
  EXPECT_EQ(hits.occurring()[0].pattern, 2U);
  EXPECT_EQ(hits.occurring()[1].pattern, 0U);
}

// Clear() leaves the places of patterns as they were.
TEST(HitStoreTest, APlaceOfTheArticleBeforeIsNotBelieved) {
  HitStore hits(2);
  hits.Add(0, {10, 11});
  hits.Add(1, {20, 21});
  hits.Clear();
  EXPECT_EQ(hits.First(0), HitStore::kNone);
  hits.Add(1, {30, 31});
  EXPECT_EQ(hits.First(0), HitStore::kNone);
  EXPECT_THAT(BeginsOf(hits, 1), ElementsAre(30));
}

}  // namespace
}  // namespace presshawk
