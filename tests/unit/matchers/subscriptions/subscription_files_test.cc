// SPDX-License-Identifier: Apache-2.0
#include "matchers/subscriptions/subscription_files.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/base/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

SubscriptionList Parse(std::string_view yaml,
                       const std::string& zone = "Europe/Berlin") {
  SubscriptionList list;
  ParseSubscriptions("s.yaml", yaml, zone, &list);
  return list;
}

// "line:column message" of each.
std::vector<std::string> TextsOf(const SubscriptionList& list) {
  std::vector<std::string> texts;
  for (const Diagnostic& d : list.diagnostics) {
    texts.push_back(StrCat(d.line, ":", d.column, " ", d.message));
  }
  return texts;
}

Subscription ParseGood(std::string_view yaml) {
  const SubscriptionList list = Parse(yaml);
  EXPECT_THAT(TextsOf(list), IsEmpty());
  EXPECT_EQ(list.subscriptions.size(), 1U);
  return list.subscriptions.empty() ? Subscription() : list.subscriptions[0];
}

TEST(SubscriptionFilesTest, ReadsEveryKeyOfTheContract) {
  const Subscription s = ParseGood(R"(subscriptions:
  - id: politics-desk
    name: Politics desk
    match: {watchlists: ["kremlin*", us-election], labels: {desk: politics}, where: 'lang:en AND NOT site:tabloid.example', min_relevance: 40}
    to:    [newsroom, crm]
    when:  instant
    stories: {tell: once, grow: [20, 5, 100], tier1: [Reuters.com, bbc.co.uk], corrections: false}
    quiet: {from: "22:00", to: "07:00", days: [mon, tue, wed, thu, fri], except: {labels: {urgent: "yes"}}}
    max:   10 per 1h
    state: paused
    subject: "New: {title}"
    snippets: off
)");
  EXPECT_EQ(s.id, "politics-desk");
  EXPECT_EQ(s.name, "Politics desk");
  EXPECT_THAT(s.match.watchlists, ElementsAre("kremlin*", "us-election"));
  EXPECT_THAT(s.match.labels, ElementsAre(Pair("desk", "politics")));
  EXPECT_EQ(s.match.where, "lang:en AND NOT site:tabloid.example");
  EXPECT_EQ(s.match.min_relevance, 40U);
  EXPECT_THAT(s.to, ElementsAre("newsroom", "crm"));
  EXPECT_EQ(s.when, Subscription::When::kInstant);
  EXPECT_EQ(s.stories.once, true);
  EXPECT_THAT(s.stories.grow, ElementsAre(5, 20, 100));
  EXPECT_THAT(s.stories.tier1, ElementsAre("reuters.com", "bbc.co.uk"));
  EXPECT_FALSE(s.stories.corrections);
  ASSERT_TRUE(s.quiet.has_value());
  EXPECT_EQ(s.quiet->from, 22U * 60);
  EXPECT_EQ(s.quiet->to, 7U * 60);
  EXPECT_EQ(s.quiet->days, 31);
  EXPECT_EQ(s.quiet->zone, "Europe/Berlin");
  EXPECT_THAT(s.quiet->except_labels, ElementsAre(Pair("urgent", "yes")));
  EXPECT_EQ(s.max, 10U);
  EXPECT_EQ(s.max_period, absl::Hours(1));
  EXPECT_TRUE(s.paused);
  EXPECT_EQ(s.subject, "New: {title}");
  EXPECT_FALSE(s.snippets);
  EXPECT_EQ(s.where_from, "s.yaml:2:5");
}

TEST(SubscriptionFilesTest, GivesDefaultsForWhatIsLeftOut) {
  const Subscription s = ParseGood(
      "subscriptions:\n- {id: a, match: {labels: {x: y}}, to: [_feed]}\n");
  EXPECT_EQ(s.name, "a");
  EXPECT_THAT(s.to, IsEmpty());
  EXPECT_EQ(s.when, Subscription::When::kInstant);
  EXPECT_FALSE(s.stories.once.has_value());
  EXPECT_TRUE(s.stories.corrections);
  EXPECT_THAT(s.stories.grow, IsEmpty());
  EXPECT_FALSE(s.quiet.has_value());
  EXPECT_EQ(s.max, 0U);
  EXPECT_FALSE(s.paused);
  EXPECT_TRUE(s.snippets);
  EXPECT_FALSE(s.match.min_relevance.has_value());
}

