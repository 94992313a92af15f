// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/simulation.h"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;

const absl::Time kMidnight = absl::FromUnixSeconds(1'767'312'000);

class SimulationTest : public testing::Test {
 protected:
  SimulationTest() {
    Subscription& instant = subscriptions_.emplace_back();
    instant.id = "instant";
    instant.to = {"crm"};
    Subscription& daily = subscriptions_.emplace_back();
    daily.id = "daily";
    daily.when = Subscription::When::kDigest;
    daily.digest = {.at = {480}, .zone = "UTC"};
    simulation_.emplace(subscriptions_, std::vector<ReceiverOptions>(),
                        [this](const SimulatedDelivery& delivery) {
                          told_.push_back(TextOf(delivery));
                        });
  }
  static std::string TextOf(const SimulatedDelivery& delivery) {
    std::string line = StrCat(absl::ToInt64Minutes(delivery.at - kMidnight),
                              " ", delivery.subscription, " ",
                              delivery.receiver, " ", delivery.slot);
    for (const std::string& alert : delivery.alerts) {
      StrAppend(&line, " ", alert);
    }
    return line;
  }
  // The first subscription alone, to people.
  void AddPeople() {
    subscriptions_.resize(1);
    subscriptions_[0].to = {"newsroom"};
    ReceiverOptions newsroom;
    newsroom.name = "newsroom";
    newsroom.kind = ReceiverKind::kSlack;
    newsroom.burst = 2;
    simulation_.emplace(subscriptions_, std::vector{newsroom},
                        [this](const SimulatedDelivery& delivery) {
                          told_.push_back(TextOf(delivery));
                        });
  }
  void Accept(int number, absl::Duration since_midnight,
              absl::Duration embargo = -absl::InfiniteDuration()) {
    IncomingAlert alert;
    alert.record.id = StrCat("a", number);
    alert.record.article = StrCat("article", number);
    alert.record.watchlist = "list";
    alert.record.json = "{}";
    alert.record.detected_at = kMidnight + since_midnight;
    alert.embargo = kMidnight + embargo;
    std::vector<MatchedSubscription> matched;
    for (const Subscription& one : subscriptions_) {
      matched.push_back({.subscription = &one});
    }
    simulation_->Accept(alert, matched, kMidnight + since_midnight);
  }

  std::vector<Subscription> subscriptions_;
  std::vector<std::string> told_;
  std::optional<Simulation> simulation_;
};

TEST_F(SimulationTest, InstantsAreToldAtOnceAndDigestsAtTheirSlot) {
  Accept(1, absl::Hours(1));
  Accept(2, absl::Hours(7));
  simulation_->RunUntil(kMidnight + absl::Hours(8));
  EXPECT_THAT(told_,
              ElementsAre("60 instant crm  a1", "420 instant crm  a2",
                          "480 daily _feed 2026-01-02T08:00+00:00 UTC a1 a2"));
}

TEST_F(SimulationTest, AnAlertAtTheInstantOfASlotIsInIt) {
  Accept(1, absl::Hours(1));
  Accept(2, absl::Hours(8));
  Accept(3, absl::Hours(8) + absl::Seconds(1));
  simulation_->RunUntil(kMidnight + absl::Hours(32));
  EXPECT_THAT(told_,
              ElementsAre("60 instant crm  a1", "480 instant crm  a2",
                          "480 daily _feed 2026-01-02T08:00+00:00 UTC a1 a2",
                          "480 instant crm  a3",
                          "1920 daily _feed 2026-01-03T08:00+00:00 UTC a3"));
}

TEST_F(SimulationTest, AnEmbargoEndsInTime) {
  Accept(1, absl::Hours(1), /*embargo=*/absl::Hours(9));
  simulation_->RunUntil(kMidnight + absl::Hours(40));
  EXPECT_THAT(told_,
              ElementsAre("540 instant crm  a1",
                          "1920 daily _feed 2026-01-03T08:00+00:00 UTC a1"));
}

TEST_F(SimulationTest, WhatComesTwiceOrLateIsToldOnceAndNotBefore) {
  Accept(1, absl::Hours(2));
  Accept(1, absl::Hours(3));
  Accept(2, absl::Hours(1));
  EXPECT_THAT(told_, ElementsAre("120 instant crm  a1", "180 instant crm  a2"));
}

TEST_F(SimulationTest, PeopleAreToldAfterTheirQuietHours) {
  AddPeople();
  subscriptions_[0].quiet = QuietHours{.from = 22 * 60,
                                       .to = 7 * 60,
                                       .days = kEveryDay,
                                       .zone = "UTC",
                                       .except_labels = {}};
  Accept(1, absl::Hours(8));
  Accept(2, absl::Hours(23));
  simulation_->RunUntil(kMidnight + absl::Hours(31));
  EXPECT_THAT(told_, ElementsAre("480 instant newsroom  a1",
                                 "1860 instant newsroom  a2"));
  told_.clear();
  for (int i = 3; i <= 5; ++i) {
    Accept(i, absl::Hours(48 + i - 3));
  }
  simulation_->RunUntil(kMidnight + absl::Hours(72));
  EXPECT_THAT(told_, ElementsAre("3300 instant newsroom  a3 a4 a5"));
}

TEST_F(SimulationTest, WhatExceedsMaxIsToldAtTheEndOfThePeriod) {
  AddPeople();
  subscriptions_[0].max = 2;
  subscriptions_[0].max_period = absl::Hours(1);
  for (int i = 1; i <= 4; ++i) {
    Accept(i, absl::Hours(8) + absl::Minutes(i));
  }
  simulation_->RunUntil(kMidnight + absl::Hours(10));
  EXPECT_THAT(
      told_, ElementsAre("481 instant newsroom  a1", "482 instant newsroom  a2",
                         "541 instant newsroom  a3 a4"));
}

}  // namespace
}  // namespace presshawk
