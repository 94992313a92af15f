// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/consumer_lag.h"

#include <gtest/gtest.h>

namespace presshawk {
namespace {

TEST(ConsumerLagTest, OnlyActivePartitionsWithAKnownEndCount) {
  const ConsumerStatistics statistics = ReadConsumerStatistics(R"({
    "cgrp": {"join_state": "steady"},
    "topics": {"articles": {"partitions": {
      "0": {"partition":0,"fetch_state":"active","hi_offset":120,
            "ls_offset":110,"lo_offset":0,"committed_offset":100},
      "1": {"partition":1,"fetch_state":"none","hi_offset":50,
            "ls_offset":50,"lo_offset":0,"committed_offset":10},
      "2": {"partition":2,"fetch_state":"active","hi_offset":30,
            "ls_offset":-1001,"lo_offset":5,"committed_offset":-1001},
      "3": {"partition":3,"fetch_state":"active","hi_offset":-1001,
            "ls_offset":-1001,"lo_offset":-1001,"committed_offset":4},
      "-1": {"partition":-1,"fetch_state":"active","hi_offset":1,
             "ls_offset":1,"committed_offset":0}}}}})");
  EXPECT_EQ(statistics.join_state, "steady");
  ASSERT_EQ(statistics.lags.size(), 2U);
  EXPECT_EQ(statistics.lags[0].topic, "articles");
  EXPECT_EQ(statistics.lags[0].lag, 10);
  EXPECT_EQ(statistics.lags[0].margin, 100);
  EXPECT_EQ(statistics.lags[1].margin, -1);  // Nothing committed.
  EXPECT_EQ(statistics.lags[1].partition, 2);
  EXPECT_EQ(statistics.lags[1].lag, 25);  // Nothing committed: from its begin.
}

TEST(ConsumerLagTest, WhoIsUpIsKnown) {
  const ConsumerStatistics up = ReadConsumerStatistics(
      R"({"brokers":{"a":{"state":"DOWN"},"b":{"state":"UP"}},)"
      R"("cgrp":{"state":"up","join_state":"steady"}})");
  EXPECT_TRUE(up.some_broker_is_up);
  EXPECT_TRUE(up.coordinator_is_up);
  EXPECT_EQ(up.join_state, "steady");
  const ConsumerStatistics down = ReadConsumerStatistics(
      R"({"brokers":{"a":{"state":"DOWN"},"b":7},)"
      R"("cgrp":{"state":"query-coord","join_state":"init"}})");
  EXPECT_FALSE(down.some_broker_is_up);
  EXPECT_FALSE(down.coordinator_is_up);
}

TEST(ConsumerLagTest, BrokersThatWereNeverAskedAndOtherNamesAreLeftOut) {
  const ConsumerStatistics statistics = ReadConsumerStatistics(R"({"brokers":{
      "a:1/1":{"nodeid":1,"nodename":"a:1","source":"learned","state":"UP"},
      "b:1/2":{"nodeid":2,"nodename":"b:1","source":"learned","state":"DOWN"},
      "c:1/3":{"nodeid":3,"nodename":"c:1","source":"learned","state":"INIT"},
      "a:1/bootstrap":{"nodeid":-1,"nodename":"a:1","state":"UP"},
      "GroupCoordinator":{"nodeid":1,"nodename":"a:1","source":"logical",
                          "state":"UP"}}})");
  ASSERT_EQ(statistics.brokers.size(), 2U);
  EXPECT_EQ(statistics.brokers[0].address, "a:1");
  EXPECT_TRUE(statistics.brokers[0].is_up);
  EXPECT_EQ(statistics.brokers[1].address, "b:1");
  EXPECT_FALSE(statistics.brokers[1].is_up);
}

TEST(ConsumerLagTest, NonsenseGivesNothing) {
  EXPECT_TRUE(ReadConsumerStatistics("{").lags.empty());
  EXPECT_TRUE(ReadConsumerStatistics("[]").lags.empty());
  EXPECT_TRUE(ReadConsumerStatistics(R"({"topics":{"a":1}})").lags.empty());
  EXPECT_TRUE(
      ReadConsumerStatistics(R"({"topics":{"a":{"partitions":{"0":3}}}})")
          .lags.empty());
}

}  // namespace
}  // namespace presshawk
