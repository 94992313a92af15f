// SPDX-License-Identifier: Apache-2.0
// Where a new group begins, against a real broker.
#include "ingest/kafka/consume/start_positions.h"

#include <gmock/gmock.h>

#include "absl/time/clock.h"
#include "ingest/kafka/client/topics.h"
#include "tests/support/kafka_fixture.h"

namespace presshawk {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Pair;
using ::testing::SizeIs;

class StartPositionsTest : public KafkaTest {
 protected:
  TopicStart Settle(std::optional<StartPosition> begin) {
    auto starts = SettleStartPositions({.client = client_,
                                        .group = group_,
                                        .topics = {articles_},
                                        .begin = begin},
                                       absl::Seconds(60), &events_);
    EXPECT_TRUE(starts.ok()) << starts.status();
    return starts.ok() ? starts->front() : TopicStart();
  }
};

TEST_F(StartPositionsTest, LatestIsCommittedAtOnceAndOnlyForANewGroup) {
  Load(0, 40);
  EXPECT_EQ(Settle(std::nullopt).kind, TopicStart::Kind::kIsNew);
  const StartPosition latest = {.kind = StartPosition::Kind::kLatest};
  const TopicStart settled = Settle(latest);
  EXPECT_EQ(settled.kind, TopicStart::Kind::kSettled);
  EXPECT_THAT(settled.positions, SizeIs(4));
  EXPECT_EQ(CommittedSum(), 40);
  Load(40, 60);
  EXPECT_EQ(Settle(latest).kind, TopicStart::Kind::kGoesOn);
  EXPECT_EQ(CommittedSum(), 40);  // It stays where it was.
  auto member = Join();
  ASSERT_TRUE(WaitForCommitted(60)) << Describe(*member);
  member->worker->Stop();
  EXPECT_THAT(AlertCounts(), AllOf(SizeIs(20), Each(Pair(::testing::_, 1))));
}

TEST_F(StartPositionsTest, ATimeIsTheFirstArticleOfThenOrLater) {
  Load(0, 40);
  // Timestamps of Kafka are milliseconds.
  absl::SleepFor(absl::Milliseconds(5));
  const absl::Time then = absl::Now();
  absl::SleepFor(absl::Milliseconds(5));
  Load(40, 60);
  EXPECT_EQ(
      Settle(StartPosition{.kind = StartPosition::Kind::kTime, .time = then})
          .kind,
      TopicStart::Kind::kSettled);
  auto member = Join();
  ASSERT_TRUE(WaitForCommitted(60)) << Describe(*member);
  member->worker->Stop();
  EXPECT_THAT(AlertCounts(), AllOf(SizeIs(20), Each(Pair(::testing::_, 1))));
}

TEST_F(StartPositionsTest, MembersThatReadAlreadyAreNotMoved) {
  auto member = Join();
  ASSERT_TRUE(
      WaitFor([&] { return member->source->assigned_partitions() == 4; }));
  EXPECT_EQ(Settle(StartPosition{.kind = StartPosition::Kind::kLatest}).kind,
            TopicStart::Kind::kJoined);
  member->worker->Stop();
}

}  // namespace
}  // namespace presshawk
