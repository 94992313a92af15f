// SPDX-License-Identifier: Apache-2.0
// The producer and its sinks, with the faults that only an in-process cluster
// can be told to make.
#include <atomic>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "core/alerts/shortened_alert.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"
#include "core/matching/article_batch.h"
#include "ingest/kafka/embedded/embedded_broker.h"
#include "ingest/kafka/produce/article_loader.h"
#include "ingest/kafka/produce/kafka_alert_sink.h"
#include "ingest/kafka/produce/kafka_dead_letter_sink.h"
#include "tests/support/topic_reader.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;

// Numbers of Kafka's protocol.
constexpr int kNotLeader = 6;
constexpr int kMessageTooLarge = 10;
constexpr int kTopicAuthorizationFailed = 29;
constexpr int kOutOfOrderSequence = 45;

bool Forever() { return true; }

// A batch of `count` messages, payload "payload <i>" unless set.
class FakeBatch : public MessageBatch {
 public:
  FakeBatch(StreamId stream, std::vector<std::string> payloads)
      : payloads_(std::move(payloads)) {
    for (size_t i = 0; i < payloads_.size(); ++i) {
      messages_.push_back({.payload = payloads_[i],
                           .key = "key",
                           .source = "articles",
                           .stream = stream,
                           .partition = 3,
                           .offset = static_cast<int64_t>(i),
                           .next = static_cast<int64_t>(i) + 1,
                           .from_kafka = true,
                           .traceparent = "00-abc-def-01",
                           .tracestate = "vendor=1"});
    }
  }
  ReplayHistory HistoryOf(uint32_t message) const override {
    return {{"replays", StrCat(message + 1)}, {"replay-reasons", "not_json"}};
  }

 private:
  const std::vector<std::string> payloads_;
};

class KafkaDeliveryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto broker = EmbeddedBroker::Start();
    ASSERT_TRUE(broker.ok()) << broker.status();
    broker_ = *std::move(broker);
    ASSERT_TRUE(broker_->CreateTopic("alerts", 1).ok());
    ASSERT_TRUE(broker_->CreateTopic("dead", 1).ok());
    MakeProducer({});
    stream_ = tracker_.NewStream();
  }
  void MakeProducer(KafkaPropertyMap properties) {
    properties["bootstrap.servers"] = broker_->bootstrap_servers();
    auto producer =
        KafkaProducer::Create({.properties = std::move(properties)}, &events_);
    ASSERT_TRUE(producer.ok()) << producer.status();
    producer_ = *std::move(producer);
    dead_letters_ =
        std::make_unique<KafkaDeadLetterSink>(producer_.get(), "dead");
    alerts_ = std::make_unique<KafkaAlertSink>(
        producer_.get(), "alerts", "g", [this](bool delivered, absl::Duration) {
          ++(delivered ? delivered_ : refused_);
        });
  }
  std::shared_ptr<ArticleBatch> Batch(std::vector<std::string> payloads) {
    return std::make_shared<ArticleBatch>(
        std::make_unique<FakeBatch>(stream_, std::move(payloads)), &tracker_,
        dead_letters_.get(), /*listener=*/nullptr);
  }
  // Delivers one alert for each message and resolves the worker's part.
  void DeliverAll(const std::shared_ptr<InFlightBatch>& batch,
                  const std::vector<std::string>& jsons) {
    std::vector<std::string> ids;
    std::vector<OutboundAlert> alerts;
    ids.reserve(jsons.size());
    for (uint32_t i = 0; i < jsons.size(); ++i) {
      batch->AddPending(i, 1);
      ids.push_back(StrCat("id", i));
      alerts.push_back({.id = ids.back(),
                        .watchlist_id = "list",
                        .json = jsons[i],
                        .traceparent = "00-abc-def-01",
                        .tracestate = "vendor=1",
                        .signature = signature_,
                        .message = i});
    }
    ASSERT_TRUE(
        alerts_->Deliver({.origin = batch,
                          .detected_at = absl::FromUnixMillis(1767322984678),
                          .alerts = alerts},
                         Forever));
    for (uint32_t i = 0; i < jsons.size(); ++i) {
      batch->Resolve(i);
    }
  }
  bool WaitResolved(absl::Duration timeout = absl::Seconds(30)) {
    return tracker_.WaitResolved({&stream_, 1}, absl::Now() + timeout);
  }
  std::vector<ReadRecord> Read(const std::string& topic) {
    auto records = ReadTopic(broker_->bootstrap_servers(), topic);
    EXPECT_TRUE(records.ok()) << records.status();
    return records.ok() ? *records : std::vector<ReadRecord>();
  }

  std::string signature_;  // Of every alert that is delivered.
  std::atomic<uint64_t> delivered_ = 0;
  std::atomic<uint64_t> refused_ = 0;
  KafkaEvents events_;
  std::unique_ptr<EmbeddedBroker> broker_;
  OffsetTracker tracker_;
  StreamId stream_{};
  std::unique_ptr<KafkaProducer> producer_;
  std::unique_ptr<KafkaDeadLetterSink> dead_letters_;
  std::unique_ptr<KafkaAlertSink> alerts_;
};

