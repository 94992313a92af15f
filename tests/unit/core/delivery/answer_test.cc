// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/answer.h"

#include <utility>

#include <gtest/gtest.h>

namespace presshawk {
namespace {

TEST(AnswerTest, EveryStatusMeansOneThing) {
  const std::pair<int, AttemptOutcome> kCases[] = {
      {200, AttemptOutcome::kDelivered},
      {204, AttemptOutcome::kDelivered},
      {299, AttemptOutcome::kDelivered},
      {301, AttemptOutcome::kMisconfigured},
      {304, AttemptOutcome::kMisconfigured},
      {308, AttemptOutcome::kMisconfigured},
      {400, AttemptOutcome::kRefused},
      {401, AttemptOutcome::kUnauthorized},
      {402, AttemptOutcome::kRefused},
      {403, AttemptOutcome::kUnauthorized},
      {404, AttemptOutcome::kUnauthorized},
      {408, AttemptOutcome::kTransient},
      {410, AttemptOutcome::kGone},
      {413, AttemptOutcome::kTooLarge},
      {418, AttemptOutcome::kRefused},
      {422, AttemptOutcome::kTooLarge},
      {425, AttemptOutcome::kTransient},
      {429, AttemptOutcome::kThrottled},
      {500, AttemptOutcome::kTransient},
      {502, AttemptOutcome::kTransient},
      {503, AttemptOutcome::kTransient},
      {504, AttemptOutcome::kTransient},
      {599, AttemptOutcome::kTransient},
      {999, AttemptOutcome::kTransient},
  };
  for (const auto& [status, outcome] : kCases) {
    EXPECT_EQ(OutcomeOfStatus(status, false), outcome) << status;
  }
  EXPECT_EQ(OutcomeOfStatus(503, true), AttemptOutcome::kThrottled);
  EXPECT_EQ(OutcomeOfStatus(500, true), AttemptOutcome::kTransient);
}

TEST(AnswerTest, OutcomesHaveTheNamesOfTheLog) {
  EXPECT_EQ(AttemptOutcomeName(AttemptOutcome::kDelivered), "delivered");
  EXPECT_EQ(AttemptOutcomeName(AttemptOutcome::kTooLarge), "too_large");
  EXPECT_EQ(AttemptOutcomeName(AttemptOutcome::kStopped), "stopped");
  EXPECT_TRUE(IsSuccess(AttemptOutcome::kHandedOver));
  EXPECT_FALSE(IsSuccess(AttemptOutcome::kUnknown));
}

}  // namespace
}  // namespace presshawk
