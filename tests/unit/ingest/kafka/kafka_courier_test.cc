// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/produce/kafka_courier.h"

#include <condition_variable>
#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "core/base/mutex.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/embedded/embedded_broker.h"
#include "tests/support/topic_reader.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;

// Numbers of Kafka's protocol.
constexpr int kMessageTooLarge = 10;
constexpr int kTopicAuthorizationFailed = 29;

class KafkaCourierTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto broker = EmbeddedBroker::Start();
    ASSERT_TRUE(broker.ok()) << broker.status();
    broker_ = *std::move(broker);
    ASSERT_TRUE(broker_->CreateTopic("notifications", 1).ok());
    KafkaPropertyMap properties;
    properties["bootstrap.servers"] = broker_->bootstrap_servers();
    auto producer =
        KafkaProducer::Create({.properties = std::move(properties)}, &events_);
    ASSERT_TRUE(producer.ok()) << producer.status();
    producer_ = *std::move(producer);
    courier_ = std::make_unique<KafkaCourier>(producer_.get(), "/presshawk/g");
    receiver_.name = "lake";
    receiver_.kind = ReceiverKind::kKafka;
    receiver_.topic = "notifications";
  }
  void TearDown() override {
    producer_.reset();  // Before the courier, which owns its records.
  }
  void Send(const std::string& id) {
    courier_->Send(receiver_,
                   {.delivery = id,
                    .subscription = "politics-desk",
                    .type = "presshawk.alert.v1",
                    .body = StrCat("{\"delivery\":\"", id, "\"}"),
                    .at = absl::Now()},
                   [this](AttemptResult result) {
                     MutexLock lock(&mutex_);
                     results_.push_back(std::move(result));
                     changed_.notify_all();
                   });
  }
  AttemptResult WaitForResult(size_t number) {
    MutexLock lock(&mutex_);
    while (results_.size() < number) {
      lock.Wait(&changed_);
    }
    return results_[number - 1];
  }
  std::vector<ReadRecord> Read() {
    auto records = ReadTopic(broker_->bootstrap_servers(), "notifications");
    EXPECT_TRUE(records.ok()) << records.status();
    return records.ok() ? *records : std::vector<ReadRecord>();
  }

  KafkaEvents events_;
  std::unique_ptr<EmbeddedBroker> broker_;
  std::unique_ptr<KafkaCourier> courier_;
  std::unique_ptr<KafkaProducer> producer_;
  ReceiverOptions receiver_;
  Mutex mutex_;
  std::condition_variable changed_;
  std::vector<AttemptResult> results_ ABSL_GUARDED_BY(mutex_);
};

TEST_F(KafkaCourierTest, WritesARecordThatSaysWhatItIs) {
  Send("0123456789abcdef0123456789abcdef");
  EXPECT_EQ(WaitForResult(1).outcome, AttemptOutcome::kDelivered);
  const std::vector<ReadRecord> records = Read();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].key, "politics-desk");
  EXPECT_EQ(records[0].value,
            "{\"delivery\":\"0123456789abcdef0123456789abcdef\"}");
  EXPECT_THAT(records[0].headers,
              ::testing::UnorderedElementsAre(
                  ::testing::Pair("ce_specversion", "1.0"),
                  ::testing::Pair("ce_id", "0123456789abcdef0123456789abcdef"),
                  ::testing::Pair("ce_source", "/presshawk/g"),
                  ::testing::Pair("ce_type", "presshawk.alert.v1"),
                  ::testing::Pair("ce_subject", "politics-desk"),
                  ::testing::Pair("content-type", "application/json")));
}

TEST_F(KafkaCourierTest, WhatIsTooLargeIsSaid) {
  broker_->FailProduceRequests(kMessageTooLarge, 2);  // In bulk, and alone.
  Send("a");
  const AttemptResult result = WaitForResult(1);
  EXPECT_EQ(result.outcome, AttemptOutcome::kTooLarge);
  EXPECT_THAT(result.why, HasSubstr("topic notifications refuses"));
  EXPECT_TRUE(Read().empty());
}

TEST_F(KafkaCourierTest, ASecondAttemptWaitsForTheFirstRecord) {
  broker_->SetTopicError("notifications", kTopicAuthorizationFailed);
  Send("a");
  while (producer_->Health("notifications").ok()) {
    absl::SleepFor(absl::Milliseconds(5));
  }
  Send("a");  // The first attempt was given up as unknown.
  broker_->SetTopicError("notifications", 0);
  EXPECT_EQ(WaitForResult(1).outcome, AttemptOutcome::kDelivered);
  courier_->Stop(absl::InfiniteFuture());
  EXPECT_EQ(Read().size(), 1U);
  MutexLock lock(&mutex_);
  EXPECT_EQ(results_.size(), 1U);
}

TEST_F(KafkaCourierTest, AStopLeavesWhatIsNotThroughUnknown) {
  broker_->SetTopicError("notifications", kTopicAuthorizationFailed);
  Send("a");
  courier_->Stop(absl::Now());
  EXPECT_EQ(WaitForResult(1).outcome, AttemptOutcome::kUnknown);
}

}  // namespace
}  // namespace presshawk
