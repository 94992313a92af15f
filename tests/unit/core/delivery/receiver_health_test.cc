// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/receiver_health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;

class ReceiverHealthTest : public ::testing::Test {
 protected:
  ReceiverHealthTest() : jitter_(7), health_(Named("crm"), &jitter_) {
    health_.Configure("1", now_);
  }
  static ReceiverRecord Named(const std::string& name) {
    ReceiverRecord record;
    record.name = name;
    return record;
  }
  void Answer(AttemptResult result, bool is_probe = false) {
    if (result.why.empty()) {
      result.why = "no luck";
    }
    health_.OnAttempt({.began = now_, .is_probe = is_probe, .in_flight_max = 8},
                      result, now_);
  }
  void Succeed(bool is_probe = false) {
    Answer({.outcome = AttemptOutcome::kDelivered}, is_probe);
  }
  void Fail(bool is_probe = false) {
    Answer({.outcome = AttemptOutcome::kTransient}, is_probe);
  }
  void Open() {
    for (int i = 0; i < 5; ++i) {
      Fail();
    }
    ASSERT_TRUE(health_.is_open());
  }
  void ExpectWaitsAbout(absl::Duration wait) {
    EXPECT_GE(health_.not_before() - now_, 0.8 * wait);
    EXPECT_LE(health_.not_before() - now_, 1.2 * wait + absl::Microseconds(1));
  }

  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  Jitter jitter_;
  ReceiverHealth health_;
};

TEST_F(ReceiverHealthTest, FiveFailuresWithoutASuccessOpenTheCircuit) {
  for (int i = 0; i < 4; ++i) {
    Fail();
  }
  Succeed();
  for (int i = 0; i < 4; ++i) {
    Answer({.outcome = AttemptOutcome::kUnknown});
  }
  EXPECT_FALSE(health_.is_open());
  Answer({.outcome = AttemptOutcome::kThrottled});
  Answer({.outcome = AttemptOutcome::kStopped});
  EXPECT_FALSE(health_.is_open());
  Fail();
  EXPECT_TRUE(health_.is_open());
}

TEST_F(ReceiverHealthTest, ProbesComeAfterTheScheduleAndThenEveryEightMinutes) {
  Open();
  ExpectWaitsAbout(absl::Seconds(5));
  for (const absl::Duration wait :
       {absl::Seconds(30), absl::Minutes(2), absl::Minutes(5), absl::Minutes(8),
        absl::Minutes(8)}) {
    now_ = health_.not_before();
    Fail(/*is_probe=*/true);
    ExpectWaitsAbout(wait);
  }
}

TEST_F(ReceiverHealthTest, ARequestFromBeforeIsNoProbe) {
  Open();
  const absl::Time before = health_.not_before();
  Fail();
  EXPECT_EQ(health_.not_before(), before);
}

TEST_F(ReceiverHealthTest, SlotsDoubleAfterAProbeUpToTheLimit) {
  Open();
  now_ = health_.not_before();
  Succeed(/*is_probe=*/true);
  EXPECT_FALSE(health_.is_open());
  EXPECT_LE(health_.not_before(), now_);
  std::vector<uint32_t> slots;
  for (int i = 0; i < 16; ++i) {
    slots.push_back(health_.slots(8));
    Succeed();
  }
  EXPECT_THAT(slots, ::testing::ElementsAre(1, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 8,
                                            8, 8, 8, 8));
  EXPECT_EQ(health_.slots(3), 3U);
}

TEST_F(ReceiverHealthTest, OneSlotAfterAFailureAndAfterASlowAnswer) {
  for (int i = 0; i < 20; ++i) {
    Succeed();
  }
  Fail();
  EXPECT_EQ(health_.slots(8), 1U);
  Succeed();
  EXPECT_EQ(health_.slots(8), 8U);
  Answer({.outcome = AttemptOutcome::kDelivered, .took = absl::Seconds(6)});
  EXPECT_EQ(health_.slots(8), 1U);
}

TEST_F(ReceiverHealthTest, RetryAfterHoldsForTheReceiverAndTheLaterOneWins) {
  Answer(
      {.outcome = AttemptOutcome::kThrottled, .retry_after = absl::Hours(2)});
  Answer(
      {.outcome = AttemptOutcome::kThrottled, .retry_after = absl::Seconds(1)});
  EXPECT_GE(health_.not_before(), now_ + absl::Hours(2));
  // A success that was on its way does not end it, nor does a probe's plan.
  Succeed();
  EXPECT_GE(health_.not_before(), now_ + absl::Hours(2));
  Open();
  EXPECT_GE(health_.not_before(), now_ + absl::Hours(2));
}

TEST_F(ReceiverHealthTest, ThrottlingWithoutATimeIsLeftAloneForLonger) {
  for (const absl::Duration wait :
       {absl::Seconds(1), absl::Seconds(5), absl::Seconds(30), absl::Minutes(2),
        absl::Minutes(5), absl::Minutes(5)}) {
    Answer({.outcome = AttemptOutcome::kThrottled});
    ExpectWaitsAbout(wait);
    now_ = health_.not_before();
  }
  EXPECT_FALSE(health_.is_open());
}

