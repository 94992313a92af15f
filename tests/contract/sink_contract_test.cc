// SPDX-License-Identifier: Apache-2.0
// What every AlertSink promises (core/matching/sinks.h), asked of
// each.
#include <filesystem>
#include <memory>
#include <set>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "core/matching/article_batch.h"
#include "core/matching/article_outcome.h"
#include "ingest/file/file_alert_sink.h"
#include "ingest/file/file_dead_letter_sink.h"
#include "ingest/kafka/embedded/embedded_broker.h"
#include "ingest/kafka/produce/kafka_alert_sink.h"
#include "ingest/kafka/produce/kafka_dead_letter_sink.h"
#include "tests/support/child_process.h"
#include "tests/support/topic_reader.h"

namespace presshawk {
namespace {

using ::testing::SizeIs;

bool Forever() { return true; }

class PlainBatch : public MessageBatch {
 public:
  PlainBatch(StreamId stream, int64_t first, size_t count) {
    for (size_t i = 0; i < count; ++i) {
      Message& message = messages_.emplace_back();
      message.payload = "{\"broken\":";
      message.key = "key";
      message.source = "articles";
      message.stream = stream;
      message.partition = 0;
      message.from_kafka = true;
      message.offset = first + static_cast<int64_t>(i);
      message.next = message.offset + 1;
    }
  }
};

// A sink with its destination.
class Destination {
 public:
  virtual ~Destination() = default;
  virtual AlertSink* alerts() = 0;
  virtual DeadLetterSink* dead_letters() = 0;
  virtual std::vector<std::string> ReadAlerts() = 0;
  virtual size_t CountDeadLetters() = 0;
};

class FileDestination : public Destination {
 public:
  FileDestination()
      : alerts_(*FileAlertSink::Open((folder_.path() / "alerts").string())),
        dead_(*FileDeadLetterSink::Open((folder_.path() / "dead").string())) {}
  AlertSink* alerts() override { return alerts_.get(); }
  DeadLetterSink* dead_letters() override { return dead_.get(); }
  std::vector<std::string> ReadAlerts() override { return Lines("alerts"); }
  size_t CountDeadLetters() override { return Lines("dead").size(); }

 private:
  std::vector<std::string> Lines(const std::string& name) const {
    std::istringstream text(ReadWholeFile(folder_.path() / name));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
      lines.push_back(line);
    }
    return lines;
  }
  TemporaryFolder folder_;
  std::unique_ptr<FileAlertSink> alerts_;
  std::unique_ptr<FileDeadLetterSink> dead_;
};

class KafkaDestination : public Destination {
 public:
  KafkaDestination() : broker_(*EmbeddedBroker::Start()) {
    EXPECT_TRUE(broker_->CreateTopic("alerts", 1).ok());
    EXPECT_TRUE(broker_->CreateTopic("dead", 1).ok());
    KafkaClientOptions options;
    options.properties["bootstrap.servers"] = broker_->bootstrap_servers();
    producer_ = *KafkaProducer::Create(options, &events_);
    alerts_ = std::make_unique<KafkaAlertSink>(producer_.get(), "alerts", "g");
    dead_ = std::make_unique<KafkaDeadLetterSink>(producer_.get(), "dead");
  }
  ~KafkaDestination() override { producer_.reset(); }
  AlertSink* alerts() override { return alerts_.get(); }
  DeadLetterSink* dead_letters() override { return dead_.get(); }
  std::vector<std::string> ReadAlerts() override {
    std::vector<std::string> values;
    const auto records = ReadTopic(broker_->bootstrap_servers(), "alerts");
    EXPECT_TRUE(records.ok());
    for (const ReadRecord& record : *records) {
      values.push_back(record.value);
    }
    return values;
  }
  size_t CountDeadLetters() override {
    return ReadTopic(broker_->bootstrap_servers(), "dead")->size();
  }

 private:
  KafkaEvents events_;
  std::unique_ptr<EmbeddedBroker> broker_;
  std::unique_ptr<KafkaAlertSink> alerts_;
  std::unique_ptr<KafkaDeadLetterSink> dead_;
  std::unique_ptr<KafkaProducer> producer_;
};

struct Kind {
  const char* name;
  std::unique_ptr<Destination> (*make)();
};

class SinkContractTest : public ::testing::TestWithParam<Kind> {
 protected:
  SinkContractTest()
      : destination_(GetParam().make()), stream_(tracker_.NewStream()) {}