TEST(SubscriptionFilesTest, ReadsDigestsAndSpikes) {
  const Subscription at = ParseGood(
      "subscriptions:\n- {id: a, match: {watchlists: [x]}, to: [r], when: "
      "{digest: {at: [\"17:30\", \"08:00\"], days: [sat, mon], zone: "
      "Asia/Tokyo, "
      "empty: send, top: 5}}}\n");
  EXPECT_EQ(at.when, Subscription::When::kDigest);
  EXPECT_THAT(at.digest.at, ElementsAre(480, 1050));
  EXPECT_EQ(at.digest.days, 1 | 32);
  EXPECT_EQ(at.digest.zone, "Asia/Tokyo");
  EXPECT_TRUE(at.digest.send_empty);
  EXPECT_EQ(at.digest.top, 5U);
  const Subscription every = ParseGood(
      "subscriptions:\n- {id: a, match: {watchlists: [x]}, to: [r], when: "
      "{digest: {every: 90m}}}\n");
  EXPECT_EQ(every.digest.every, absl::Minutes(90));
  EXPECT_EQ(every.digest.zone, "Europe/Berlin");
  EXPECT_FALSE(every.digest.send_empty);
  EXPECT_EQ(every.digest.top, 50U);
  const Subscription spike = ParseGood(
      "subscriptions:\n- {id: a, match: {watchlists: [x]}, to: [r], when: "
      "{spike: {window: 6h, sensitivity: high, least: 7, sites: 4, factor: "
      "2.5}}}\n");
  EXPECT_EQ(spike.when, Subscription::When::kSpike);
  EXPECT_EQ(spike.spike.window, absl::Hours(6));
  EXPECT_EQ(spike.spike.sensitivity, SpikeRule::kHigh);
  EXPECT_EQ(spike.spike.least, 7U);
  EXPECT_EQ(spike.spike.sites, 4U);
  EXPECT_EQ(spike.spike.factor, 2.5);
}

TEST(SubscriptionFilesTest, TellsEveryMistakeAtItsPlaceAndKeepsTheGoodOnes) {
  const SubscriptionList list = Parse(R"(subscriptions:
  - {id: good, match: {watchlists: [x]}, to: [r]}
  - {id: a b, match: {watchlists: [x]}, to: [r]}
  - {id: two, mach: 1, match: {}, to: []}
  - {id: three, match: {watchlists: ["x y"]}, to: [r, r], when: daily}
  - {id: four, match: {watchlists: [x]}, to: [r], when: {digest: {at: [8:00], days: [mo]}}}
  - {id: five, match: {watchlists: [x]}, to: [r], quiet: {from: "22:00", to: "22:00", zone: Europe/Berln}}
  - {id: six, match: {watchlists: [x]}, to: [r], max: 10 per 1s, stories: {grow: [1]}}
  - {id: late, match: {watchlists: [x]}, to: [r]}
)");
  EXPECT_THAT(
      TextsOf(list),
      ElementsAre(
          "3:10 `a b` is no id of a subscription",
          "4:15 unknown key `mach` in subscriptions[2]",
          "4:24 subscriptions[2].match.watchlists and "
          "subscriptions[2].match.labels are both missing",
          "4:35 subscriptions[2].to names no receiver",
          "5:38 subscriptions[3].match.watchlists: `x y` is no id of a list "
          "and "
          "no pattern of ids",
          "5:55 subscriptions[3].to names `r` twice",
          "5:65 subscriptions[3].when must not be `daily`",
          "6:72 subscriptions[4].when.digest.at: `8:00` is no time of the day",
          "6:86 subscriptions[4].when.digest.days: `mo` is no day of the week",
          "7:51 subscriptions[5].quiet.to is the same time as `from`",
          "7:93 subscriptions[5].quiet.zone: `Europe/Berln` is no time zone "
          "that this machine knows",
          "8:55 subscriptions[6].max must be how often, not `10 per 1s`",
          "8:83 subscriptions[6].stories.grow: `1` is no number of sites from "
          "2"));
  ASSERT_EQ(list.subscriptions.size(), 2U);
  EXPECT_EQ(list.subscriptions[0].id, "good");
  EXPECT_EQ(list.subscriptions[1].id, "late");
  EXPECT_THAT(list.rejected,
              ElementsAre("a b", "two", "three", "four", "five", "six"));
  EXPECT_EQ(list.diagnostics[1].watchlist, "two");
  EXPECT_EQ(list.diagnostics.back().watchlist, "six");
}

TEST(SubscriptionFilesTest, WithoutAZoneASubscriptionNamesOne) {
  EXPECT_THAT(
      TextsOf(Parse("subscriptions:\n- {id: a, match: {watchlists: [x]}, to: "
                    "[r], when: {digest: {every: 1h}}}\n",
                    "")),
      ElementsAre(HasSubstr("subscriptions[0].when.digest.zone is missing")));
}

