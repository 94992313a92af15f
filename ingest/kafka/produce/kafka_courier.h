// SPDX-License-Identifier: Apache-2.0
// Deliveries to Kafka topics (SPEC SEND-12): key = subscription id, value = the
// body, headers = CloudEvents 1.0 in binary mode, `ce_id` the delivery id.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "core/delivery/courier.h"
#include "core/delivery/open_attempts.h"
#include "ingest/kafka/produce/kafka_producer.h"

namespace presshawk {

// THREAD SAFETY. All of it. `done` is called on the producer's thread, or at
// once where the producer's queue is full (transient) or the record got through
// after its attempt had been given up.
//
// The producer tries until the broker takes a record, or refuses it for its
// size (kTooLarge). KafkaProducer::Health() says why records do not get
// through.
class KafkaCourier : public Courier, private RecordOwner {
 public:
  // `source` is `ce_source`, "/presshawk/GROUP". `producer` must live until
  // Stop() has returned, and the courier until the producer's end, as records
  // that were not acknowledged by then may still be.
  KafkaCourier(KafkaProducer* producer, std::string source)
      : producer_(producer), source_(std::move(source)) {}

  // To `receiver.topic`.
  void Send(const ReceiverOptions& receiver, AttemptRequest request,
            Done done) override;
  void Stop(absl::Time deadline) override;

 private:
  void OnDelivered(const ProducerRecord& record) override;
  TooLarge OnTooLarge(ProducerRecord* record) override;

  KafkaProducer* const producer_;
  const std::string source_;
  OpenAttempts attempts_;
};

}  // namespace presshawk