  // A batch of messages with `alerts` alerts each, handed over; the worker's
  // own acknowledgement given.
  void Deliver(OffsetTracker* tracker, StreamId stream, int64_t first,
               size_t messages, size_t alerts) {
    const auto batch = std::make_shared<InFlightBatch>(
        std::make_unique<PlainBatch>(stream, first, messages), tracker);
    std::vector<std::string> json;
    for (size_t i = 0; i < messages * alerts; ++i) {
      json.push_back(
          StrCat("{\"n\":", static_cast<uint64_t>(first), ",\"i\":", i, "}"));
    }
    std::vector<OutboundAlert> outbound;
    for (size_t i = 0; i < json.size(); ++i) {
      const auto message = static_cast<uint32_t>(i / alerts);
      batch->AddPending(message, 1);
      outbound.push_back({.id = "0123456789abcdef0123456789abcdef",
                          .watchlist_id = "list",
                          .json = json[i],
                          .traceparent = {},
                          .tracestate = {},
                          .message = message});
    }
    if (!outbound.empty()) {
      ASSERT_TRUE(destination_->alerts()->Deliver(
          {.origin = batch, .detected_at = absl::Now(), .alerts = outbound},
          Forever));
    }
    for (uint32_t i = 0; i < messages; ++i) {
      batch->Resolve(i);
    }
  }

  OffsetTracker tracker_;
  const std::unique_ptr<Destination> destination_;
  const StreamId stream_;
};

TEST_P(SinkContractTest, EachAlertIsThereOnceWhenItsMessageIsResolved) {
  Deliver(&tracker_, stream_, 0, 10, 3);
  ASSERT_TRUE(tracker_.WaitAllResolved(absl::Now() + absl::Minutes(1)));
  EXPECT_EQ(tracker_.Committable(stream_), 10);
  const std::vector<std::string> alerts = destination_->ReadAlerts();
  EXPECT_THAT(alerts, SizeIs(30));
  EXPECT_THAT(std::set<std::string>(alerts.begin(), alerts.end()), SizeIs(30));
  EXPECT_EQ(CountArticles(tracker_.counts()).processed, 10U);
  EXPECT_TRUE(destination_->alerts()->Health().ok());
}

TEST_P(SinkContractTest, MessagesWithoutAlertsAreResolvedAtOnce) {
  Deliver(&tracker_, stream_, 0, 10, 0);
  EXPECT_EQ(tracker_.Committable(stream_), 10);
}

TEST_P(SinkContractTest, FlushReturnsWhenAllIsAcknowledged) {
  Deliver(&tracker_, stream_, 0, 1000, 1);
  destination_->alerts()->Flush(absl::Now() + absl::Minutes(1));
  EXPECT_EQ(tracker_.in_flight(), 0U);
  EXPECT_THAT(destination_->ReadAlerts(), SizeIs(1000));
}

TEST_P(SinkContractTest, ManyWorkersMayDeliver) {
  std::vector<std::unique_ptr<OffsetTracker>> trackers;
  std::vector<std::thread> workers;
  for (int64_t worker = 0; worker < 4; ++worker) {
    trackers.push_back(std::make_unique<OffsetTracker>());
    workers.emplace_back([this, worker, tracker = trackers.back().get()] {
      const StreamId stream = tracker->NewStream();
      for (int64_t i = 0; i < 20; ++i) {
        Deliver(tracker, stream, worker * 1'000'000 + i * 50, 50, 1);
      }
    });
  }
  for (std::thread& worker : workers) {
    worker.join();
  }
  for (const auto& tracker : trackers) {
    EXPECT_TRUE(tracker->WaitAllResolved(absl::Now() + absl::Minutes(1)));
  }
  const std::vector<std::string> alerts = destination_->ReadAlerts();
  EXPECT_THAT(std::set<std::string>(alerts.begin(), alerts.end()),
              SizeIs(4000));
}

TEST_P(SinkContractTest, ADeadLetterTakesThePlaceOfTheWorkersAcknowledgement) {
  const auto batch = std::make_shared<ArticleBatch>(
      std::make_unique<PlainBatch>(stream_, 0, 2), &tracker_,
      destination_->dead_letters(), /*listener=*/nullptr);
  batch->MarkRejected(0, RejectReason::kNotJson);
  ASSERT_TRUE(destination_->dead_letters()->Deliver(
      batch, 0, RejectReason::kNotJson, "unclosed", Forever));
  batch->Resolve(1);
  ASSERT_TRUE(tracker_.WaitAllResolved(absl::Now() + absl::Minutes(1)));
  EXPECT_EQ(tracker_.Committable(stream_), 2);
  EXPECT_EQ(destination_->CountDeadLetters(), 1U);
  const ArticleCounts counts = CountArticles(tracker_.counts());
  EXPECT_EQ(counts.processed, 1U);
  EXPECT_EQ(counts.rejected[static_cast<size_t>(RejectReason::kNotJson)], 1U);
}

INSTANTIATE_TEST_SUITE_P(
    Sinks, SinkContractTest,
    ::testing::Values(Kind{"file",
                           []() -> std::unique_ptr<Destination> {
                             return std::make_unique<FileDestination>();
                           }},
                      Kind{"kafka",
                           []() -> std::unique_ptr<Destination> {
                             return std::make_unique<KafkaDestination>();
                           }}),
    [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace presshawk