TEST(SubscriptionFilesTest, AWhereIsJudgedAtItsPlace) {
  const auto of = [](std::string_view where) {
    return TextsOf(Parse(
        StrCat("subscriptions:\n- id: a\n  to: [r]\n  match:\n    watchlists: "
               "[x]\n    where: ",
               where, "\n")));
  };
  constexpr char kAt[] = " subscriptions[0].match.where: ";
  EXPECT_THAT(of("lang:en AND title:Kremlin AND author:Smith"), IsEmpty());
  EXPECT_THAT(
      of("lang:en AND body:oil"),
      ElementsAre(StrCat("6:24", kAt, "`body:` cannot be asked for here")));
  EXPECT_THAT(of("lead:oil OR summary:gas"),
              ElementsAre(HasSubstr("6:12"), HasSubstr("6:24")));
  EXPECT_THAT(
      of("'@russia'"),
      ElementsAre(StrCat("6:13", kAt, "`@russia` cannot be asked for here")));
  EXPECT_THAT(of("editorial:oil"), ElementsAre(HasSubstr("`editorial:`")));
  EXPECT_THAT(of("tag:sports"), ElementsAre(HasSubstr("never holds here")));
  EXPECT_THAT(of("oil AND AND gas"), ElementsAre(HasSubstr("6:20")));
  const SubscriptionList negative = Parse(
      "subscriptions:\n- {id: a, to: [r], match: {watchlists: [x], where: "
      "'NOT site:x.example'}}\n");
  ASSERT_EQ(negative.diagnostics.size(), 1U);
  EXPECT_THAT(negative.diagnostics[0].fix,
              HasSubstr("id:* AND NOT site:x.example"));
}

TEST(SubscriptionFilesTest, JsonIsReadByTheSameReader) {
  SubscriptionList list;
  ParseSubscriptions(
      "s.ndjson",
      "{\"id\":\"a\",\"match\":{\"watchlists\":[\"x\"],\"min_relevance\":7},"
      "\"to\":[\"r\"],\"when\":{\"digest\":{\"at\":[\"08:00\"]}},\"stories\":{"
      "\"corrections\":false,\"grow\":[5]},\"name\":null}\n\n"
      "{\"id\":\"b\",\"id\":\"c\",\"to\":\"r\"}\n"
      "{\"id\":\"d\"\n"
      "[1]\n",
      "UTC", &list);
  EXPECT_THAT(TextsOf(list),
              ElementsAre("3:1 match is missing", "3:11 `id` is given twice",
                          "3:20 to must be a list, not a single value",
                          HasSubstr("4:1 not a valid JSON object"),
                          "5:1 this must be a map"));
}

TEST(SubscriptionFilesTest, NothingIsTakenFromTheEnvironmentOrFromFiles) {
  SubscriptionList list;
  ParseSubscriptionJson(
      "topic", 1,
      R"({"id":"a","name":"${HOME}","match":{"watchlists":["x"],"labels":{"k":{"file":"/etc/passwd"}}},"to":["r"]})",
      "", &list);
  EXPECT_THAT(TextsOf(list),
              ElementsAre(HasSubstr("match.labels.k must be a single value")));
  list = {};
  ParseSubscriptionJson(
      "topic", 1,
      R"({"id":"a","name":"${HOME}","match":{"watchlists":["x"]},"to":["r"]})",
      "", &list);
  ASSERT_EQ(list.subscriptions.size(), 1U);
  EXPECT_EQ(list.subscriptions[0].name, "${HOME}");
}

TEST(SubscriptionFilesTest, AnIdIsTakenOnceAcrossFiles) {
  const std::string folder = StrCat(testing::TempDir(), "/subs_", getpid());
  std::filesystem::create_directories(folder);
  const auto write = [&](const char* name, std::string_view text) {
    std::ofstream(StrCat(folder, "/", name)) << text;
  };
  constexpr char kOne[] =
      "subscriptions:\n- {id: a, match: {watchlists: [x]}, to: [r]}\n";
  write("1.yaml", kOne);
  write("2.yaml", kOne);
  write("3.ndjson",
        "{\"id\":\"b\",\"match\":{\"labels\":{\"a\":\"b\"}},\"to\":[\"r\"]}\n");
  SubscriptionList list;
  EXPECT_TRUE(LoadSubscriptions({folder}, "", &list).ok());
  EXPECT_THAT(TextsOf(list), ElementsAre(StrCat("2:4 the id `a` is taken by ",
                                                folder, "/1.yaml:2:4")));
  EXPECT_EQ(list.diagnostics[0].file, StrCat(folder, "/2.yaml"));
  EXPECT_EQ(list.subscriptions.size(), 2U);
  EXPECT_FALSE(
      LoadSubscriptions({StrCat(folder, "/none-*.yaml")}, "", &list).ok());
  std::filesystem::remove_all(folder);
}

TEST(SubscriptionFilesTest, AnotherKindOfFileIsSaidToBeOne) {
  EXPECT_THAT(TextsOf(Parse("watchlists:\n- {id: a}\n")),
              ElementsAre("1:1 there is no `subscriptions:` in this file",
                          "1:1 unknown key `watchlists`"));
  EXPECT_THAT(TextsOf(Parse("subscriptions: {id: a}\n")),
              ElementsAre("1:1 subscriptions is a list"));
  EXPECT_THAT(TextsOf(Parse("subscriptions:\n")), IsEmpty());
}

}  // namespace
}  // namespace presshawk
