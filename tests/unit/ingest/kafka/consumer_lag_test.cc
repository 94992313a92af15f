#include "ingest/kafka/consumer_lag.h"

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
  EXPECT_EQ(statistics.lags[1].partition, 2);
  EXPECT_EQ(statistics.lags[1].lag, 25);  // Nothing committed: from its begin.
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
