// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/decider.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "core/delivery/delivery_id.h"

namespace presshawk {
namespace {

const absl::Time kNoon = absl::FromUnixSeconds(1'767'355'200);

class DeciderTest : public testing::Test {
 protected:
  DeciderTest() {
    decider_.SetReceivers(receivers_);
    politics_.id = "politics";
    politics_.to = {"crm", "lake"};
  }

  static IncomingAlert AlertOf(std::string id, std::string article,
                               std::string story = "", uint64_t sites = 0) {
    IncomingAlert alert;
    alert.record.id = std::move(id);
    alert.record.watchlist = "kremlin";
    alert.record.article = std::move(article);
    alert.record.site = StrCat("site", sites, ".example");
    alert.record.story = story;
    alert.record.detected_at = kNoon;
    alert.record.json = StrCat(R"({"id":")", alert.record.id, R"("})");
    if (!story.empty()) {
      alert.story = {.id = std::move(story),
                     .size = sites,
                     .sites = sites,
                     .first_article = "a1",
                     .first_site = "",
                     .first_published_at = "",
                     .relation = sites > 1 ? "copy" : "new"};
    }
    return alert;
  }
  // One transaction of one alert.
  LedgerBatch Accept(const IncomingAlert& alert, std::string silence = "") {
    decider_.Begin(kNoon, known_);
    const std::vector<MatchedSubscription> matched = {
        {.subscription = &politics_, .silence = std::move(silence)}};
    decider_.Accept(alert, matched);
    LedgerBatch batch = decider_.Take();
    for (const EntryRecord& entry : batch.entries) {
      known_.emplace_back(entry.subscription, entry.alert);
    }
    notes_.insert(notes_.end(), batch.notes.begin(), batch.notes.end());
    return batch;
  }

  static ReceiverOptions ReceiverOf(std::string name, ReceiverKind kind) {
    ReceiverOptions receiver;
    receiver.name = std::move(name);
    receiver.kind = kind;
    return receiver;
  }

  std::vector<ReceiverOptions> receivers_ = {
      ReceiverOf("crm", ReceiverKind::kWebhook),
      ReceiverOf("lake", ReceiverKind::kKafka),
      ReceiverOf("anna", ReceiverKind::kEmail)};
  Subscription politics_;
  Decider decider_{{.epoch = "0123abcd"}, {}, {}};
  std::vector<std::pair<std::string, std::string>> known_;
  ToldStories::Notes notes_;
};

TEST_F(DeciderTest, AnInstantIsToldToEveryReceiverUnderOneNumber) {
  const LedgerBatch batch = Accept(AlertOf("a1", "article"));
  ASSERT_EQ(batch.alerts.size(), 1U);
  ASSERT_EQ(batch.entries.size(), 1U);
  EXPECT_EQ(batch.entries[0].state, EntryState::kTold);
  EXPECT_EQ(batch.entries[0].sequence, 1U);
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(batch.events[0].type, "presshawk.alert.v1");
  ASSERT_EQ(batch.deliveries.size(), 2U);
  EXPECT_EQ(batch.deliveries[0].receiver, "crm");
  EXPECT_EQ(batch.deliveries[1].receiver, "lake");
  EXPECT_NE(batch.deliveries[0].id, batch.deliveries[1].id);
  ASSERT_EQ(batch.subscriptions.size(), 1U);
  EXPECT_EQ(batch.subscriptions[0].next_sequence, 2U);
  EXPECT_EQ(
      ComposeBody(batch.events[0].body, batch.deliveries[0].id,
                  batch.alerts[0].json),
      StrCat(
          R"({"type":"presshawk.alert.v1","timestamp":"2026-01-02T12:00:00.000Z",)",
          R"("data":{"delivery":")", batch.deliveries[0].id,
          R"(","subscription":"politics","sequence":1,"ledger":"0123abcd",)",
          R"("replay":false,"alert":{"id":"a1"}}})"));
}

TEST_F(DeciderTest, WhatComesAgainIsCountedAndNotTold) {
  Accept(AlertOf("a1", "article"));
  const LedgerBatch batch = Accept(AlertOf("a1", "article"));
  EXPECT_TRUE(batch.entries.empty());
  EXPECT_TRUE(batch.events.empty());
  EXPECT_EQ(decider_.counts().duplicates, 1U);
  EXPECT_EQ(decider_.counts().accepted, 1U);
}

TEST_F(DeciderTest, ARepeatWithinOneTransactionIsToldOnce) {
  decider_.Begin(kNoon, {});
  const std::vector<MatchedSubscription> matched = {
      {.subscription = &politics_, .silence = ""}};
  decider_.Accept(AlertOf("a1", "article"), matched);
  decider_.Accept(AlertOf("a1", "article"), matched);
  EXPECT_EQ(decider_.Take().events.size(), 1U);
}

TEST_F(DeciderTest, NumbersGoOnWhereTheLedgerEnded) {
  Decider later({.epoch = "0123abcd"},
                {{.id = "politics", .next_sequence = 42}}, {});
  later.Begin(kNoon, {});
  const std::vector<MatchedSubscription> matched = {
      {.subscription = &politics_, .silence = ""}};
  later.Accept(AlertOf("a1", "article"), matched);
  EXPECT_EQ(later.Take().events[0].sequence, 42U);
}

TEST_F(DeciderTest, FoldedAndSilencedEntriesTakeNoNumber) {
  politics_.stories.once = true;
  Accept(AlertOf("a1", "x", "story", 1));
  const LedgerBatch copy = Accept(AlertOf("a2", "y", "story", 2));
  EXPECT_EQ(copy.entries[0].state, EntryState::kFolded);
  EXPECT_TRUE(copy.events.empty());
  const LedgerBatch silenced = Accept(AlertOf("a3", "z"), "s1");
  EXPECT_EQ(silenced.entries[0].state, EntryState::kSilenced);
  EXPECT_EQ(silenced.entries[0].why, "s1");
  EXPECT_TRUE(silenced.events.empty());
  EXPECT_EQ(Accept(AlertOf("a4", "w")).events[0].sequence, 2U);
}

TEST_F(DeciderTest, MachinesGetEachCopyUnlessTheyAskForStories) {
  Accept(AlertOf("a1", "x", "story", 1));
  EXPECT_EQ(Accept(AlertOf("a2", "y", "story", 2)).events.size(), 1U);
}

TEST_F(DeciderTest, AReaderAmongTheReceiversMakesItOnce) {
  politics_.to = {"crm", "anna"};
  EXPECT_TRUE(decider_.TellsOnce(politics_));
  politics_.stories.once = false;
  EXPECT_FALSE(decider_.TellsOnce(politics_));
}

TEST_F(DeciderTest, AStoryThatGrowsIsToldAgainAtItsThresholds) {
  politics_.stories.once = true;
  politics_.stories.grow = {3, 5};
  Accept(AlertOf("a1", "a", "story", 1));
  EXPECT_TRUE(Accept(AlertOf("a2", "b", "story", 2)).events.empty());
  const LedgerBatch third = Accept(AlertOf("a3", "c", "story", 3));
  ASSERT_EQ(third.events.size(), 1U);
  EXPECT_EQ(third.events[0].type, "presshawk.growth.v1");
  EXPECT_NE(third.events[0].body.middle.find(R"("because":{"sites":3})"),
            std::string::npos);
  EXPECT_EQ(third.entries[0].state, EntryState::kFolded);
  // Two stories that turn out to be one jump over a threshold: nothing is told
  // for it, now or later.
  IncomingAlert uniting = AlertOf("a4", "d", "story", 9);
  uniting.united = {"other"};
  EXPECT_TRUE(Accept(uniting).events.empty());
  EXPECT_TRUE(Accept(AlertOf("a5", "e", "story", 10)).events.empty());
}

TEST_F(DeciderTest, AStoryThatGrowsIsToldOnceHoweverManyListsMatch) {
  politics_.stories.once = true;
  politics_.stories.grow = {3};
  const auto of_list = [](std::string list, std::string id, std::string article,
                          uint64_t sites) {
    IncomingAlert alert =
        AlertOf(std::move(id), std::move(article), "story", sites);
    alert.record.watchlist = std::move(list);
    return alert;
  };
  Accept(of_list("kremlin", "a1", "a", 1));
  Accept(of_list("moscow", "b1", "a", 1));
  EXPECT_EQ(Accept(of_list("kremlin", "a2", "c", 3)).events.size(), 1U);
  EXPECT_TRUE(Accept(of_list("moscow", "b2", "c", 3)).events.empty());
  IncomingAlert correction = of_list("kremlin", "a3", "a", 3);
  correction.article_version = "2";
  correction.story.relation = "correction";
  EXPECT_EQ(Accept(correction).events.size(), 1U);
  correction.record.watchlist = "moscow";
  correction.record.id = "b3";
  EXPECT_TRUE(Accept(correction).events.empty());
}

TEST_F(DeciderTest, ASiteOfTheFirstTierIsToldOnce) {
  politics_.stories.once = true;
  politics_.stories.tier1 = {"reuters.com"};
  Accept(AlertOf("a1", "a", "story", 1));
  IncomingAlert reuters = AlertOf("a2", "b", "story", 2);
  reuters.record.site = "reuters.com";
  const LedgerBatch batch = Accept(reuters);
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_NE(
      batch.events[0].body.middle.find(R"("because":{"site":"reuters.com"})"),
      std::string::npos);
  reuters.record.id = "a3";
  EXPECT_TRUE(Accept(reuters).events.empty());
}

TEST_F(DeciderTest, ACorrectionOfAStoryThatWasToldIsTold) {
  politics_.stories.once = true;
  Accept(AlertOf("a1", "a", "story", 1));
  IncomingAlert correction = AlertOf("a2", "a", "story", 1);
  correction.article_version = "2";
  correction.story.relation = "correction";
  const LedgerBatch batch = Accept(correction);
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(batch.events[0].type, "presshawk.correction.v1");
  EXPECT_EQ(batch.events[0].key, std::string("0123abcd\0story\0a\0"
                                             "2",
                                             18));
}

TEST_F(DeciderTest, WhatWasToldIsKnownAfterARestart) {
  politics_.stories.once = true;
  Accept(AlertOf("a1", "a", "story", 1));
  Decider later({.epoch = "0123abcd"}, {}, notes_);
  later.Begin(kNoon, {});
  const std::vector<MatchedSubscription> matched = {
      {.subscription = &politics_, .silence = ""}};
  later.Accept(AlertOf("a2", "b", "story", 2), matched);
  const LedgerBatch batch = later.Take();
  EXPECT_EQ(batch.entries[0].state, EntryState::kFolded);
}

TEST_F(DeciderTest, AnEmbargoAndAPauseHold) {
  IncomingAlert embargoed = AlertOf("a1", "a");
  embargoed.embargo = kNoon + absl::Hours(1);
  const LedgerBatch batch = Accept(embargoed);
  EXPECT_EQ(batch.entries[0].state, EntryState::kWaiting);
  EXPECT_EQ(batch.entries[0].why, "embargo until 2026-01-02T13:00:00.000Z");
  EXPECT_EQ(Decider::EmbargoOf(batch.entries[0]), kNoon + absl::Hours(1));
  EXPECT_TRUE(batch.events.empty());
  politics_.paused = true;
  EXPECT_EQ(Accept(AlertOf("a2", "b")).entries[0].state, EntryState::kWaiting);
  politics_.paused = false;
  decider_.Begin(kNoon + absl::Hours(1), {});
  decider_.Release(politics_, {.entry = batch.entries[0], .alert = embargoed});
  const LedgerBatch released = decider_.Take();
  ASSERT_EQ(released.entries.size(), 1U);
  EXPECT_EQ(released.entries[0].state, EntryState::kTold);
  EXPECT_EQ(released.entries[0].sequence, 1U);
  EXPECT_EQ(released.deliveries.size(), 2U);
}

TEST_F(DeciderTest, AReceiverThatIsNotConfiguredKeepsWhatWaitsForIt) {
  politics_.to = {"nobody"};
  const LedgerBatch batch = Accept(AlertOf("a1", "a"));
  ASSERT_EQ(batch.deliveries.size(), 1U);
  EXPECT_EQ(batch.deliveries[0].receiver, "nobody");
}

TEST_F(DeciderTest, ABodyThatIsTooLargeForAWebhookIsShortened) {
  Decider decider(
      {.epoch = "0123abcd",
       .shorten =
           [](std::string_view) { return std::string(R"({"short":1})"); }},
      {}, {});
  receivers_[0].max_body = 300;
  decider.SetReceivers(receivers_);
  decider.Begin(kNoon, {});
  IncomingAlert alert = AlertOf("a1", "a");
  alert.record.json = StrCat(R"({"long":")", std::string(300, 'x'), R"("})");
  const std::vector<MatchedSubscription> matched = {
      {.subscription = &politics_, .silence = ""}};
  decider.Accept(alert, matched);
  const LedgerBatch batch = decider.Take();
  EXPECT_NE(batch.deliveries[0].own_body.find(R"("alert":{"short":1}}})"),
            std::string::npos);
  EXPECT_EQ(batch.deliveries[1].own_body, "");  // Kafka takes it whole.
  // A message to people is made of the whole when it is sent.
  receivers_[0].kind = ReceiverKind::kSlack;
  decider.SetReceivers(receivers_);
  decider.Begin(kNoon, {});
  alert.record.id = "a2";
  decider.Accept(alert, matched);
  EXPECT_EQ(decider.Take().deliveries[0].own_body, "");
}

TEST_F(DeciderTest, AnAlertThatCannotBeReadIsKeptWhole) {
  decider_.Begin(kNoon, {});
  decider_.AcceptUnreadable("hash", "{", "it is no JSON");
  const LedgerBatch batch = decider_.Take();
  ASSERT_EQ(batch.alerts.size(), 1U);
  EXPECT_EQ(batch.alerts[0].json, "{");
  EXPECT_EQ(batch.alerts[0].unreadable, "it is no JSON");
  EXPECT_EQ(decider_.counts().unreadable, 1U);
}

TEST_F(DeciderTest, AlertsOfNobodyAreKeptWhereThatIsWanted) {
  decider_.Begin(kNoon, {});
  decider_.Accept(AlertOf("a1", "a"), {});
  EXPECT_EQ(decider_.Take().alerts.size(), 1U);
  Decider matched_only({.epoch = "0123abcd", .keep_all = false}, {}, {});
  matched_only.Begin(kNoon, {});
  matched_only.Accept(AlertOf("a1", "a"), {});
  EXPECT_TRUE(matched_only.Take().alerts.empty());
}

TEST_F(DeciderTest, StoriesAreForgottenOnceTheyAreClosed) {
  politics_.stories.once = true;
  Accept(AlertOf("a1", "a", "story", 1));
  decider_.Begin(kNoon, {});
  decider_.Expire(kNoon + absl::Seconds(1));
  const LedgerBatch batch = decider_.Take();
  ASSERT_EQ(batch.notes.size(), 2U);
  EXPECT_EQ(batch.notes[0].second, "");
  EXPECT_EQ(batch.notes[1].second, "");
}

// A digest of the subscription's entries that wait, as the first part of a slot.
class DigestDeciderTest : public DeciderTest {
 protected:
  DigestDeciderTest() {
    politics_.when = Subscription::When::kDigest;
    politics_.digest = {.at = {480}, .zone = "UTC"};
  }
  LedgerBatch Cut(Decider* decider, const std::vector<IncomingAlert>& alerts,
                  const std::vector<EntryRecord>& entries) {
    const DigestCut cut = {
        .subscription = &politics_,
        .slot = {.at = kNoon, .named_at = kNoon, .name = "noon UTC"},
        .part = 1};
    const DigestPlan plan = PlanDigest(entries, decider->TellsOnce(politics_),
                                       politics_.digest.top);
    std::vector<IncomingAlert> shown;
    for (size_t i = 0; i < plan.shown; ++i) {
      for (const IncomingAlert& alert : alerts) {
        if (alert.record.id == plan.rows[i].alert) {
          shown.push_back(alert);
        }
      }
    }
    decider->Begin(kNoon, {});
    decider->Digest(cut, entries, plan, shown);
    return decider->Take();
  }
};

TEST_F(DigestDeciderTest, WhatWaitsIsToldUnderOneNumber) {
  const std::vector<IncomingAlert> alerts = {AlertOf("a1", "x", "s1", 1),
                                             AlertOf("a2", "y", "s1", 2)};
  std::vector<EntryRecord> entries;
  for (const IncomingAlert& alert : alerts) {
    const LedgerBatch batch = Accept(alert);
    EXPECT_TRUE(batch.events.empty());
    ASSERT_EQ(batch.entries.size(), 1U);
    EXPECT_EQ(batch.entries[0].state, EntryState::kWaiting);
    entries.push_back(batch.entries[0]);
  }
  const LedgerBatch batch = Cut(&decider_, alerts, entries);
  ASSERT_EQ(batch.entries.size(), 2U);
  for (const EntryRecord& entry : batch.entries) {
    EXPECT_EQ(entry.state, EntryState::kTold);
    EXPECT_EQ(entry.sequence, 1U);
    EXPECT_EQ(entry.why, kToldInDigest);
  }
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(batch.events[0].key, std::string("0123abcd\0noon UTC\0"
                                             "1",
                                             8 + 1 + 8 + 1 + 1));
  ASSERT_EQ(batch.deliveries.size(), 2U);
  const std::string body = ComposeBody(batch.events[0].body, "ID", "");
  EXPECT_NE(body.find(R"("type":"presshawk.digest.v1")"), std::string::npos);
  EXPECT_NE(body.find(R"("alerts":2,"total":2,"shown":2,)"
                      R"("more":"/api/v1/alerts?digest=politics:1")"),
            std::string::npos)
      << body;
}

TEST_F(DigestDeciderTest, ACopyOfAStoryThatADigestToldIsFolded) {
  politics_.stories.once = true;
  const std::vector<IncomingAlert> alerts = {AlertOf("a1", "x", "s1", 1),
                                             AlertOf("a2", "y", "s1", 2),
                                             AlertOf("a3", "z", "s2", 1)};
  std::vector<EntryRecord> entries;
  for (const IncomingAlert& alert : alerts) {
    entries.push_back(Accept(alert).entries.at(0));
  }
  politics_.digest.top = 1;  // The second story is told and not shown.
  const LedgerBatch batch = Cut(&decider_, alerts, entries);
  const std::string body = ComposeBody(batch.events.at(0).body, "ID", "");
  EXPECT_NE(body.find(R"("alerts":3,"total":2,"shown":1)"), std::string::npos);
  EXPECT_NE(body.find(R"("copies":1)"), std::string::npos);
  EXPECT_EQ(Accept(AlertOf("a4", "w", "s1", 3)).entries.at(0).state,
            EntryState::kFolded);
  EXPECT_EQ(Accept(AlertOf("a5", "v", "s2", 2)).entries.at(0).state,
            EntryState::kFolded);
  EXPECT_EQ(Accept(AlertOf("a6", "u", "s3", 1)).entries.at(0).state,
            EntryState::kWaiting);
}

TEST_F(DigestDeciderTest, WhatWasToldWhileItWaitedIsFolded) {
  politics_.stories.once = true;
  // The first waits for its embargo, and a copy without one is told before.
  IncomingAlert early = AlertOf("a1", "x", "s1", 1);
  early.embargo = kNoon + absl::Hours(1);
  const EntryRecord waiting = Accept(early).entries.at(0);
  const IncomingAlert copy = AlertOf("a2", "y", "s1", 2);
  const EntryRecord other = Accept(copy).entries.at(0);
  EXPECT_FALSE(decider_.WasTold(politics_, waiting));
  Cut(&decider_, {copy}, {other});
  EXPECT_TRUE(decider_.WasTold(politics_, waiting));
  decider_.Begin(kNoon + absl::Hours(2), {});
  decider_.Release(politics_, {.entry = waiting, .alert = early});
  const LedgerBatch batch = decider_.Take();
  EXPECT_EQ(batch.entries.at(0).state, EntryState::kFolded);
  EXPECT_TRUE(batch.events.empty());
}

TEST_F(DigestDeciderTest, ASubscriptionWithAnEntryThatWaitsIsKnown) {
  EXPECT_TRUE(decider_.Known().empty());
  EXPECT_EQ(Accept(AlertOf("a1", "x")).subscriptions.size(), 1U);
  EXPECT_EQ(decider_.Known(), std::vector<std::string>{"politics"});
}

TEST_F(DigestDeciderTest, ABodyThatIsTooLargeShowsLess) {
  Decider decider(
      {.epoch = "0123abcd",
       .shorten = [](std::string_view) { return std::string("{}"); }},
      {}, {});
  receivers_[0].max_body = 2000;
  decider.SetReceivers(receivers_);
  std::vector<IncomingAlert> alerts;
  std::vector<EntryRecord> entries;
  for (int i = 0; i < 40; ++i) {
    alerts.push_back(AlertOf(StrCat("a", i), StrCat("article", i)));
    alerts.back().record.json = StrCat("\"", std::string(500, 'x'), "\"");
    entries.push_back({.subscription = "politics",
                       .alert = StrCat("a", i),
                       .watchlist = "kremlin",
                       .story = StrCat("article", i)});
  }
  const LedgerBatch batch = Cut(&decider, alerts, entries);
  ASSERT_EQ(batch.deliveries.size(), 2U);
  EXPECT_LE(batch.deliveries[0].own_body.size(), 2000U);
  EXPECT_NE(batch.deliveries[0].own_body.find(R"("alerts":40,"total":40,)"),
            std::string::npos);
  EXPECT_NE(batch.deliveries[0].own_body.find(R"("truncated":true)"),
            std::string::npos);
  EXPECT_TRUE(batch.deliveries[1].own_body.empty());  // Kafka takes it whole.
}

}  // namespace
}  // namespace presshawk
