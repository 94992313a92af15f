// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/kafka_source.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/client/handles.h"
#include "ingest/kafka/client/topics.h"
#include "ingest/kafka/embedded/embedded_broker.h"
#include "ingest/kafka/produce/article_loader.h"
#include "tests/support/topic_reader.h"

namespace presshawk {

class KafkaSourcePeer {
 public:
  // What was fetched and is in no batch yet.
  static const std::deque<KafkaMessage>& fetched(const KafkaSource& source) {
    return source.fetched_;
  }
  // The client goes on at `offset`, as after a reset of its position.
  static void Seek(const KafkaSource& source, int32_t partition,
                   int64_t offset) {
    const KafkaPartitions partitions(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(partitions.get(), "articles", partition)
        ->offset = offset;
    rd_kafka_error_t* const error = rd_kafka_seek_partitions(
        source.consumer_->handle(), partitions.get(), /*timeout_ms=*/10'000);
    EXPECT_EQ(error, nullptr) << rd_kafka_error_string(error);
    rd_kafka_error_destroy(error);
  }
};

namespace {

using ::testing::HasSubstr;

bool Forever() { return true; }

class KafkaSourceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto broker = EmbeddedBroker::Start();
    ASSERT_TRUE(broker.ok()) << broker.status();
    broker_ = *std::move(broker);
    ASSERT_TRUE(broker_->CreateTopic("articles", 2).ok());
    client_.properties["bootstrap.servers"] = broker_->bootstrap_servers();
    auto producer = KafkaProducer::Create(client_, &events_);
    ASSERT_TRUE(producer.ok()) << producer.status();
    producer_ = *std::move(producer);
  }
  void Load(int count, size_t padding = 0) {
    ArticleLoader loader(producer_.get(), "articles");
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(loader.Load(StrCat("k", i),
                              StrCat("value ", i, std::string(padding, '.')),
                              Forever));
    }
    loader.Flush(absl::Now() + absl::Seconds(30));
    ASSERT_EQ(loader.loaded(), static_cast<uint64_t>(count));
  }
  std::unique_ptr<KafkaSource> MakeSource() {
    auto source = KafkaSource::Create(
        {.client = client_, .topics = {"articles"}, .group = "desk"}, &tracker_,
        &events_);
    EXPECT_TRUE(source.ok()) << source.status();
    return source.ok() ? *std::move(source) : nullptr;
  }
  // Polls until `count` messages came; admitted, unresolved.
  std::vector<std::shared_ptr<InFlightBatch>> Take(KafkaSource* source,
                                                   size_t count) {
    std::vector<std::shared_ptr<InFlightBatch>> batches;
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    for (size_t taken = 0; taken < count && absl::Now() < deadline;) {
      auto batch = source->Poll(absl::Milliseconds(100));
      EXPECT_TRUE(batch.ok()) << batch.status();
      if (*batch != nullptr) {
        taken += (*batch)->messages().size();
        batches.push_back(
            std::make_shared<InFlightBatch>(*std::move(batch), &tracker_));
      }
    }
    return batches;
  }
  static void ResolveAll(
      const std::vector<std::shared_ptr<InFlightBatch>>& batches) {
    for (const auto& batch : batches) {
      for (uint32_t i = 0; i < batch->batch().messages().size(); ++i) {
        batch->Resolve(i);
      }
    }
  }
  int64_t CommittedSum() {
    auto offsets =
        CommittedOffsets(broker_->bootstrap_servers(), "desk", "articles");
    EXPECT_TRUE(offsets.ok()) << offsets.status();
    int64_t sum = 0;
    if (offsets.ok()) {
      for (const auto& [partition, offset] : *offsets) {
        sum += offset;
      }
    }
    return sum;
  }

