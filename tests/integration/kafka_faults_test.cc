// SPDX-License-Identifier: Apache-2.0
// Articles through a real Kafka while things break: none lost, and repeated
// only what was not committed.
#include <thread>

#include <gmock/gmock.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "tests/support/kafka_fixture.h"

namespace presshawk {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Ge;
using ::testing::Pair;
using ::testing::SizeIs;

class KafkaFaultsTest : public KafkaTest {};

TEST_F(KafkaFaultsTest, BrokerRestartUnderLoadLosesNothing) {
  auto member = Join();
  std::thread loading([&] { Load(0, 20000); });
  EXPECT_TRUE(WaitFor([&] { return member->worker->messages() > 500; }));
  ASSERT_TRUE(broker().Stop().ok());
  const absl::Status restarted = broker().Restart();
  loading.join();
  ASSERT_TRUE(restarted.ok()) << restarted;
  // Some are worked on twice: those resolved may be 20000 before all are.
  ASSERT_TRUE(WaitForCommitted(20000)) << Describe(*member);
  member->worker->Stop();
  EXPECT_THAT(AlertCounts(),
              AllOf(SizeIs(20000), Each(Pair(::testing::_, Ge(1)))));
  EXPECT_EQ(CommittedSum(), 20000);
}

TEST_F(KafkaFaultsTest, BrokerKilledUnderLoadLosesNothing) {
  auto member = Join();
  std::thread loading([&] { Load(0, 20000); });
  EXPECT_TRUE(WaitFor([&] { return member->worker->messages() > 500; }));
  broker().Kill();
  const absl::Status restarted = broker().Restart();
  loading.join();
  ASSERT_TRUE(restarted.ok()) << restarted;
  ASSERT_TRUE(WaitForCommitted(20000)) << Describe(*member);
  member->worker->Stop();
  EXPECT_THAT(AlertCounts(),
              AllOf(SizeIs(20000), Each(Pair(::testing::_, Ge(1)))));
}

TEST_F(KafkaFaultsTest, BrokerThatIsGoneAtStopIsNotWaitedForForEver) {
  auto member = Join();
  Load(0, 100);
  ASSERT_TRUE(WaitFor([&] { return member->worker->messages() == 100; }));
  broker().Kill();
  member->worker->Stop(absl::Seconds(2));
  ASSERT_TRUE(broker().Restart().ok());
}

TEST_F(KafkaFaultsTest, RevokeWaitsForWhatIsInFlight) {
  auto first = Join();
  ASSERT_TRUE(
      WaitFor([&] { return first->source->assigned_partitions() == 4; }));
  // The alerts of the first member cannot be acknowledged for a while: it must
  // not give its partitions away before they are.
  first->worker->Hold(true);
  Load(0, 400);
  ASSERT_TRUE(WaitFor([&] { return first->tracker.in_flight() > 0; }));
  auto second = Join();
  first->worker->Hold(false);
  ASSERT_TRUE(WaitFor([&] {
    return first->tracker.counts().resolved() +
               second->tracker.counts().resolved() >=
           400;
  }));
  ASSERT_TRUE(
      WaitFor([&] { return second->source->assigned_partitions() == 2; }));
  first->worker->Stop();
  second->worker->Stop();
  EXPECT_THAT(AlertCounts(), AllOf(SizeIs(400), Each(Pair(::testing::_, 1))));
}

TEST_F(KafkaFaultsTest, WorkerBlockedPastThePollIntervalStaysInItsGroup) {
  // Shorter than the block; the client only takes session time-out and more.
  const KafkaPropertyMap properties = {{"max.poll.interval.ms", "6000"},
                                       {"session.timeout.ms", "6000"}};
  auto member = Join(properties);
  member->worker->Hold(true);
  Load(0, 2000);
  ASSERT_TRUE(WaitFor([&] { return member->tracker.in_flight() > 0; }));
  absl::SleepFor(absl::Seconds(9));  // The time itself is what is tested.
  member->worker->Hold(false);
  ASSERT_TRUE(
      WaitFor([&] { return member->tracker.counts().resolved() == 2000; }));
  member->worker->Stop();
  EXPECT_THAT(AlertCounts(), AllOf(SizeIs(2000), Each(Pair(::testing::_, 1))));
  EXPECT_EQ(events_.error_counts().count("_MAX_POLL_EXCEEDED"), 0U);
}

TEST_F(KafkaFaultsTest, MemberThatLostItsGroupJoinsAgainAndLosesNothing) {
  const KafkaPropertyMap properties = {{"max.poll.interval.ms", "6000"},
                                       {"session.timeout.ms", "6000"}};
  OffsetTracker tracker;
  KafkaClientOptions client = client_;
  client.consumer = properties;
  auto made = KafkaSource::Create({.client = client,
                                   .topics = {articles_},
                                   .group = group_,
                                   .commit_interval = absl::Milliseconds(100)},
                                  &tracker, &events_);
  ASSERT_TRUE(made.ok());
  KafkaSource& source = **made;
  Load(0, 500);
  std::set<std::string> resolved;
  const auto poll = [&](bool resolve) {
    auto batch = source.Poll(absl::Milliseconds(50));
    ASSERT_TRUE(batch.ok());
    if (*batch == nullptr) {
      return;
    }
    InFlightBatch in_flight(*std::move(batch), &tracker);
    const auto messages = in_flight.batch().messages();
    for (uint32_t i = 0; resolve && i < messages.size(); ++i) {
      resolved.emplace(messages[i].key);
      in_flight.Resolve(i);
    }
  };
  while (tracker.in_flight() == 0) {
    poll(/*resolve=*/false);
  }
  absl::SleepFor(absl::Seconds(8));  // Without a poll: it is thrown out.
  ASSERT_TRUE(WaitFor([&] {
    poll(/*resolve=*/true);
    return resolved.size() == 500;
  }));
  EXPECT_GE(events_.error_counts()["_MAX_POLL_EXCEEDED"], 1U);
  ASSERT_TRUE(source.Close().ok());
  EXPECT_EQ(CommittedSum(), 500);
}

TEST_F(KafkaFaultsTest, StaticMemberThatWasFencedComesBack) {
  const KafkaPropertyMap properties = {{"session.timeout.ms", "6000"},
                                       {"group.instance.id", "same"}};
  auto member = Join(properties);
  ASSERT_TRUE(
      WaitFor([&] { return member->source->assigned_partitions() == 4; }));
  // While it goes without an answer from the broker, another one takes its
  // name.
  broker().Pause();
  absl::SleepFor(absl::Seconds(7));  // Over its session time-out.
  broker().Resume();
  {
    auto other = Join(properties);
    ASSERT_TRUE(WaitFor([&] { return events_.error_counts()["_FATAL"] > 0; }));
    other->worker->Stop();
  }
  Load(0, 500);
  ASSERT_TRUE(WaitFor([&] { return AlertCounts().size() == 500; }));
  member->worker->Stop();
  EXPECT_EQ(CommittedSum(), 500);
}

}  // namespace
}  // namespace presshawk
