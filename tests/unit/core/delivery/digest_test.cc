// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/digest.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;

std::vector<EntryRecord> Entries(
    const std::vector<std::pair<std::string, std::string>>& lists_and_stories) {
  std::vector<EntryRecord> entries;
  for (const auto& [list, story] : lists_and_stories) {
    EntryRecord& entry = entries.emplace_back();
    entry.alert = StrCat("a", entries.size());
    entry.watchlist = list;
    entry.story = story;
  }
  return entries;
}

std::vector<std::string> Rows(const DigestPlan& plan) {
  std::vector<std::string> rows;
  for (const DigestRow& row : plan.rows) {
    rows.push_back(StrCat(row.watchlist, " ", row.story, " ", row.alert, " +",
                          row.copies));
  }
  return rows;
}

TEST(DigestTest, ListsAndStoriesComeTheLargestFirst) {
  const auto entries = Entries({{"small", "x"},
                                {"big", "p"},
                                {"big", "q"},
                                {"big", "q"},
                                {"small", "y"},
                                {"big", "q"},
                                {"big", "r"}});
  EXPECT_THAT(Rows(PlanDigest(entries, /*once=*/true, /*top=*/50)),
              ElementsAre("big q a3 +2", "big p a2 +0", "big r a7 +0",
                          "small x a1 +0", "small y a5 +0"));
  EXPECT_THAT(
      Rows(PlanDigest(entries, /*once=*/false, /*top=*/50)),
      ElementsAre("big q a3 +0", "big q a4 +0", "big q a6 +0", "big p a2 +0",
                  "big r a7 +0", "small x a1 +0", "small y a5 +0"));
}

TEST(DigestTest, OneStoryOfTwoListsIsTwoRows) {
  EXPECT_THAT(Rows(PlanDigest(Entries({{"b", "x"}, {"a", "x"}}),
                              /*once=*/true, /*top=*/1)),
              ElementsAre("b x a1 +0", "a x a2 +0"));
}

TEST(DigestTest, TopIsWhatIsShown) {
  const auto entries = Entries({{"l", "a"}, {"l", "b"}, {"l", "c"}});
  EXPECT_EQ(PlanDigest(entries, true, 2).shown, 2U);
  EXPECT_EQ(PlanDigest(entries, true, 9).shown, 3U);
  EXPECT_EQ(PlanDigest(entries, true, 2).rows.size(), 3U);
  EXPECT_EQ(PlanDigest({}, true, 2).shown, 0U);
}

TEST(DigestTest, ItsMembersAreJson) {
  const Slot slot = {.at = absl::UnixEpoch(),
                     .named_at = absl::UnixEpoch(),
                     .name = "1970-01-01T00:00+00:00 UTC",
                     .stands_for = {"1970-01-02T00:00+00:00 UTC"},
                     .more = 3};
  const DigestRow row = {
      .watchlist = "l\"", .story = "s", .alert = "a1", .copies = 2};
  StoryFacts story;
  story.id = "s";
  story.size = 3;
  story.sites = 2;
  story.relation = "copy";
  const std::vector<DigestEntry> shown = {
      {.row = &row, .story = &story, .alert_json = R"({"id":"a1"})"}};
  const std::string members = DigestMembers({.slot = &slot,
                                             .part = 2,
                                             .total = 5,
                                             .alerts = 7,
                                             .more = "/more",
                                             .truncated = true},
                                            shown);
  EXPECT_THAT(
      members,
      ::testing::StartsWith(
          R"("slot":"1970-01-01T00:00+00:00 UTC",)"
          R"("stands_for":["1970-01-02T00:00+00:00 UTC"],"stands_for_more":3,)"
          R"("part":2,"alerts":7,"total":5,"shown":1,"more":"/more",)"
          R"("entries":[{"watchlist":"l\"","story":{"id":"s",)"));
  // Of a body that must be short, 20 slots are named.
  Slot many = slot;
  many.stands_for.assign(30, "x");
  EXPECT_THAT(
      DigestMembers({.slot = &many, .more = "/m", .truncated = true}, {}),
      ::testing::HasSubstr("\"stands_for_more\":13,"));
  EXPECT_THAT(members,
              ::testing::EndsWith(
                  R"("copies":2,"alert":{"id":"a1"}}],"truncated":true)"));
}

}  // namespace
}  // namespace presshawk