TEST_F(ReceiverHealthTest, ThreeTimesUnauthorizedWithinAnHourIsMisconfigured) {
  const absl::Time first = now_;
  Answer({.outcome = AttemptOutcome::kUnauthorized, .why = "401"});
  ExpectWaitsAbout(absl::Minutes(5));
  // The second of two requests that were in flight together.
  health_.OnAttempt({.began = now_ - absl::Seconds(1), .in_flight_max = 8},
                    {.outcome = AttemptOutcome::kUnauthorized}, now_);
  now_ = health_.not_before();
  Answer({.outcome = AttemptOutcome::kUnauthorized, .why = "401"});
  ExpectWaitsAbout(absl::Minutes(40));
  EXPECT_FALSE(health_.is_held());
  now_ = health_.not_before();
  Answer({.outcome = AttemptOutcome::kUnauthorized, .why = "401"});
  EXPECT_EQ(health_.record().state, CircuitState::kMisconfigured);
  EXPECT_LE(now_ - first, absl::Hours(1));
  const auto news = health_.TakeNews();
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].kind, ReceiverNews::Kind::kMisconfigured);
  EXPECT_THAT(news[0].text, HasSubstr("misconfigured: 401"));
}

TEST_F(ReceiverHealthTest, HeldUntilItIsResumedOrEdited) {
  Answer({.outcome = AttemptOutcome::kGone, .why = "410"});
  EXPECT_EQ(health_.record().state, CircuitState::kGone);
  Succeed();
  health_.Configure("1", now_);
  EXPECT_TRUE(health_.is_held());
  health_.Configure("2", now_);
  EXPECT_FALSE(health_.is_held());
  Answer({.outcome = AttemptOutcome::kMisconfigured, .why = "301"});
  EXPECT_TRUE(health_.is_held());
  health_.Resume(now_);
  EXPECT_FALSE(health_.is_held());
  health_.Pause("by anna", now_);
  health_.Configure("3", now_);
  EXPECT_EQ(health_.record().state, CircuitState::kPaused);
}

TEST_F(ReceiverHealthTest, FailingIsToldOnceAndRecoveringWithNumbers) {
  Open();
  const absl::Time began = now_;
  EXPECT_EQ(health_.news_at(), began + absl::Minutes(15));
  now_ += absl::Minutes(15);
  health_.CheckTime(now_);
  now_ += absl::Hours(10);
  health_.CheckTime(now_);
  std::vector<ReceiverNews> news = health_.TakeNews();
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].kind, ReceiverNews::Kind::kFailing);
  EXPECT_EQ(news[0].since, began);
  EXPECT_EQ(news[0].text, "failing for 15 min: no luck");
  Succeed(/*is_probe=*/true);
  for (int i = 1; i < 4812; ++i) {
    Succeed();
  }
  now_ += absl::Minutes(6);
  health_.OnDrained(now_);
  health_.OnDrained(now_);
  news = health_.TakeNews();
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].text, "recovered: 4,812 delivered in 6 min");
  EXPECT_EQ(news[0].delivered, 4812U);
}

TEST_F(ReceiverHealthTest, AnOldQueueIsTold) {
  health_.NoteOldest(now_ - absl::Minutes(59), now_);
  EXPECT_TRUE(health_.TakeNews().empty());
  health_.NoteOldest(now_ - absl::Minutes(61), now_);
  health_.NoteOldest(now_ - absl::Minutes(62), now_);
  const auto news = health_.TakeNews();
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news[0].kind, ReceiverNews::Kind::kQueueOld);
}

TEST_F(ReceiverHealthTest, GoesOnAfterARestart) {
  Open();
  now_ = health_.not_before();
  Fail(/*is_probe=*/true);
  ReceiverHealth again(*health_.TakeChange(), &jitter_);
  EXPECT_TRUE(again.is_open());
  EXPECT_EQ(again.not_before(), health_.not_before());
  EXPECT_EQ(again.news_at(), health_.news_at());
  EXPECT_FALSE(again.TakeChange().has_value());
}

TEST_F(ReceiverHealthTest, WhatCouldNotBeStoredIsNotForgotten) {
  const ReceiverRecord stored = *health_.TakeChange();
  Answer(
      {.outcome = AttemptOutcome::kThrottled, .retry_after = absl::Hours(1)});
  EXPECT_TRUE(health_.TakeChange().has_value());
  health_.Unstored();
  health_.Learn(stored);  // The ledger is back, and knows nothing of it.
  EXPECT_GE(health_.not_before(), now_ + absl::Hours(1));
  EXPECT_TRUE(health_.TakeChange().has_value());
}

TEST_F(ReceiverHealthTest, LearnsWhatOthersWroteAndNotWhatItWroteItself) {
  static_cast<void>(health_.TakeChange());
  const ReceiverRecord mine = health_.record();
  Fail();
  health_.Learn(mine);  // Read before the failure was written.
  EXPECT_EQ(health_.record().failures, 1U);
  ReceiverRecord paused = mine;
  paused.state = CircuitState::kPaused;
  health_.Learn(paused);
  EXPECT_TRUE(health_.is_held());
}

}  // namespace
}  // namespace presshawk
