// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/rebootstrap.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include "absl/time/clock.h"
#include "ingest/kafka/embedded/embedded_broker.h"

namespace presshawk {
namespace {

constexpr int kLongMillis = 60'000;

// As a client is that has let go of all its brokers: it knows none.
class RebootstrapTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto broker = EmbeddedBroker::Start();
    ASSERT_TRUE(broker.ok()) << broker.status();
    broker_ = *std::move(broker);
    ASSERT_TRUE(broker_->CreateTopic("alerts", 1).ok());
    KafkaConf conf(rd_kafka_conf_new());
    rd_kafka_conf_set_log_cb(conf.get(), nullptr);
    auto client = NewProducer(std::move(conf));
    ASSERT_TRUE(client.ok()) << client.status();
    client_ = *std::move(client);
  }
  // Whether the broker has all records within `millis`.
  bool Flush(int millis) {
    return rd_kafka_flush(client_.get(), millis) == RD_KAFKA_RESP_ERR_NO_ERROR;
  }

  std::unique_ptr<EmbeddedBroker> broker_;
  KafkaHandle client_;
  const absl::Time now_ = absl::UnixEpoch();
};

TEST_F(RebootstrapTest, AClientWithoutBrokersGetsThemAndGoesOn) {
  ASSERT_EQ(rd_kafka_producev(client_.get(), RD_KAFKA_V_TOPIC("alerts"),
                              RD_KAFKA_V_KEY("k", 1), RD_KAFKA_V_END),
            RD_KAFKA_RESP_ERR_NO_ERROR);
  Rebootstrap rebootstrap(broker_->bootstrap_servers());
  rebootstrap.NoAnswer(client_.get(), now_);
  rebootstrap.NoAnswer(client_.get(), now_ + absl::Seconds(4));
  EXPECT_FALSE(Flush(100)) << "it is given time to connect by itself";
  rebootstrap.NoAnswer(client_.get(), now_ + absl::Seconds(5));
  EXPECT_TRUE(Flush(kLongMillis));
}

TEST_F(RebootstrapTest, AnAnswerBeginsTheWaitAnew) {
  ASSERT_EQ(rd_kafka_producev(client_.get(), RD_KAFKA_V_TOPIC("alerts"),
                              RD_KAFKA_V_KEY("k", 1), RD_KAFKA_V_END),
            RD_KAFKA_RESP_ERR_NO_ERROR);
  Rebootstrap rebootstrap(broker_->bootstrap_servers());
  rebootstrap.NoAnswer(client_.get(), now_);
  rebootstrap.Answered();
  rebootstrap.NoAnswer(client_.get(), now_ + absl::Seconds(5));
  EXPECT_FALSE(Flush(100));
  rebootstrap.NoAnswer(client_.get(), now_ + absl::Seconds(10));
  EXPECT_TRUE(Flush(kLongMillis));
}

}  // namespace
}  // namespace presshawk
