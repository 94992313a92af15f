// SPDX-License-Identifier: Apache-2.0
// Writes to a topic as somebody else's program would: any key, no value.
#pragma once

#include <optional>
#include <string>

#include "ingest/kafka/produce/kafka_producer.h"

namespace presshawk {

// On a producer that must outlive it. NOT thread-safe.
class TopicWriter : private RecordOwner {
 public:
  TopicWriter(KafkaProducer* producer, std::string topic)
      : producer_(producer), topic_(std::move(topic)) {}

  // Nothing: null.
  void Write(const std::optional<std::string>& key,
             const std::optional<std::string>& value);
  // Everything is acknowledged when it returns.
  void Flush();

 private:
  void OnDelivered(const ProducerRecord&) override {}
  TooLarge OnTooLarge(ProducerRecord*) override { return TooLarge::kDrop; }

  KafkaProducer* const producer_;
  const std::string topic_;
};

}  // namespace presshawk
