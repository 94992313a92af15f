// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/readiness_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ToldOnceTest, OneDeadBrokerIsOneReason) {
  EXPECT_THAT(
      ToldOnce({"workers 0, 1: no broker of kafka1:9092 answers since 10:00: "
                "Connection refused",
                "alerts to file: a.ndjson: cannot write",
                "no broker of kafka1:9092 answers since 10:01: refused"}),
      ElementsAre("workers 0, 1: no broker of kafka1:9092 answers since 10:00: "
                  "Connection refused",
                  "alerts to file: a.ndjson: cannot write"));
}

TEST(ToldOnceTest, TheSameWordsTwiceAreToldOnceAndOthersStay) {
  EXPECT_THAT(ToldOnce({"stopping", "stopping"}), ElementsAre("stopping"));
  EXPECT_THAT(ToldOnce({"topic \"a\" is gone", "topic \"b\" is gone"}),
              ElementsAre("topic \"a\" is gone", "topic \"b\" is gone"));
  EXPECT_THAT(ToldOnce({}), IsEmpty());
}

class ReasonHistoryTest : public ::testing::Test {
 protected:
  // "+reason" began, "-reason after 3 s" is over.
  std::vector<std::string> Update(const std::vector<std::string>& reasons,
                                  int second) {
    std::vector<std::string> told;
    for (const ReasonHistory::Change& change :
         history_.Update(reasons, absl::FromUnixSeconds(1'000'000 + second))) {
      told.push_back(change.is_begin ? "+" + change.reason
                                     : "-" + change.reason + " after " +
                                           absl::FormatDuration(change.lasted));
    }
    return told;
  }
  ReasonHistory history_;
};

TEST_F(ReasonHistoryTest, WhatHoldsIsToldAndItsEnd) {
  EXPECT_THAT(Update({"disk full"}, 0), IsEmpty());
  EXPECT_THAT(Update({"disk full"}, 1), ElementsAre("+disk full"));
  EXPECT_THAT(Update({"disk full"}, 2), IsEmpty());
  EXPECT_THAT(Update({}, 3), ElementsAre("-disk full after 3s"));
  EXPECT_THAT(Update({}, 4), IsEmpty());
}

TEST_F(ReasonHistoryTest, WhatComesAndGoesIsNotTold) {
  EXPECT_THAT(Update({"disk full"}, 0), IsEmpty());
  EXPECT_THAT(Update({}, 0), IsEmpty());
  EXPECT_THAT(Update({"disk full"}, 1), IsEmpty());
  EXPECT_THAT(Update({}, 1), IsEmpty());
}

TEST_F(ReasonHistoryTest, NumbersThatMoveAreTheSameReason) {
  Update({"worker 0: no commit since 10:00, up to 5"}, 0);
  EXPECT_THAT(Update({"worker 0: no commit since 10:00, up to 6"}, 1),
              ElementsAre("+worker 0: no commit since 10:00, up to 6"));
  EXPECT_THAT(Update({"workers 0, 1: no commit since 10:01, up to 7"}, 2),
              IsEmpty());
  EXPECT_THAT(
      Update({}, 5),
      ElementsAre("-worker 0: no commit since 10:00, up to 6 after 5s"));
}

TEST_F(ReasonHistoryTest, ADeadBrokerIsOneReasonWhoeverTellsOfIt) {
  const std::string watch =
      "no broker of kafka1:9092 answers since 10:00: "
      "Connection refused";
  Update({watch}, 0);
  EXPECT_THAT(Update({watch}, 1), ElementsAre("+" + watch));
  EXPECT_THAT(Update({"workers 0, 1: no broker of kafka1:9092 answers since "
                      "10:02: there is no connection"},
                     2),
              IsEmpty());
  EXPECT_THAT(Update({}, 9), ElementsAre("-" + watch + " after 9s"));
}

TEST_F(ReasonHistoryTest, AnotherCauseIsAnotherReason) {
  Update({"no broker answers: Connection refused"}, 0);
  Update({"no broker answers: Connection refused"}, 1);
  EXPECT_THAT(Update({"no broker answers: timed out"}, 2),
              ElementsAre("-no broker answers: Connection refused after 2s"));
  EXPECT_THAT(Update({"no broker answers: timed out"}, 3),
              ElementsAre("+no broker answers: timed out"));
}

TEST_F(ReasonHistoryTest, AStartAndARebalanceAreToldWhenTheyTakeLong) {
  const std::vector<std::string> waits = {
      "worker 0: waits for its partitions in group desk"};
  EXPECT_THAT(Update(waits, 0), IsEmpty());
  EXPECT_THAT(Update(waits, 9), IsEmpty());
  EXPECT_THAT(Update(waits, 10), ElementsAre("+" + waits[0]));
  EXPECT_THAT(Update({"stopping"}, 11),
              ElementsAre("-" + waits[0] + " after 11s"));
  EXPECT_THAT(Update({"stopping"}, 99), IsEmpty());
}

}  // namespace
}  // namespace presshawk
