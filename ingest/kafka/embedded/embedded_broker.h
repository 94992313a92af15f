// SPDX-License-Identifier: Apache-2.0
// A Kafka cluster inside this process, for `presshawk demo` and tests of
// faults: librdkafka's mock cluster, on loopback. It keeps at most 5 MB or
// 100,000 records a partition and drops the oldest beyond, so it is no place
// for data that matters, nor for benchmarks.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ingest/kafka/client/handles.h"

struct rd_kafka_mock_cluster_s;

namespace presshawk {

class EmbeddedBroker {
 public:
  static absl::StatusOr<std::unique_ptr<EmbeddedBroker>> Start(int brokers = 1);
  // Clients must be gone by then, or they look for it for ever.
  ~EmbeddedBroker();
  EmbeddedBroker(const EmbeddedBroker&) = delete;
  EmbeddedBroker& operator=(const EmbeddedBroker&) = delete;

  // For bootstrap.servers.
  std::string bootstrap_servers() const;
  absl::Status CreateTopic(const std::string& name, int partitions);

  // For tests: the next `count` Produce requests fail with `error`, one of
  // Kafka's protocol codes.
  void FailProduceRequests(int error, size_t count);
  // Fails produce requests to one topic until called with 0.
  void SetTopicError(const std::string& topic, int error);
  // Requests wait for a broker that is down.
  void SetBrokerDown(bool down);

 private:
  EmbeddedBroker() = default;
  KafkaHandle handle_;
  rd_kafka_mock_cluster_s* cluster_ = nullptr;
};

}  // namespace presshawk
