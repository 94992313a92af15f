// SPDX-License-Identifier: Apache-2.0
// Articles that are taken back: what the decider does, in a ledger in memory and
// in virtual time.
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "core/delivery/people_teller.h"
#include "core/delivery/retracted_alerts.h"
#include "core/delivery/simulation.h"
#include "tests/support/memory_store.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(CompareVersionsTest, NumbersCountByTheirValues) {
  const std::vector<std::string> rising = {"",      "1", "2",  "10", "10.2",
                                           "10.10", "a", "a9", "a10"};
  for (size_t i = 0; i < rising.size(); ++i) {
    for (size_t j = 0; j < rising.size(); ++j) {
      const int order = CompareVersions(rising[i], rising[j]);
      EXPECT_EQ(order < 0, i < j) << rising[i] << " " << rising[j];
      EXPECT_EQ(order == 0, i == j) << rising[i] << " " << rising[j];
    }
  }
  EXPECT_EQ(CompareVersions("007", "7"), 0);
}

TEST(RetractionsTest, OlderAndEqualVersionsAreCoveredAlsoAfterARestart) {
  const absl::Time now = absl::FromUnixSeconds(1'767'355'200);
  Retractions::Notes notes;
  Retractions first;
  EXPECT_TRUE(first.Add("a", "2", now, now, &notes));
  EXPECT_FALSE(first.Add("a", "2", now + absl::Hours(1), now, &notes));
  EXPECT_FALSE(first.Add("a", "1", now, now, &notes));
  EXPECT_TRUE(first.Add("b", "", now, now, &notes));
  EXPECT_FALSE(first.Add("b", "", now + absl::Hours(1), now, &notes));
  Retractions second;
  second.Load(notes);
  for (const Retractions* one : {&first, &second}) {
    EXPECT_TRUE(one->Covers("a", "1", now));
    EXPECT_TRUE(one->Covers("a", "2", now + absl::Hours(9)));
    EXPECT_TRUE(one->Covers("a", "", now + absl::Hours(9)));
    EXPECT_FALSE(one->Covers("a", "3", now));
    // Without a version: what was detected until then.
    EXPECT_TRUE(one->Covers("b", "7", now));
    EXPECT_FALSE(one->Covers("b", "7", now + absl::Milliseconds(1)));
    EXPECT_TRUE(one->Covers("b", "", now + absl::Hours(9)));
    EXPECT_FALSE(one->Covers("c", "", now));
  }
}

TEST(RetractionsTest, TheyAreForgottenByAgeAndAtTheLimit) {
  const absl::Time now = absl::FromUnixSeconds(1'767'355'200);
  Retractions::Notes notes;
  Retractions retractions(/*max=*/10);
  for (int i = 0; i < 10; ++i) {
    retractions.Add(StrCat(i), "1", now, now + absl::Hours(i), &notes);
  }
  notes.clear();
  retractions.Expire(now + absl::Hours(2), &notes);
  EXPECT_THAT(notes, SizeIs(2));
  EXPECT_TRUE(notes[0].second.empty());
  EXPECT_FALSE(retractions.Covers("1", "1", now));
  EXPECT_TRUE(retractions.Covers("2", "1", now));
  for (int i = 10; i < 100; ++i) {
    retractions.Add(StrCat(i), "1", now, now + absl::Hours(i), &notes);
    EXPECT_LE(retractions.size(), 10U);
    EXPECT_TRUE(retractions.Covers(StrCat(i), "1", now));
  }
}

const absl::Time kNoon = absl::FromUnixSeconds(1'767'355'200);

class RetractionTest : public testing::Test {
 protected:
  RetractionTest() {
    desk_.id = "desk";
    desk_.to = {"crm", "lake"};
    lease_ = *store_->AcquireLease("test", now_);
    Restart();
  }

  void Restart() {
    decider_ = std::make_unique<Decider>(
        Decider::Options{.epoch = "0123abcd"}, *store_->Subscriptions(),
        *store_->Notes(std::string(ToldStories::kPrefix)));
    decider_->LoadRetractions(
        *store_->Notes(std::string(Decider::kRetractionNotes)));
  }
  static IncomingAlert AlertOf(std::string id, std::string article,
                               std::string version, std::string story = "") {
    IncomingAlert alert;
    alert.record.id = std::move(id);
    alert.record.watchlist = "kremlin";
    alert.record.article = std::move(article);
    alert.record.story = story;
    alert.record.detected_at = kNoon;
    alert.record.json = StrCat(R"({"version":")", version, R"("})");
    alert.article_version = std::move(version);
    if (!story.empty()) {
      alert.story.id = std::move(story);
      alert.story.sites = 1;
    }
    return alert;
  }
  LedgerBatch Commit() {
    LedgerBatch batch = decider_->Take();
    batch.lease = lease_;
    EXPECT_TRUE(store_->Commit(batch, now_).ok());
    return batch;
  }
  LedgerBatch Accept(const IncomingAlert& alert, std::string silence = "") {
    now_ += absl::Seconds(1);
    decider_->Begin(now_, *store_->KnownEntries({&alert.record.id, 1}));
    const std::vector<MatchedSubscription> matched = {
        {.subscription = &desk_, .silence = std::move(silence)}};
    decider_->Accept(alert, matched);
    return Commit();
  }
  LedgerBatch Retract(std::string article, std::string version) {
    now_ += absl::Seconds(1);
    decider_->Begin(now_, {});
    EXPECT_TRUE(RetractArticle(
                    {.id = std::move(article),
                     .version = std::move(version),
                     .detected_at = kNoon},
                    store_.get(), Recalled,
                    [this](const std::string& id) {
                      return id == desk_.id ? &desk_ : nullptr;
                    },
                    decider_.get())
                    .ok());
    return Commit();
  }
  static IncomingAlert Recalled(AlertRecord record) {
    IncomingAlert alert;
    if (!record.json.empty()) {
      const size_t begin = record.json.find(":\"") + 2;
      alert.article_version =
          record.json.substr(begin, record.json.find('"', begin) - begin);
    }
    alert.record = std::move(record);
    return alert;
  }
  EntryRecord Entry(const std::string& alert) {
    return store_->EntriesOf(alert)->at(0);
  }
  // Of the deliveries of the first event: "crm cancelled".
  std::vector<DeliveryState> States(uint64_t sequence) {
    std::vector<DeliveryState> states;
    const auto page = store_->Deliveries({});
    for (const DeliveryRecord& one : page->rows) {
      if (one.sequence == sequence) {
        states.push_back(one.state);
      }
    }
    return states;
  }

  absl::Time now_ = kNoon;
  std::unique_ptr<LedgerStore> store_ =
      OpenMemoryStore(std::make_shared<MemoryLedger>());
  Lease lease_;
  Subscription desk_;
  std::unique_ptr<Decider> decider_;
};

TEST_F(RetractionTest, WhoWasToldIsToldOfItAndWhatWaitsIsCancelled) {
  Accept(AlertOf("a1", "x", "1"));
  const LedgerBatch batch = Retract("x", "2");
  EXPECT_THAT(States(1), ElementsAre(DeliveryState::kCancelled,
                                     DeliveryState::kCancelled));
  EXPECT_EQ(Entry("a1").state, EntryState::kTold);
  EXPECT_EQ(Entry("a1").why, kRetracted);
  ASSERT_THAT(batch.events, SizeIs(1));
  const EventRecord& event = batch.events[0];
  EXPECT_EQ(event.type, kCorrectionType);
  EXPECT_EQ(event.sequence, 2U);
  EXPECT_EQ(event.key, std::string("0123abcd\0x\0x\0"
                                   "2",
                                   14));
  EXPECT_THAT(
      event.body.middle,
      HasSubstr(R"("because":{"retracted":true,"version":"2"},"alert":)"));
  EXPECT_THAT(States(2),
              ElementsAre(DeliveryState::kWaiting, DeliveryState::kWaiting));
  EXPECT_EQ(decider_->counts().retractions, 1U);
  // The same again, also by another decider.
  EXPECT_THAT(Retract("x", "2").events, IsEmpty());
  Restart();
  EXPECT_THAT(Retract("x", "2").events, IsEmpty());
  EXPECT_THAT(Retract("x", "1").events, IsEmpty());
}

TEST_F(RetractionTest, WhatIsBeingSentGoesOnAndIsNotTriedAgain) {
  Accept(AlertOf("a1", "x", "1"));
  auto step = *store_->Step({.instance = "test", .wanted = {{"crm", 1}}}, now_);
  ASSERT_THAT(step.claimed, SizeIs(1));
  Retract("x", "2");
  EXPECT_THAT(States(1),
              testing::UnorderedElementsAre(DeliveryState::kSending,
                                            DeliveryState::kCancelled));
  const auto settle = [this] {
    decider_->Begin(now_, {});
    EXPECT_TRUE(SettleRetracted(store_.get(), decider_.get()).ok());
    Commit();
  };
  settle();
  EXPECT_THAT(decider_->Unsettled(), SizeIs(1));
  Restart();
  EXPECT_THAT(decider_->Unsettled(), SizeIs(1));
  DeliveryRecord failed = step.claimed[0].record;
  failed.state = DeliveryState::kWaiting;
  ASSERT_TRUE(
      store_
          ->Step({.instance = "test",
                  .finished = {{failed, {.delivery = failed.id, .number = 1}}}},
                 now_)
          .ok());
  settle();
  EXPECT_THAT(States(1), ElementsAre(DeliveryState::kCancelled,
                                     DeliveryState::kCancelled));
  settle();
  EXPECT_THAT(decider_->Unsettled(), IsEmpty());
  Restart();
  EXPECT_THAT(decider_->Unsettled(), IsEmpty());
}

TEST_F(RetractionTest, AnAlertThatComesAfterItsRetractionIsToldToNobody) {
  Retract("x", "2");
  Restart();
  for (const char* version : {"1", "2", ""}) {
    const std::string id = StrCat("a", version);
    const LedgerBatch batch = Accept(AlertOf(id, "x", version));
    EXPECT_THAT(batch.events, IsEmpty());
    EXPECT_EQ(Entry(id).state, EntryState::kCancelled);
    EXPECT_EQ(Entry(id).why, kRetracted);
  }
  EXPECT_EQ(decider_->counts().retracted, 3U);
  // Published again.
  EXPECT_THAT(Accept(AlertOf("a3", "x", "3")).events, SizeIs(1));
  // An older retraction changes nothing, a newer one takes that back as well.
  EXPECT_THAT(Retract("x", "2").events, IsEmpty());
  EXPECT_THAT(Retract("x", "4").events, SizeIs(1));
}

TEST_F(RetractionTest, OneCorrectionForAllListsAndVersions) {
  Accept(AlertOf("a1", "x", "1"));
  Accept(AlertOf("a2", "x", "2"));
  IncomingAlert other = AlertOf("a3", "x", "2");
  other.record.watchlist = "moscow";
  Accept(other);
  const LedgerBatch batch = Retract("x", "3");
  ASSERT_THAT(batch.events, SizeIs(1));
  EXPECT_EQ(batch.events[0].alert, "a3");  // What was told last.
}

TEST_F(RetractionTest, ACopyThatWasFoldedIsTakenBackInSilence) {
  desk_.stories.once = true;
  Accept(AlertOf("a1", "x", "1", "story"));
  Accept(AlertOf("a2", "y", "1", "story"));
  ASSERT_EQ(Entry("a2").state, EntryState::kFolded);
  EXPECT_THAT(Retract("y", "2").events, IsEmpty());
  EXPECT_EQ(Entry("a2").state, EntryState::kFolded);
  EXPECT_EQ(Entry("a2").why, kRetracted);
  // The first of the story is another matter; copies stay folded.
  const LedgerBatch batch = Retract("x", "2");
  ASSERT_THAT(batch.events, SizeIs(1));
  EXPECT_EQ(batch.events[0].key, std::string("0123abcd\0story\0x\0"
                                             "2",
                                             18));
  EXPECT_THAT(Accept(AlertOf("a3", "z", "1", "story")).events, IsEmpty());
}

TEST_F(RetractionTest, ACopyThatWasToldAsACorrectionIsTakenBackAloud) {
  desk_.stories.once = true;
  Accept(AlertOf("a1", "x", "1", "story"));
  IncomingAlert correction = AlertOf("a2", "y", "2", "story");
  correction.story.relation = "correction";
  const std::string key = Accept(correction).events.at(0).key;
  const LedgerBatch batch = Retract("y", "2");  // The version was not raised.
  ASSERT_THAT(batch.events, SizeIs(1));
  EXPECT_EQ(batch.events[0].key, key + std::string("\0retracted", 10));
  EXPECT_NE(batch.deliveries.back().id, batch.deliveries.front().id);
}

TEST_F(RetractionTest, WhatWaitsIsNeverToldAndItsStoryCountsAsNew) {
  desk_.stories.once = true;
  desk_.paused = true;
  Accept(AlertOf("a1", "x", "1", "story"));
  EXPECT_THAT(Retract("x", "2").events, IsEmpty());
  EXPECT_EQ(Entry("a1").state, EntryState::kCancelled);
  desk_.paused = false;
  EXPECT_THAT(Accept(AlertOf("a2", "y", "1", "story")).events, SizeIs(1));
}

TEST_F(RetractionTest, SilencedAlertsAndUnknownSubscriptionsHearNothing) {
  Accept(AlertOf("a1", "x", "1"), "silence");
  EXPECT_THAT(Retract("x", "2").events, IsEmpty());
  EXPECT_EQ(Entry("a1").why, "silence");
  Accept(AlertOf("a2", "y", "1"));
  desk_.stories.corrections = false;
  EXPECT_THAT(Retract("y", "2").events, IsEmpty());
  desk_.stories.corrections = true;
  Accept(AlertOf("a3", "z", "1"));
  desk_.id = "another";
  EXPECT_THAT(Retract("z", "2").events, IsEmpty());
}

TEST_F(RetractionTest, ADigestDoesNotHaveItAndOneThatHadItIsCorrected) {
  desk_.when = Subscription::When::kDigest;
  Accept(AlertOf("a1", "x", "1"));
  Accept(AlertOf("a2", "y", "1"));
  Retract("x", "2");
  auto entries = *store_->WaitingEntries("desk", 10);
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(entries[0].alert, "a2");
  decider_->Begin(now_, {});
  const DigestPlan plan = PlanDigest(entries, /*once=*/false, 10);
  DigestCut cut;
  cut.subscription = &desk_;
  cut.slot.name = "noon";
  const std::vector<IncomingAlert> shown = {AlertOf("a2", "y", "1")};
  decider_->Digest(cut, entries, plan, shown);
  EXPECT_THAT(Commit().events[0].body.middle, Not(HasSubstr("a1")));
  const LedgerBatch batch = Retract("y", "2");
  ASSERT_THAT(batch.events, SizeIs(1));
  EXPECT_EQ(batch.events[0].type, kCorrectionType);
  // The digest goes on, and still lists what it told.
  EXPECT_THAT(States(1),
              ElementsAre(DeliveryState::kWaiting, DeliveryState::kWaiting));
  EXPECT_EQ(Entry("a2").why, kToldInDigest);
}

TEST_F(RetractionTest, ACatchupLeavesItsCorrectionToItself) {
  ReceiverOptions newsroom;
  newsroom.name = "newsroom";
  newsroom.kind = ReceiverKind::kSlack;
  newsroom.burst = 0;
  const std::vector<ReceiverOptions> receivers = {newsroom};
  decider_->SetReceivers(receivers);
  desk_.to = {"newsroom"};
  desk_.quiet = QuietHours{.from = 22 * 60,
                           .to = 7 * 60,
                           .days = kEveryDay,
                           .zone = "UTC",
                           .except_labels = {}};
  PeopleTeller people({.store = store_.get(),
                       .decider = decider_.get(),
                       .recall = [this](const std::string& id)
                           -> absl::StatusOr<IncomingAlert> {
                         return Recalled(**store_->FindAlert(id));
                       },
                       .commit =
                           [this](LedgerBatch batch) {
                             batch.lease = lease_;
                             return store_->Commit(batch, now_);
                           }});
  Accept(AlertOf("a1", "x", "1"));
  now_ = kNoon + absl::Hours(11);
  Accept(AlertOf("a2", "y", "1"));
  Accept(AlertOf("a3", "z", "1"));
  Retract("x", "2");
  Retract("z", "2");  // Its alert is held, and cancelled.
  ASSERT_TRUE(people.Load(now_).ok());
  now_ = kNoon + absl::Hours(19);
  ASSERT_TRUE(
      people
          .Tick(
              receivers, [this](const std::string&) { return &desk_; }, now_)
          .ok());
  std::vector<std::string> waiting;
  const auto page = store_->Deliveries({.state = DeliveryState::kWaiting});
  for (const DeliveryRecord& one : page->rows) {
    EXPECT_EQ(one.reason, WaitReason::kDue);
    waiting.push_back(StrCat(one.type, " ", one.sequence));
  }
  EXPECT_THAT(waiting,
              testing::UnorderedElementsAre("presshawk.catchup.v1 2",
                                            "presshawk.correction.v1 4",
                                            "presshawk.correction.v1 5"));
  // A catch-up that waits tells others, too.
  Retract("y", "2");
  const auto catchups = store_->Deliveries({.state = DeliveryState::kWaiting});
  EXPECT_EQ(std::count_if(catchups->rows.begin(), catchups->rows.end(),
                          [](const DeliveryRecord& one) {
                            return one.type == kCatchupType;
                          }),
            1);
}

TEST_F(RetractionTest, AnAlertThatWasForgottenIsNotShownAgain) {
  Accept(AlertOf("a1", "x", "1"));
  ASSERT_TRUE(store_->Forget({.article = "x", .who = "test"}, now_).ok());
  EXPECT_THAT(Retract("x", "2").events, IsEmpty());
}

TEST_F(RetractionTest, ASimulationTellsNothingOfIt) {
  desk_.when = Subscription::When::kDigest;
  desk_.digest = {.at = {}, .every = absl::Hours(1), .zone = "UTC"};
  std::vector<std::string> told;
  Simulation simulation({&desk_, 1}, {}, [&](const SimulatedDelivery& one) {
    told.insert(told.end(), one.alerts.begin(), one.alerts.end());
  });
  const std::vector<MatchedSubscription> matched = {
      {.subscription = &desk_, .silence = ""}};
  simulation.Accept(AlertOf("a1", "x", "1"), matched, kNoon);
  simulation.Accept(AlertOf("a2", "y", "1"), matched, kNoon);
  simulation.Retract({.id = "x", .version = "2", .detected_at = kNoon},
                     kNoon + absl::Minutes(1));
  simulation.Accept(AlertOf("a3", "x", "2"), matched, kNoon + absl::Minutes(1));
  simulation.RunUntil(kNoon + absl::Hours(3));
  EXPECT_THAT(told, ElementsAre("a2", "a2"));  // By two receivers.
}

}  // namespace
}  // namespace presshawk