std::vector<std::string> Alerts(int count) {
  std::vector<std::string> alerts;
  for (int i = 0; i < count; ++i) {
    alerts.push_back(StrCat(R"({"schema":1,"id":"id)", i, R"("})"));
  }
  return alerts;
}

std::vector<std::string> Values(const std::vector<ReadRecord>& records) {
  std::vector<std::string> values;
  for (const ReadRecord& record : records) {
    values.push_back(record.value);
  }
  return values;
}

TEST_F(KafkaDeliveryTest, AlertsHaveTheirKeyAndCloudEventsHeaders) {
  const auto batch = Batch({"a"});
  DeliverAll(batch, Alerts(1));
  ASSERT_TRUE(WaitResolved());
  EXPECT_EQ(tracker_.Committable(stream_), 1);
  const auto records = Read("alerts");
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].key, "list");
  EXPECT_EQ(records[0].value, Alerts(1)[0]);
  const std::map<std::string, std::string> headers = {
      {"ce_specversion", "1.0"},
      {"ce_id", "id0"},
      {"ce_source", "/presshawk/g"},
      {"ce_type", "presshawk.alert.v1"},
      {"ce_time", "2026-01-02T03:03:04.678Z"},
      {"ce_subject", "list"},
      {"content-type", "application/json"},
      {"traceparent", "00-abc-def-01"},
      {"tracestate", "vendor=1"}};
  EXPECT_EQ(records[0].headers, headers);
}

TEST_F(KafkaDeliveryTest, TheSignatureIsABinaryHeader) {
  signature_ = std::string("\x01\x00\xFF\x0A", 4);
  const auto batch = Batch({"a"});
  DeliverAll(batch, Alerts(1));
  ASSERT_TRUE(WaitResolved());
  const auto records = Read("alerts");
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].headers.at("presshawk-signature"), signature_);
}

TEST_F(KafkaDeliveryTest, NothingIsResolvedBeforeTheBrokerAnswered) {
  broker_->SetBrokerDown(true);
  const auto batch = Batch({"a", "b"});
  DeliverAll(batch, Alerts(2));
  EXPECT_FALSE(WaitResolved(absl::Milliseconds(200)));
  EXPECT_EQ(tracker_.Committable(stream_), std::nullopt);
  broker_->SetBrokerDown(false);
  ASSERT_TRUE(WaitResolved());
  EXPECT_EQ(Values(Read("alerts")), Alerts(2));
}

TEST_F(KafkaDeliveryTest, RefusedAlertStaysQueuedAndShowsInHealth) {
  broker_->SetTopicError("alerts", kTopicAuthorizationFailed);
  const auto batch = Batch({"a"});
  DeliverAll(batch, Alerts(1));
  while (alerts_->Health().ok()) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  EXPECT_THAT(std::string(alerts_->Health().message()), HasSubstr("alerts"));
  // It alone is to blame, and each refusal is counted.
  EXPECT_TRUE(dead_letters_->Health().ok()) << dead_letters_->Health();
  EXPECT_FALSE(producer_->Health().ok());
  EXPECT_GT(refused_, 0U);
  EXPECT_EQ(delivered_, 0U);
  EXPECT_EQ(tracker_.Committable(stream_), std::nullopt);
  broker_->SetTopicError("alerts", 0);
  ASSERT_TRUE(WaitResolved());
  EXPECT_TRUE(alerts_->Health().ok()) << alerts_->Health();
  EXPECT_EQ(delivered_, 1U);
  EXPECT_EQ(Values(Read("alerts")), Alerts(1));
}

