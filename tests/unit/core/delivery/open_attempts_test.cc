// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/open_attempts.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "core/delivery/answer.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;

class OpenAttemptsTest : public ::testing::Test {
 protected:
  Courier::Done Named(const std::string& name) {
    return [this, name](const AttemptResult& result) {
      ends_.push_back(
          StrCat(name, " ", std::string(AttemptOutcomeName(result.outcome))));
    };
  }
  std::vector<std::string> ends_;
};

TEST_F(OpenAttemptsTest, IsWrittenOnceAndTheLastOneWaitingIsTold) {
  OpenAttempts attempts;
  EXPECT_TRUE(attempts.Begin("a", Named("first")));
  EXPECT_FALSE(attempts.Begin("a", Named("second")));
  EXPECT_EQ(attempts.size(), 1U);
  attempts.End("a", {.outcome = AttemptOutcome::kDelivered});
  attempts.End("a", {.outcome = AttemptOutcome::kDelivered});
  EXPECT_THAT(ends_, ElementsAre("second delivered"));
  EXPECT_TRUE(attempts.Begin("a", Named("replay")));
}

TEST_F(OpenAttemptsTest, WhatGotThroughTooLateIsAnsweredAtOnceAndOnce) {
  OpenAttempts attempts(absl::ZeroDuration());  // Everything is too late.
  EXPECT_TRUE(attempts.Begin("a", Named("first")));
  attempts.End("a", {.outcome = AttemptOutcome::kDelivered});
  EXPECT_FALSE(attempts.Begin("a", Named("second")));
  EXPECT_THAT(ends_, ElementsAre("first delivered", "second delivered"));
  EXPECT_TRUE(attempts.Begin("a", Named("replay")));
  // What was refused is written again.
  attempts.End("a", {.outcome = AttemptOutcome::kTooLarge});
  EXPECT_TRUE(attempts.Begin("a", Named("again")));
}

TEST_F(OpenAttemptsTest, AStopLeavesTheRestUnknown) {
  OpenAttempts attempts;
  attempts.Begin("a", Named("a"));
  attempts.Stop();
  attempts.End("a", {.outcome = AttemptOutcome::kDelivered});
  EXPECT_THAT(ends_, ElementsAre("a unknown"));
}

}  // namespace
}  // namespace presshawk
