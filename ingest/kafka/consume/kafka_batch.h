// SPDX-License-Identifier: Apache-2.0
// What a KafkaSource gives at once: librdkafka's own messages, without a copy.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/stream/byte_budget.h"
#include "core/stream/message.h"
#include "ingest/kafka/client/handles.h"

namespace presshawk {

// What a message takes: its bytes, and what librdkafka keeps beside them.
uint64_t KafkaMessageBytes(const rd_kafka_message_s& message);

// Thread-safe once it is filled. May outlive its source.
class KafkaBatch : public MessageBatch {
 public:
  // `consumer` owns the client that the messages came out of. `budget` counts
  // their bytes while this lives.
  KafkaBatch(std::shared_ptr<const void> consumer,
             std::shared_ptr<ByteBudget> budget, size_t messages_max);
  ~KafkaBatch() override;

  // `topic` is the client's name of it, which lives as long as the client.
  void Add(KafkaMessage owned, std::string_view topic, StreamId stream);
  ReplayHistory HistoryOf(uint32_t message) const override;

 private:
  // PITFALL 16: the messages are destroyed before the consumer.
  const std::shared_ptr<const void> consumer_;
  const std::shared_ptr<ByteBudget> budget_;
  uint64_t budget_bytes_ = 0;
  std::vector<KafkaMessage> owned_;
};

}  // namespace presshawk
