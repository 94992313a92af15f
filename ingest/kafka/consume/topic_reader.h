// SPDX-License-Identifier: Apache-2.0
// The partitions of one topic, read outside of any group and without
// committing, each from a place to a place.
//
//   Begin() ─► Read() ─► OnRecord() … ─► done(): every partition is at its end
//
// ENDS. A partition is done when the position is at its end, or the client says
// that there is no more: what compaction or a transaction left out at the end
// never comes.
// THREAD SAFETY. None: one thread calls everything, and the handler is called
// on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ingest/kafka/client/handles.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/consume/consumer.h"

namespace presshawk {

class TopicReader : private ConsumerListener {
 public:
  struct Partition {
    int64_t next = 0;  // Offset of the next record.
    int64_t end = 0;   // Behind the last one that is wanted.
    bool done() const { return next >= end; }
  };
  class Handler {
   public:
    virtual ~Handler() = default;
    // Of a partition that Begin() named; it may be behind the partition's end.
    virtual void OnRecord(KafkaMessage message) = 0;
    // An error of a partition. It is not counted.
    virtual void OnReadError(const rd_kafka_message_s& /*message*/) {}
  };
  // How many records Read() hands over at most.
  static constexpr size_t kReadMax = 512;

  // `conf` as MakeReaderConf() makes it. `events` and `handler` must outlive
  // the reader.
  static absl::StatusOr<std::unique_ptr<TopicReader>> Create(
      absl::StatusOr<KafkaConf> conf, std::string topic, KafkaEvents* events,
      Handler* handler);

  // Reads these partitions, 0 … n - 1. With `follow` also those that are done,
  // and what comes behind their ends.
  absl::Status Begin(std::vector<Partition> partitions, bool follow);
  // Waits up to `timeout` for records.
  void Read(absl::Duration timeout) { consumer_->Poll(timeout, kReadMax); }

  // Every partition is at its end, or was.
  bool done() const;
  const std::vector<Partition>& partitions() const { return partitions_; }
  // For questions to the broker, and for errors of the connection.
  Consumer& consumer() const { return *consumer_; }

 private:
  TopicReader(std::string topic, Handler* handler)
      : topic_(std::move(topic)), handler_(handler) {}

  void OnMessage(KafkaMessage message) override;
  void OnMessageError(const rd_kafka_message_s& message) override;

  const std::string topic_;
  Handler* const handler_;
  std::vector<Partition> partitions_;
  std::shared_ptr<Consumer> consumer_;
};

}  // namespace presshawk
