// Writes to a topic as somebody else's program would: any key, no value, and
// what administrators do to topics.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "ingest/kafka/kafka_producer.h"

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

absl::Status DeleteTopic(const std::string& bootstrap_servers,
                         const std::string& topic);
// Cuts a partition's begin off: its first offset is `offset` from now on.
absl::Status DeleteRecordsBefore(const std::string& bootstrap_servers,
                                 const std::string& topic, int32_t partition,
                                 int64_t offset);

}  // namespace presshawk
