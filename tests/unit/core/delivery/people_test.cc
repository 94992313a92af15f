// SPDX-License-Identifier: Apache-2.0
// What people are told, and when: PeopleGate, HeldMessages, and the Decider with
// them.
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "core/delivery/decider.h"
#include "core/delivery/held_messages.h"
#include "core/delivery/people_gate.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// 2026-01-02T12:00Z, a Friday.
const absl::Time kNoon = absl::FromUnixSeconds(1'767'355'200);
constexpr absl::Duration kHour = absl::Hours(1);

Subscription Desk() {
  Subscription desk;
  desk.id = "desk";
  desk.to = {"newsroom", "crm"};
  desk.quiet = QuietHours{.from = 22 * 60,
                          .to = 7 * 60,
                          .days = kEveryDay,
                          .zone = "UTC",
                          .except_labels = {{"urgent", "yes"}}};
  return desk;
}

TEST(PeopleGateTest, QuietHoursHoldUntilTheyEnd) {
  const PeopleGate gate;
  const Subscription desk = Desk();
  EXPECT_FALSE(gate.HoldOf(desk, "newsroom", false, kNoon).has_value());
  const auto night = gate.HoldOf(desk, "newsroom", false, kNoon + 11 * kHour);
  ASSERT_TRUE(night.has_value());
  EXPECT_EQ(night->reason, WaitReason::kQuiet);
  EXPECT_EQ(night->until, kNoon + 19 * kHour);
  EXPECT_FALSE(
      gate.HoldOf(desk, "newsroom", true, kNoon + 11 * kHour).has_value());
  EXPECT_TRUE(IsExcepted(desk, {{"desk", "x"}, {"urgent", "yes"}}));
  EXPECT_FALSE(IsExcepted(desk, {{"urgent", "no"}}));
}

TEST(PeopleGateTest, AFullPeriodHoldsUntilItsEnd) {
  Subscription desk = Desk();
  desk.quiet.reset();
  desk.max = 2;
  desk.max_period = kHour;
  PeopleGate gate;
  PeopleGate::Notes notes;
  for (const int minute : {0, 40}) {
    const absl::Time now = kNoon + absl::Minutes(minute);
    EXPECT_FALSE(gate.HoldOf(desk, "newsroom", false, now).has_value());
    gate.Count(desk, "newsroom", now, &notes);
  }
  // Another instance takes over.
  PeopleGate later;
  later.Load(notes);
  const absl::Time now = kNoon + absl::Minutes(59);
  const auto hold = later.HoldOf(desk, "newsroom", false, now);
  ASSERT_TRUE(hold.has_value());
  EXPECT_EQ(hold->reason, WaitReason::kThrottle);
  EXPECT_EQ(hold->until, kNoon + kHour);
  EXPECT_FALSE(later.HoldOf(desk, "anna", false, now).has_value());
  EXPECT_FALSE(
      later.HoldOf(desk, "newsroom", false, kNoon + kHour).has_value());
  // The clock went back to before the period.
  EXPECT_FALSE(
      later.HoldOf(desk, "newsroom", false, kNoon - kHour).has_value());
}

TEST(PeopleGateTest, StrangeNotesAreLeftOut) {
  PeopleGate gate;
  gate.Load({{"people/max/desk newsroom", "x 3"},
             {"people/max/desk", "1 3"},
             {"people/told/desk newsroom", "-1"},
             {"told/desk newsroom", "7"},
             {"people/told/desk anna", "7"}});
  EXPECT_EQ(gate.CaughtUpTo("desk", "newsroom"), 0U);
  EXPECT_EQ(gate.CaughtUpTo("desk", "anna"), 7U);
}

// A subscription to people and a machine.
class PeopleTest : public testing::Test {
 protected:
  PeopleTest() {
    ReceiverOptions& newsroom = receivers_.emplace_back();
    newsroom.name = "newsroom";
    newsroom.kind = ReceiverKind::kSlack;
    newsroom.burst = 2;
    receivers_.emplace_back().name = "crm";
    decider_.SetReceivers(receivers_);
  }

  // Returns the delivery to people.
  DeliveryRecord Accept(int number, absl::Time now,
                        absl::Time detected = absl::InfiniteFuture()) {
    IncomingAlert alert;
    alert.record.id = StrCat("a", number);
    alert.record.article = StrCat("article", number);
    alert.record.watchlist = "kremlin";
    alert.record.detected_at = std::min(detected, now);
    alert.record.json = StrCat(R"({"id":"a)", number, R"("})");
    alert.labels = labels_;
    decider_.Begin(now, {});
    const std::vector<MatchedSubscription> matched = {
        {.subscription = &desk_, .silence = ""}};
    decider_.Accept(alert, matched);
    const LedgerBatch batch = decider_.Take();
    EXPECT_THAT(batch.deliveries, SizeIs(2));
    EXPECT_EQ(batch.deliveries[1].receiver, "crm");
    EXPECT_EQ(batch.deliveries[1].reason, WaitReason::kDue);
    held_.Add(batch.deliveries[0], now);
    return batch.deliveries[0];
  }
  std::vector<HeldGroup> DueAt(absl::Time now) {
    return held_.Due([this](const std::string&) { return &desk_; },
                     decider_.gate(), now);
  }

  Subscription desk_ = Desk();
  std::vector<ReceiverOptions> receivers_;
  std::vector<std::pair<std::string, std::string>> labels_;
  Decider decider_{{.epoch = "0123abcd"}, {}, {}};
  HeldMessages held_;
};

TEST_F(PeopleTest, MachinesAreToldInQuietHoursAndPeopleAreNot) {
  EXPECT_EQ(Accept(1, kNoon).reason, WaitReason::kDue);
  const DeliveryRecord held = Accept(2, kNoon + 11 * kHour);
  EXPECT_EQ(held.reason, WaitReason::kQuiet);
  EXPECT_EQ(held.due, absl::InfiniteFuture());
  EXPECT_EQ(held.sequence, 2U);
  labels_ = {{"urgent", "yes"}};
  EXPECT_EQ(Accept(3, kNoon + 11 * kHour).reason, WaitReason::kDue);
  EXPECT_THAT(DueAt(kNoon + 19 * kHour - absl::Seconds(1)), IsEmpty());
  EXPECT_THAT(DueAt(kNoon + 19 * kHour), SizeIs(1));
  desk_.quiet.reset();  // An edit counts at once.
  EXPECT_THAT(DueAt(kNoon + 12 * kHour), SizeIs(1));
  desk_.paused = true;
  EXPECT_THAT(DueAt(kNoon + 19 * kHour), IsEmpty());
}

TEST_F(PeopleTest, WhatIsLateSettlesFirst) {
  EXPECT_EQ(Accept(1, kNoon, kNoon - absl::Minutes(4)).reason,
            WaitReason::kDue);
  EXPECT_EQ(Accept(2, kNoon, kNoon - kHour).reason, WaitReason::kSchedule);
  EXPECT_THAT(DueAt(kNoon + absl::Seconds(9)), IsEmpty());
  EXPECT_THAT(DueAt(kNoon + absl::Seconds(10)), SizeIs(1));
  // A long backlog is told in between.
  for (int second = 0; second < 300; second += 5) {
    Accept(3 + second, kNoon + absl::Seconds(second), kNoon - kHour);
  }
  EXPECT_THAT(DueAt(kNoon + absl::Seconds(299)), IsEmpty());
  EXPECT_THAT(DueAt(kNoon + absl::Seconds(300)), SizeIs(1));
}

TEST_F(PeopleTest, ManyAreToldAsOneAndFewByThemselves) {
  const ReceiverOptions& newsroom = receivers_[0];
  HeldGroup few;
  few.subscription = "desk";
  few.receiver = "newsroom";
  few.count = 2;
  EXPECT_FALSE(IsCaughtUp(few, newsroom, 2, kNoon, kNoon));
  EXPECT_TRUE(IsCaughtUp(few, newsroom, 3, kNoon, kNoon));
  EXPECT_TRUE(IsCaughtUp(few, newsroom, 1, kNoon - 25 * kHour, kNoon));
  HeldGroup one = few;  // Others wait for the receiver.
  one.count = 1;
  EXPECT_FALSE(IsCaughtUp(one, newsroom, 9, kNoon, kNoon));
  HeldGroup throttled = one;
  throttled.is_throttled = true;
  EXPECT_TRUE(IsCaughtUp(throttled, newsroom, 1, kNoon, kNoon));
}

TEST_F(PeopleTest, WhatIsForAReceiverThatIsDownWaits) {
  decider_.SetDown({"newsroom"});
  EXPECT_EQ(Accept(1, kNoon).reason, WaitReason::kSchedule);
  decider_.SetDown({"crm"});
  EXPECT_EQ(Accept(2, kNoon).reason, WaitReason::kDue);
  // But for what is urgent: it is tried with the probes.
  decider_.SetDown({"newsroom"});
  labels_ = {{"urgent", "yes"}};
  EXPECT_EQ(Accept(3, kNoon + 11 * kHour).reason, WaitReason::kDue);
}

TEST_F(PeopleTest, ACatchupCoversNumbersAndTakesNone) {
  std::vector<DeliveryRecord> held;
  for (int i = 1; i <= 3; ++i) {
    held.push_back(Accept(i, kNoon + 11 * kHour));
  }
  const absl::Time morning = kNoon + 19 * kHour;
  decider_.Begin(morning, {});
  decider_.Catchup(desk_, held, 3, {}, {});
  const LedgerBatch batch = decider_.Take();
  EXPECT_THAT(batch.events, IsEmpty());
  ASSERT_THAT(batch.deliveries, SizeIs(4));
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(batch.deliveries[i].id, held[i].id);
    EXPECT_EQ(batch.deliveries[i].state, DeliveryState::kCancelled);
    EXPECT_EQ(batch.deliveries[i].reason, WaitReason::kQuiet);
  }
  const DeliveryRecord& catchup = batch.deliveries[3];
  EXPECT_EQ(catchup.type, "presshawk.catchup.v1");
  EXPECT_EQ(catchup.state, DeliveryState::kWaiting);
  EXPECT_EQ(catchup.reason, WaitReason::kDue);
  EXPECT_EQ(
      catchup.own_body,
      StrCat(
          R"({"type":"presshawk.catchup.v1","timestamp":"2026-01-03T07:00:00.000Z",)",
          R"("data":{"delivery":")", catchup.id,
          R"(","subscription":"desk","ledger":"0123abcd","replay":false,)",
          R"("covers":[1,3],"alerts":3,"total":0,"shown":0,)",
          R"("more":"/api/v1/subscriptions/desk/events?after=0","entries":[]}})"));
  EXPECT_EQ(decider_.gate().CaughtUpTo("desk", "newsroom"), 3U);
}

TEST_F(PeopleTest, WhatIsLetGoIsCountedAndHeldOnBeyondMax) {
  desk_.max = 1;
  desk_.max_period = kHour;
  const DeliveryRecord first = Accept(1, kNoon + 11 * kHour);
  const DeliveryRecord second = Accept(2, kNoon + 11 * kHour);
  const absl::Time morning = kNoon + 19 * kHour;
  decider_.Begin(morning, {});
  decider_.LetGo(desk_, first);
  decider_.LetGo(desk_, second);
  const LedgerBatch batch = decider_.Take();
  ASSERT_THAT(batch.deliveries, SizeIs(2));
  EXPECT_EQ(batch.deliveries[0].reason, WaitReason::kDue);
  EXPECT_EQ(batch.deliveries[0].due, morning);
  EXPECT_EQ(batch.deliveries[1].reason, WaitReason::kThrottle);
  EXPECT_EQ(batch.deliveries[1].due, absl::InfiniteFuture());
}

}  // namespace
}  // namespace presshawk
