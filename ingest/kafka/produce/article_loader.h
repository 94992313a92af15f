// SPDX-License-Identifier: Apache-2.0
// Writes articles to a topic, keyed by their id: for `presshawk produce`, the
// demo and tests.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "core/stream/message.h"
#include "ingest/kafka/produce/kafka_producer.h"

namespace presshawk {

// Thread-safe. `producer` must outlive the loader.
class ArticleLoader : private RecordOwner {
 public:
  ArticleLoader(KafkaProducer* producer, std::string topic)
      : producer_(producer), topic_(std::move(topic)) {}

  // Queues one article; waits while the queue is full. An empty key is none:
  // the article then goes to any partition. False when `while_blocked` ended
  // the wait.
  bool Load(std::string_view key, std::string_view json,
            WhileBlocked while_blocked);
  // Returns when everything was acknowledged, or at `deadline`.
  void Flush(absl::Time deadline) { producer_->Flush(deadline); }
  absl::Status Health() const { return producer_->Health(); }

  uint64_t loaded() const { return loaded_; }        // Acknowledged.
  uint64_t too_large() const { return too_large_; }  // Refused for their size.

 private:
  void OnDelivered(const ProducerRecord& record) override;
  TooLarge OnTooLarge(ProducerRecord* record) override;

  KafkaProducer* const producer_;
  const std::string topic_;
  std::atomic<uint64_t> loaded_ = 0;
  std::atomic<uint64_t> too_large_ = 0;
};

}  // namespace presshawk