TEST_F(KafkaDeliveryTest, FatalErrorMakesANewProducerThatSendsAgainInOrder) {
  broker_->FailProduceRequests(kOutOfOrderSequence, 1);
  const auto batch = Batch({"a", "b", "c", "d", "e"});
  DeliverAll(batch, Alerts(5));
  ASSERT_TRUE(WaitResolved());
  EXPECT_EQ(Values(Read("alerts")), Alerts(5));
}

// What a broker does that has just made the topic: it refuses the first batch,
// writes the next one all the same, and librdkafka calls both delivered.
TEST_F(KafkaDeliveryTest, ALaterBatchDoesNotAnswerForOneThatWasRefused) {
  MakeProducer({{"batch.num.messages", "1"}});
  broker_->FailProduceRequests(kNotLeader, 1);
  DeliverAll(Batch({"a", "b", "c", "d", "e"}), Alerts(5));
  ASSERT_TRUE(WaitResolved());
  std::set<std::string> written;
  for (const ReadRecord& record : Read("alerts")) {
    written.insert(record.headers.at("ce_id"));
  }
  EXPECT_THAT(written,
              ::testing::ElementsAre("id0", "id1", "id2", "id3", "id4"));
}

TEST_F(KafkaDeliveryTest, BatchRefusedForItsSizeGoesOneByOneUnshortened) {
  broker_->FailProduceRequests(kMessageTooLarge, 1);
  const auto batch = Batch({"a", "b", "c"});
  DeliverAll(batch, Alerts(3));
  ASSERT_TRUE(WaitResolved());
  EXPECT_THAT(Values(Read("alerts")),
              ::testing::UnorderedElementsAreArray(Alerts(3)));
}

TEST_F(KafkaDeliveryTest, TooLargeAlertIsShortened) {
  broker_->FailProduceRequests(kMessageTooLarge, 2);  // In bulk, and alone.
  const auto batch = Batch({"a"});
  DeliverAll(batch, {R"({"schema":1,"hits":[{"term":"x"},{"term":"y"}],)"
                     R"("hit_count":2,"snippets":[{"text":"…"}],"z":1})"});
  ASSERT_TRUE(WaitResolved());
  EXPECT_THAT(Values(Read("alerts")),
              ::testing::ElementsAre(
                  R"({"schema":1,"hits":[{"term":"x"}],"hit_count":2,)"
                  R"("snippets":[],"z":1,"truncated":true})"));
}

TEST_F(KafkaDeliveryTest, AlertTooLargeEvenShortenedBecomesADeadLetter) {
  broker_->FailProduceRequests(kMessageTooLarge, 3);
  const auto batch = Batch({"the article"});
  DeliverAll(batch, {R"({"schema":1,"hits":[]})"});
  ASSERT_TRUE(WaitResolved());
  EXPECT_TRUE(Read("alerts").empty());
  const auto dead = Read("dead");
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead[0].value, "the article");
  EXPECT_EQ(dead[0].headers.at("reason"), "alert_too_large");
  EXPECT_THAT(dead[0].headers.at("detail"), HasSubstr("list"));
}

