// SPDX-License-Identifier: Apache-2.0
// Dead letters to a Kafka topic: the original key and bytes, and headers that
// say why and where from (SPEC KAFKA-9).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/matching/sinks.h"
#include "ingest/kafka/produce/kafka_producer.h"

namespace presshawk {

// Headers: reason, detail, topic (files: file and line), partition, offset,
// time; traceparent and tracestate where the message had them; the history of a
// message that was a dead letter before (core/stream/replay_history.h). Where
// the value is not whole: truncated "true", size, and sha256 where the whole
// was seen.
//
// What the topic refuses as too large is sent again with the first 64 KiB of
// the value. If that is refused too, it is tried until the topic takes it:
// Health() then says so.
//
// Thread-safe.
class KafkaDeadLetterSink : public DeadLetterSink, private RecordOwner {
 public:
  // `producer` must outlive the sink, and the sink what it delivered.
  KafkaDeadLetterSink(KafkaProducer* producer, std::string topic);

  bool Deliver(const std::shared_ptr<InFlightBatch>& origin, uint32_t message,
               RejectReason reason, std::string_view detail,
               WhileBlocked while_blocked) override;
  absl::Status Health() const override { return producer_->Health(topic_); }
  void Flush(absl::Time deadline) override { producer_->Flush(deadline); }

 private:
  void OnDelivered(const ProducerRecord& record) override;
  TooLarge OnTooLarge(ProducerRecord* record) override;

  KafkaProducer* const producer_;
  const std::string topic_;
};

}  // namespace presshawk
