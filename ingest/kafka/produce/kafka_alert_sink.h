// SPDX-License-Identifier: Apache-2.0
// Alerts to a Kafka topic: key = watch-list id, value = the alert, headers =
// CloudEvents 1.0 in binary mode, and the article's signature (SPEC ALERT-5).
// Retractions go to the topic beside it, with the article's id as the key
// (SPEC RETRACT-1).
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/matching/sinks.h"
#include "ingest/kafka/produce/kafka_producer.h"

namespace presshawk {

// The header whose value is the encoded Signature of the alert's article.
inline constexpr std::string_view kSignatureHeader = "presshawk-signature";

// Thread-safe. Sinks may share a producer; Flush() is then of all of them.
class KafkaAlertSink : public AlertSink, private RecordOwner {
 public:
  // Told of each answer: whether the broker took the alert, which is tried
  // again where it did not, and how long after Deliver(). On any thread, with a
  // lock of the producer held: it counts, and no more.
  using DeliveryObserver = std::function<void(bool delivered, absl::Duration)>;

  // `group` is the consumer group, for ce_source. `producer` must outlive the
  // sink, and the sink what it delivered: Flush() before its end.
  KafkaAlertSink(KafkaProducer* producer, std::string topic,
                 std::string_view group, DeliveryObserver observer = nullptr);

  std::string_view name() const override { return "kafka"; }
  bool carries_signatures() const override { return true; }
  bool carries_retractions() const override { return true; }
  bool Deliver(const AlertBatch& batch, WhileBlocked while_blocked) override;
  absl::Status Health() const override;
  void Flush(absl::Time deadline) override { producer_->Flush(deadline); }

 private:
  class RetractionOwner : public RecordOwner {
   public:
    void OnDelivered(const ProducerRecord& record) override;
    TooLarge OnTooLarge(ProducerRecord* record) override;
  };

  bool SendRetraction(const AlertBatch& batch,
                      const OutboundRetraction& retraction,
                      const std::string& detected_at,
                      WhileBlocked while_blocked);
  void OnDelivered(const ProducerRecord& record) override;
  void OnRefused(const ProducerRecord& record) override;
  TooLarge OnTooLarge(ProducerRecord* record) override;

  KafkaProducer* const producer_;
  const std::string topic_;
  const std::string retraction_topic_;
  const std::string source_;
  const DeliveryObserver observer_;
  RetractionOwner retractions_;
};

}  // namespace presshawk