TEST_F(KafkaDeliveryTest, DeadLetterKeepsKeyBytesAndOrigin) {
  const std::string bytes("not \0 json \xff", 11);
  const auto batch = Batch({bytes});
  batch->AddPending(0, 1);
  ASSERT_TRUE(dead_letters_->Deliver(batch, 0, RejectReason::kNotUtf8,
                                     "byte 10", Forever));
  batch->Resolve(0);
  ASSERT_TRUE(WaitResolved());
  const auto dead = Read("dead");
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead[0].key, "key");
  EXPECT_EQ(dead[0].value, bytes);
  EXPECT_EQ(dead[0].headers.at("reason"), "not_utf8");
  EXPECT_EQ(dead[0].headers.at("detail"), "byte 10");
  EXPECT_EQ(dead[0].headers.at("topic"), "articles");
  EXPECT_EQ(dead[0].headers.at("partition"), "3");
  EXPECT_EQ(dead[0].headers.at("offset"), "0");
  EXPECT_EQ(dead[0].headers.at("traceparent"), "00-abc-def-01");
  EXPECT_EQ(dead[0].headers.at("tracestate"), "vendor=1");
  EXPECT_EQ(dead[0].headers.at("replays"), "1");
  EXPECT_EQ(dead[0].headers.at("replay-reasons"), "not_json");
  EXPECT_TRUE(dead[0].headers.contains("time"));
  EXPECT_FALSE(dead[0].headers.contains("truncated"));
}

TEST_F(KafkaDeliveryTest, DeadLetterOfAnEmptyValueIsNotADeletion) {
  const auto batch = Batch({""});
  batch->AddPending(0, 1);
  ASSERT_TRUE(dead_letters_->Deliver(batch, 0, RejectReason::kNotJson, "empty",
                                     Forever));
  batch->Resolve(0);
  ASSERT_TRUE(WaitResolved());
  const auto dead = Read("dead");
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_TRUE(dead[0].has_value);
  EXPECT_EQ(dead[0].value, "");
}

TEST_F(KafkaDeliveryTest, TooLargeDeadLetterIsCutWithSizeAndHash) {
  broker_->FailProduceRequests(kMessageTooLarge, 2);
  const std::string value(100'000, 'x');
  const auto batch = Batch({value});
  batch->AddPending(0, 1);
  ASSERT_TRUE(
      dead_letters_->Deliver(batch, 0, RejectReason::kNotJson, "x", Forever));
  batch->Resolve(0);
  ASSERT_TRUE(WaitResolved());
  const auto dead = Read("dead");
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead[0].value, value.substr(0, 65536));
  EXPECT_EQ(dead[0].headers.at("truncated"), "true");
  EXPECT_EQ(dead[0].headers.at("size"), "100000");
  Sha256 sha256;
  EXPECT_EQ(dead[0].headers.at("sha256"),
            HexPrefix(sha256.Add(value).Finish(), 32));
}

TEST_F(KafkaDeliveryTest, FullQueueWaitsAndAsks) {
  MakeProducer({{"queue.buffering.max.messages", "2"}});
  broker_->SetBrokerDown(true);
  ArticleLoader loader(producer_.get(), "alerts");
  EXPECT_TRUE(loader.Load("a", "1", Forever));
  EXPECT_TRUE(loader.Load("b", "2", Forever));
  int asked = 0;
  EXPECT_FALSE(loader.Load("c", "3", [&] { return ++asked < 3; }));
  EXPECT_EQ(asked, 3);
  broker_->SetBrokerDown(false);
  EXPECT_TRUE(loader.Load("d", "4", Forever));
  loader.Flush(absl::Now() + absl::Seconds(30));
  EXPECT_EQ(loader.loaded(), 3U);
  EXPECT_THAT(Values(Read("alerts")), ::testing::ElementsAre("1", "2", "4"));
}

TEST_F(KafkaDeliveryTest, ErrorsAreCountedByCode) {
  broker_->SetTopicError("alerts", kTopicAuthorizationFailed);
  const auto batch = Batch({"a"});
  DeliverAll(batch, Alerts(1));
  while (!events_.error_counts().contains("TOPIC_AUTHORIZATION_FAILED")) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  broker_->SetTopicError("alerts", 0);
  ASSERT_TRUE(WaitResolved());
}

TEST(ShortenedAlertTest, NoAlertGivesNothing) {
  EXPECT_EQ(ShortenedAlert("{"), "");
  EXPECT_EQ(ShortenedAlert("3"), "");
}

}  // namespace
}  // namespace presshawk
