// SPDX-License-Identifier: Apache-2.0
// Articles through a real Kafka, nothing going wrong: each once, all of them.
#include <gmock/gmock.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "tests/support/kafka_fixture.h"

namespace presshawk {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;

class KafkaFlowTest : public KafkaTest {};

TEST_F(KafkaFlowTest, EachArticleGivesItsAlertExactlyOnce) {
  Load(0, 5000);
  auto member = Join();
  ASSERT_TRUE(WaitFor([&] { return member->worker->messages() == 5000; }));
  member->worker->Stop();
  EXPECT_THAT(AlertCounts(), AllOf(SizeIs(5000), Each(Pair(::testing::_, 1))));
  EXPECT_EQ(CommittedSum(), 5000);
  EXPECT_EQ(member->tracker.counts().resolved(), 5000U);
  EXPECT_EQ(member->tracker.in_flight(), 0U);
}

TEST_F(KafkaFlowTest, StopInTheMiddleAndStartAgainLosesAndRepeatsNothing) {
  Load(0, 3000);
  auto first = Join();
  ASSERT_TRUE(WaitFor([&] { return first->worker->messages() > 100; }));
  first->worker->Stop();
  const uint64_t by_first = first->tracker.counts().resolved();
  EXPECT_EQ(CommittedSum(), static_cast<int64_t>(by_first));
  Load(3000, 4000);
  auto second = Join();
  ASSERT_TRUE(
      WaitFor([&] { return second->worker->messages() == 4000 - by_first; }));
  second->worker->Stop();
  EXPECT_THAT(AlertCounts(), AllOf(SizeIs(4000), Each(Pair(::testing::_, 1))));
}

TEST_F(KafkaFlowTest, MembersComeAndGoWithoutLossOrRepetition) {
  auto first = Join();
  Load(0, 1000);
  auto second = Join();
  Load(1000, 2000);
  ASSERT_TRUE(WaitFor([&] {
    return first->source->assigned_partitions() == 2 &&
           second->source->assigned_partitions() == 2;
  }));
  Load(2000, 3000);
  auto third = Join();
  Load(3000, 4000);
  first->worker->Stop();
  Load(4000, 5000);
  ASSERT_TRUE(WaitFor([&] {
    return second->source->assigned_partitions() +
               third->source->assigned_partitions() ==
           4;
  }));
  Load(5000, 6000);
  const auto done = [&] {
    return first->tracker.counts().resolved() +
               second->tracker.counts().resolved() +
               third->tracker.counts().resolved() >=
           6000;
  };
  ASSERT_TRUE(WaitFor(done));
  second->worker->Stop();
  third->worker->Stop();
  EXPECT_THAT(AlertCounts(), AllOf(SizeIs(6000), Each(Pair(::testing::_, 1))));
  EXPECT_EQ(CommittedSum(), 6000);
}

TEST_F(KafkaFlowTest, RangeAssignmentWorksToo) {
  const KafkaPropertyMap range = {{"partition.assignment.strategy", "range"}};
  auto first = Join(range);
  Load(0, 1000);
  auto second = Join(range);
  Load(1000, 2000);
  ASSERT_TRUE(WaitFor([&] {
    return first->source->assigned_partitions() == 2 &&
           second->source->assigned_partitions() == 2;
  }));
  Load(2000, 3000);
  ASSERT_TRUE(WaitFor([&] {
    return first->tracker.counts().resolved() +
               second->tracker.counts().resolved() >=
           3000;
  }));
  first->worker->Stop();
  second->worker->Stop();
  EXPECT_THAT(AlertCounts(), AllOf(SizeIs(3000), Each(Pair(::testing::_, 1))));
}

TEST_F(KafkaFlowTest, WorkerBeyondThePartitionsIsReadyAndIdle) {
  std::vector<std::unique_ptr<Member>> members;
  for (int i = 0; i < 5; ++i) {
    members.push_back(Join());
  }
  ASSERT_TRUE(WaitFor([&] {
    size_t partitions = 0;
    bool ready = true;
    for (const auto& member : members) {
      partitions += member->source->assigned_partitions();
      ready = ready && member->source->Ready().ok();
    }
    return partitions == 4 && ready;
  }));
  for (const auto& member : members) {
    member->worker->Stop();
  }
}

TEST_F(KafkaFlowTest, PoisonBetweenGoodOnesBecomesDeadLetters) {
  for (int i = 0; i < 50; ++i) {
    LoadOne(StrCat("good", i), StrCat("value of good", i));
    if (i % 10 == 0) {
      LoadOne(StrCat("bad", i), StrCat("bad bytes \xff\xfe ", i));
    }
  }
  auto member = Join();
  ASSERT_TRUE(
      WaitFor([&] { return member->tracker.counts().resolved() == 55; }));
  member->worker->Stop();
  EXPECT_THAT(AlertCounts(), SizeIs(50));
  const std::vector<ReadRecord> dead = Read(dead_);
  ASSERT_THAT(dead, SizeIs(5));
  for (const ReadRecord& letter : dead) {
    EXPECT_THAT(letter.value, HasSubstr("bad bytes \xff\xfe"));
    EXPECT_THAT(letter.key, HasSubstr("bad"));
    EXPECT_EQ(letter.headers.at("reason"), "not_json");
    EXPECT_EQ(letter.headers.at("topic"), articles_);
    EXPECT_TRUE(letter.headers.contains("partition"));
    EXPECT_TRUE(letter.headers.contains("offset"));
    EXPECT_TRUE(letter.headers.contains("time"));
  }
  EXPECT_EQ(CommittedSum(), 55);
}

TEST_F(KafkaFlowTest, LagIsReported) {
  Load(0, 100);
  auto member = Join({{"statistics.interval.ms", "200"}});
  ASSERT_TRUE(WaitFor([&] { return member->worker->messages() == 100; }));
  ASSERT_TRUE(WaitFor([&] {
    const std::vector<PartitionLag> lags = member->source->assignment();
    return lags.size() == 4 &&
           std::all_of(lags.begin(), lags.end(),
                       [](const PartitionLag& lag) { return lag.lag == 0; });
  }));
  member->worker->Hold(true);
  Load(100, 300);
  ASSERT_TRUE(WaitFor([&] {
    int64_t sum = 0;
    for (const PartitionLag& lag : member->source->assignment()) {
      sum += lag.lag;
    }
    return sum == 200;
  }));
  member->worker->Hold(false);
  member->worker->Stop();
}

TEST_F(KafkaFlowTest, AlertOverTheTopicsLimitIsShortenedAndItsNeighboursNot) {
  const std::string small_topic = StrCat(alerts_, ".small");
  ASSERT_TRUE(CreateTopics(client_,
                           {{.name = small_topic,
                             .config = {{"max.message.bytes", "3000"}}}},
                           absl::Seconds(30), &events_)
                  .ok());
  // lz4 would make the large alert small.
  client_.producer["compression.codec"] = "none";
  auto producer = KafkaProducer::Create(client_, &events_);
  ASSERT_TRUE(producer.ok());
  dead_letter_sink_ =
      std::make_unique<KafkaDeadLetterSink>(producer->get(), dead_);
  alert_sink_ =
      std::make_unique<KafkaAlertSink>(producer->get(), small_topic, group_);
  LoadOne("a", R"({"id":"a","hits":[1],"snippets":["kept"]})");
  LoadOne("b", StrCat(R"({"id":"b","hits":[1,2],"snippets":[")",
                      std::string(5000, 's'), R"("]})"));
  LoadOne("c", R"({"id":"c","hits":[1],"snippets":["kept"]})");
  LoadOne("d", StrCat(R"({"id":"d","hits":[")", std::string(5000, 'h'),
                      R"("],"snippets":[]})"));
  auto member = Join();
  EXPECT_TRUE(
      WaitFor([&] { return member->tracker.counts().resolved() == 4; }));
  member->worker->Stop();
  member.reset();
  std::map<std::string, std::string> alerts;
  for (const ReadRecord& alert : Read(small_topic)) {
    alerts[alert.headers.at("ce_id")] = alert.value;
  }
  EXPECT_THAT(alerts, SizeIs(3));
  EXPECT_EQ(alerts["a"], R"({"id":"a","hits":[1],"snippets":["kept"]})");
  EXPECT_EQ(alerts["b"],
            R"({"id":"b","hits":[1],"snippets":[],"truncated":true})");
  EXPECT_EQ(alerts["c"], R"({"id":"c","hits":[1],"snippets":["kept"]})");
  const std::vector<ReadRecord> dead = Read(dead_);
  ASSERT_THAT(dead, SizeIs(1));
  EXPECT_EQ(dead[0].key, "d");
  EXPECT_EQ(dead[0].headers.at("reason"), "alert_too_large");
}

TEST_F(KafkaFlowTest, UnknownPropertyIsAnErrorAtStart) {
  OffsetTracker tracker;
  KafkaClientOptions client = client_;
  client.consumer["fetch.wait.maximum"] = "1";
  const auto source = KafkaSource::Create(
      {.client = client, .topics = {articles_}, .group = group_}, &tracker,
      &events_);
  ASSERT_FALSE(source.ok());
  EXPECT_THAT(std::string(source.status().message()),
              HasSubstr("fetch.wait.maximum"));
}

}  // namespace
}  // namespace presshawk