  KafkaEvents events_;
  KafkaClientOptions client_;
  std::unique_ptr<EmbeddedBroker> broker_;
  std::unique_ptr<KafkaProducer> producer_;
  OffsetTracker tracker_;
};

TEST_F(KafkaSourceTest, GivesEachMessageWithItsPlace) {
  Load(50);
  const auto source = MakeSource();
  const auto batches = Take(source.get(), 50);
  std::set<std::string> values;
  for (const auto& batch : batches) {
    for (const Message& message : batch->batch().messages()) {
      values.emplace(message.payload);
      EXPECT_EQ(message.source, "articles");
      EXPECT_TRUE(message.from_kafka);
      EXPECT_FALSE(message.tombstone);
      EXPECT_EQ(message.next, message.offset + 1);
      EXPECT_EQ(StrCat("value ", message.key.substr(1)), message.payload);
    }
  }
  EXPECT_EQ(values.size(), 50U);
  EXPECT_TRUE(source->Ready().ok());
  EXPECT_EQ(source->assigned_partitions(), 2U);
  ResolveAll(batches);
}

TEST_F(KafkaSourceTest, CommitsOnlyWhatIsResolved) {
  Load(20);
  auto source = MakeSource();
  const auto batches = Take(source.get(), 20);
  EXPECT_EQ(tracker_.in_flight(), 20U);
  ASSERT_TRUE(source->Close().ok());
  EXPECT_EQ(CommittedSum(), 0);
  EXPECT_EQ(tracker_.counts().abandoned, 20U);
  ResolveAll(batches);  // Too late, and ignored.
  EXPECT_EQ(tracker_.counts().resolved(), 0U);

  source = MakeSource();  // All of them come again.
  const auto again = Take(source.get(), 20);
  ResolveAll(again);
  ASSERT_TRUE(source->Close().ok());
  EXPECT_EQ(CommittedSum(), 20);
}

// SPEC METRIC-5.
TEST_F(KafkaSourceTest, TheOldestRecordIsAsOldAsItsTimestamp) {
  const absl::Time begin = absl::Now();
  Load(20);
  const auto source = MakeSource();
  const auto oldest = [&] {
    absl::Duration age = -absl::Seconds(1);
    for (const PartitionLag& one : source->assignment()) {
      age = std::max(age, one.oldest_age.value_or(age));
    }
    return age;
  };
  const auto batches = Take(source.get(), 20);
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (oldest() < absl::Milliseconds(20) && absl::Now() < deadline) {
    source->KeepAlive();  // It grows while nothing is acknowledged.
  }
  const absl::Duration age = oldest();
  EXPECT_GE(age, absl::Milliseconds(20));
  EXPECT_LE(age, absl::Now() - begin + absl::Milliseconds(1));
  ResolveAll(batches);
  while (oldest() != absl::ZeroDuration() && absl::Now() < deadline) {
    ASSERT_TRUE(source->Poll(absl::Milliseconds(50)).ok());
  }
  EXPECT_EQ(oldest(), absl::ZeroDuration());
}

TEST_F(KafkaSourceTest, BatchesOutliveTheirSource) {
  Load(10);
  auto source = MakeSource();
  auto batches = Take(source.get(), 10);
  source.reset();
  EXPECT_THAT(std::string(batches[0]->batch().messages()[0].payload),
              HasSubstr("value"));
  batches.clear();
}

TEST_F(KafkaSourceTest, FetchesNoMoreWhileTheMemoryIsFull) {
  client_.fetch_memory_bytes = uint64_t{2} << 20;  // 1 MiB in flight.
  Load(40, 100'000);
  const auto source = MakeSource();
  auto first = Take(source.get(), 1);
  // Whatever comes until no more comes.
  int empty_polls = 0;
  while (empty_polls < 5) {
    auto batch = source->Poll(absl::Milliseconds(50));
    ASSERT_TRUE(batch.ok());
    if (*batch == nullptr) {
      ++empty_polls;
    } else {
      first.push_back(
          std::make_shared<InFlightBatch>(*std::move(batch), &tracker_));
    }
  }
  EXPECT_LT(tracker_.in_flight(), 40U);
  while (tracker_.counts().admitted < 40) {
    ResolveAll(first);
    first.clear();
    first = Take(source.get(), 1);
  }
  ResolveAll(first);
}

TEST_F(KafkaSourceTest, KeepAliveLosesNothing) {
  Load(30);
  const auto source = MakeSource();
  auto batches = Take(source.get(), 1);
  Load(30);
  const absl::Time until = absl::Now() + absl::Milliseconds(1200);
  while (absl::Now() < until) {
    source->KeepAlive();
    absl::SleepFor(absl::Milliseconds(10));
  }
  const auto rest = Take(source.get(), 60 - tracker_.counts().admitted);
  EXPECT_EQ(tracker_.counts().admitted, 60U);
  ResolveAll(batches);
  ResolveAll(rest);
}

// As when the log was cut, or the topic made anew.
TEST_F(KafkaSourceTest, APartitionThatGoesBackBeginsAnewBehindWhatWasFetched) {
  Load(20);
  const auto source = MakeSource();
  auto batches = Take(source.get(), 20);
  Load(1);
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (KafkaSourcePeer::fetched(*source).empty() && absl::Now() < deadline) {
    source->KeepAlive();
  }
  ASSERT_FALSE(KafkaSourcePeer::fetched(*source).empty());
  const int32_t partition =
      KafkaSourcePeer::fetched(*source).front()->partition;
  const int64_t last = KafkaSourcePeer::fetched(*source).front()->offset;
  KafkaSourcePeer::Seek(*source, partition, 0);
  const auto again = Take(source.get(), static_cast<size_t>(last) + 2);
  std::vector<int64_t> expected = {last};
  for (int64_t offset = 0; offset <= last; ++offset) {
    expected.push_back(offset);
  }
  std::vector<int64_t> offsets;
  std::set<StreamId> streams;
  for (const auto& batch : again) {
    for (const Message& message : batch->batch().messages()) {
      EXPECT_EQ(message.partition, partition);
      offsets.push_back(message.offset);
      streams.insert(message.stream);
    }
  }
  EXPECT_EQ(offsets, expected);
  EXPECT_EQ(streams.size(), 2U);
  // What was in flight of it comes again, and counts as abandoned.
  EXPECT_EQ(tracker_.counts().abandoned, static_cast<uint64_t>(last) + 1);
  ResolveAll(batches);
  ResolveAll(again);
  EXPECT_EQ(tracker_.in_flight(), 0U);
}

TEST_F(KafkaSourceTest, MissingTopicIsNamedWithWhatToDo) {
  const absl::Status status = CheckTopicsExist(
      client_, {"articles", "articels"}, absl::Seconds(10), &events_);
  EXPECT_THAT(std::string(status.message()),
              ::testing::AllOf(HasSubstr("\"articels\""), HasSubstr("create"),
                               ::testing::Not(HasSubstr("\"articles\""))));
  EXPECT_TRUE(
      CheckTopicsExist(client_, {"articles"}, absl::Seconds(10), &events_)
          .ok());
}

TEST_F(KafkaSourceTest, UnreachableBrokerIsSaid) {
  client_.properties["bootstrap.servers"] = "127.0.0.1:1";
  const absl::Status status = CheckTopicsExist(
      client_, {"articles"}, absl::Milliseconds(500), &events_);
  EXPECT_THAT(std::string(status.message()), HasSubstr("127.0.0.1:1"));
}

}  // namespace
}  // namespace presshawk
