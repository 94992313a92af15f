// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/record_ages.h"

#include <gtest/gtest.h>

#include "ingest/kafka/consume/member_report.h"

namespace presshawk {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

int64_t MillisAgo(int64_t seconds) {
  return absl::ToUnixMillis(kNow - absl::Seconds(seconds));
}

TEST(RecordAgesTest, TheFirstRecordInFlightSaysWhenItWasWritten) {
  OffsetTracker tracker;
  const StreamId stream = tracker.NewStream();
  RecordAges ages(&tracker);
  ages.SetStreams({{{"articles", 3}, stream}});
  std::vector<PartitionLag> partitions = {{"articles", 3, 2}};
  const auto age = [&] {
    ages.AddTo(&partitions, kNow);
    return partitions.front().oldest_age;
  };
  EXPECT_EQ(age(), std::nullopt);  // Nothing is known.
  tracker.Admit(stream, 5, 6, MillisAgo(100));
  tracker.Admit(stream, 6, 7, MillisAgo(60));
  EXPECT_EQ(age(), absl::Seconds(100));
  tracker.Resolve(stream, 6);
  EXPECT_EQ(age(), absl::Seconds(100));
  tracker.Resolve(stream, 5);
  EXPECT_EQ(age(), std::nullopt);
  partitions.front().end = 7;
  EXPECT_EQ(age(), absl::ZeroDuration());
  tracker.Admit(stream, 7, 8);  // Without a time.
  EXPECT_EQ(age(), std::nullopt);
  tracker.Admit(stream, 8, 9, MillisAgo(-5));
  tracker.Resolve(stream, 7);
  EXPECT_EQ(age(), absl::ZeroDuration());  // Of a clock that is ahead.
}

TEST(RecordAgesTest, WhatIsNotFetchedIsNotOlderThanTheRecordBeforeIt) {
  const StreamProgress caught_up_to_7 = {.next = 7,
                                         .last_unix_millis = MillisAgo(3600)};
  PartitionLag partition = {.topic = "articles", .lag = 5, .end = 12};
  EXPECT_EQ(OldestAge(caught_up_to_7, partition, kNow), absl::Hours(1));
  // Nor than the last moment at which nothing waited: the record before may be
  // of yesterday.
  partition.all_given_at = kNow - absl::Seconds(20);
  EXPECT_EQ(OldestAge(caught_up_to_7, partition, kNow), absl::Seconds(20));
  partition.all_given = true;
  EXPECT_EQ(OldestAge(caught_up_to_7, partition, kNow), absl::ZeroDuration());
}

TEST(RecordAgesTest, AnOldStatisticDoesNotHoldWhatWasProcessedSince) {
  const PartitionLag partition = {.topic = "articles", .lag = 5, .end = 12};
  EXPECT_EQ(OldestAge({.next = 12, .last_unix_millis = MillisAgo(3)}, partition,
                      kNow),
            absl::ZeroDuration());
}

TEST(RecordAgesTest, TheLastMomentWithoutABacklogIsKept) {
  OffsetTracker tracker;
  CommitLedger ledger(absl::Seconds(1), absl::Seconds(1));
  MemberReport report({});
  report.OnAssignment(true, {{"articles", 0}}, ledger);
  const auto take = [&](int64_t time, int64_t end, int64_t waiting,
                        bool holds_messages) {
    report.OnStatistics(
        "{\"time\":" + std::to_string(time) +
            R"(,"topics":{"articles":{"partitions":{"0":{"partition":0,)"
            R"("fetch_state":"active","hi_offset":)" +
            std::to_string(end) +
            R"(,"ls_offset":-1001,"committed_offset":3,"next_offset":10,)"
            R"("fetchq_cnt":)" +
            std::to_string(waiting) + "}}}}}",
        holds_messages, absl::Now());
    return report.assignment().front();
  };
  PartitionLag row = take(100, 10, 0, false);
  EXPECT_TRUE(row.all_given);
  EXPECT_EQ(row.all_given_at, absl::FromUnixSeconds(100));
  EXPECT_EQ(row.lag, 7);
  EXPECT_EQ(row.end, 10);
  row = take(105, 11, 0, false);  // One more came.
  EXPECT_FALSE(row.all_given);
  EXPECT_EQ(row.all_given_at, absl::FromUnixSeconds(100));
  EXPECT_FALSE(take(110, 10, 1, false).all_given);  // One waits in the client.
  EXPECT_FALSE(take(115, 10, 0, true).all_given);   // One waits in the source.
  EXPECT_EQ(take(120, 3, 1, true).all_given_at, absl::FromUnixSeconds(120));
}

}  // namespace
}  // namespace presshawk
