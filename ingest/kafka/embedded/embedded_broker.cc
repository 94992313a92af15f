// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/embedded/embedded_broker.h"

#include <vector>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// Number of the Produce request in Kafka's protocol.
constexpr int16_t kProduceApi = 0;

}  // namespace

absl::StatusOr<std::unique_ptr<EmbeddedBroker>> EmbeddedBroker::Start(
    int brokers) {
  std::unique_ptr<EmbeddedBroker> broker(new EmbeddedBroker());
  KafkaConf conf(rd_kafka_conf_new());
  rd_kafka_conf_set(conf.get(), "client.id", "presshawk-embedded", nullptr, 0);
  // It has no broker to connect to, and would say so.
  rd_kafka_conf_set_log_cb(conf.get(), nullptr);
  absl::StatusOr<KafkaHandle> handle = NewProducer(std::move(conf));
  if (!handle.ok()) {
    return handle.status();
  }
  broker->handle_ = *std::move(handle);
  broker->cluster_ = rd_kafka_mock_cluster_new(broker->handle_.get(), brokers);
  if (broker->cluster_ == nullptr) {
    return absl::InternalError(
        "embedded broker: cannot listen on the loopback interface");
  }
  rd_kafka_mock_group_initial_rebalance_delay_ms(broker->cluster_, 0);
  return broker;
}

EmbeddedBroker::~EmbeddedBroker() {
  if (cluster_ != nullptr) {
    rd_kafka_mock_cluster_destroy(cluster_);
  }
}

std::string EmbeddedBroker::bootstrap_servers() const {
  return rd_kafka_mock_cluster_bootstraps(cluster_);
}

absl::Status EmbeddedBroker::CreateTopic(const std::string& name,
                                         int partitions) {
  const rd_kafka_resp_err_t error = rd_kafka_mock_topic_create(
      cluster_, name.c_str(), partitions, /*replication_factor=*/1);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return absl::InternalError(
        StrCat("embedded broker: topic ", name, ": ", rd_kafka_err2str(error)));
  }
  return absl::OkStatus();
}

void EmbeddedBroker::FailProduceRequests(int error, size_t count) {
  const std::vector<rd_kafka_resp_err_t> errors(
      count, static_cast<rd_kafka_resp_err_t>(error));
  rd_kafka_mock_push_request_errors_array(cluster_, kProduceApi, count,
                                          errors.data());
}

void EmbeddedBroker::SetTopicError(const std::string& topic, int error) {
  rd_kafka_mock_topic_set_error(cluster_, topic.c_str(),
                                static_cast<rd_kafka_resp_err_t>(error));
}

void EmbeddedBroker::SetBrokerDown(bool down) {
  if (down) {
    rd_kafka_mock_broker_set_down(cluster_, 1);
  } else {
    rd_kafka_mock_broker_set_up(cluster_, 1);
  }
}

}  // namespace presshawk
