// SPDX-License-Identifier: Apache-2.0
// One librdkafka consumer: what a group member and a reader of whole topics
// share.
//
//   broker ─► librdkafka ─► queue ─Poll()─┬─► OnMessage, OnMessageError
//                                         ├─► OnRebalance (a group's)
//                                         └─► OnClientError, OnStatistics
//
//   auto consumer = Consumer::Create(MakeReaderConf(options), events, &listener);
//   (*consumer)->Assign({{.topic = "articles", .partition = 0, .offset = 0}});
//   while (…) (*consumer)->Poll(absl::Milliseconds(100), 512);
//
// LIFE. Messages must be destroyed before their consumer (PITFALL 16): whoever
// keeps them shares the consumer. The listener must outlive it, or be taken off
// by Detach().
// THREAD SAFETY. None: one thread calls everything, and the listener is called
// on it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ingest/kafka/client/connection_errors.h"
#include "ingest/kafka/client/handles.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/client/partition_offset.h"

namespace presshawk {

// What a consumer hears while it is polled.
class ConsumerListener {
 public:
  virtual ~ConsumerListener() = default;
  // A record.
  virtual void OnMessage(KafkaMessage message) = 0;
  // An error of a topic or partition, or the end of a partition
  // (_PARTITION_EOF), where the configuration asks for that.
  virtual void OnMessageError(const rd_kafka_message_s& message) = 0;
  // The group gives partitions, which the listener takes by Take(), …
  virtual void OnAssign(const rd_kafka_topic_partition_list_s& /*partitions*/) {
  }
  // … and wants them back, which it gets by GiveBack(). `lost`: they belong to
  // another member already.
  virtual void OnRevoke(const rd_kafka_topic_partition_list_s& /*partitions*/,
                        bool /*lost*/) {}
  // The JSON of statistics.interval.ms.
  virtual void OnStatistics(std::string_view /*json*/) {}
  // An error of the client as a whole. It is counted already.
  virtual void OnClientError(int /*error*/, std::string_view /*text*/) {}
};

class Consumer : public ConnectionErrors {
 public:
  // `conf` as MakeConsumerConf() or MakeReaderConf() make it. `events` must
  // outlive it. What librdkafka refuses is kInvalidArgument in its words.
  static absl::StatusOr<std::shared_ptr<Consumer>> Create(
      absl::StatusOr<KafkaConf> conf, KafkaEvents* events,
      ConsumerListener* listener);
  ~Consumer() override;

  rd_kafka_s* handle() const { return handle_.get(); }

  // Joins the group, for these topics; `^…` is a pattern.
  absl::Status Subscribe(const std::vector<std::string>& topics);
  // Reads these partitions, outside of any group.
  absl::Status Assign(std::span<const PartitionOffset> offsets);

  // Waits up to `timeout` for something, and hands over what there is: at most
  // `max` messages, and a rebalance behind them. False when there was one.
  bool Poll(absl::Duration timeout, size_t max);

  // In OnAssign() and OnRevoke(), as the protocol of the group wants it.
  void Take(const rd_kafka_topic_partition_list_s& partitions);
  void GiveBack(const rd_kafka_topic_partition_list_s& partitions);
  // Whether the group moves some partitions, and not all at once.
  bool is_cooperative() const { return cooperative_; }

  // Where the group goes on in these partitions, with the offsets put in; those
  // that it has no position in, and all where nothing answers, are negative.
  KafkaPartitions Committed(const rd_kafka_topic_partition_list_s& partitions);
  // The first offset that the partition still has, as the last answer to a fetch
  // said; negative where none did.
  int64_t BeginOf(const std::string& topic, int32_t partition) const;

  // Fetches no more of these partitions, or again; their offsets do not matter.
  // PITFALL 13: pausing throws away what was prefetched.
  void SetPaused(std::span<const PartitionOffset> partitions, bool paused);

  // Counts and logs it, and notes whether the consumer can go on.
  void Report(int error, std::string_view text);
  // Asks librdkafka whether the consumer can go on: the message that tells of a
  // fatal error may be lost with the assignment, as when a static member is
  // fenced at its time-out.
  void NoteFatalError();
  // It cannot go on: only another one can help.
  bool is_fatal() const { return fatal_; }
  // Because another member took its group.instance.id.
  bool is_fenced() const { return fenced_; }

  // Leaves the group; OnRevoke() comes inside. False: the broker did not answer
  // within `timeout`, and the partitions move when the session times out.
  bool LeaveGroup(absl::Duration timeout);
  bool is_leaving() const { return leaving_; }
  // The listener hears no more.
  void Detach() { listener_ = nullptr; }

 private:
  Consumer(KafkaEvents* events, ConsumerListener* listener)
      : ConnectionErrors(events), listener_(listener) {}

  void OnError(int error, std::string_view text) override;
  void HandOver(KafkaMessage message);
  void OnRebalance(int kind, rd_kafka_topic_partition_list_s* partitions);
  void HandleRebalance(int kind,
                       const rd_kafka_topic_partition_list_s& partitions);
  void ReportAndDestroy(rd_kafka_error_s* error);

  ConsumerListener* listener_;  // Null: nobody hears any more.
  KafkaHandle handle_;
  KafkaQueue queue_;
  std::vector<rd_kafka_message_s*> raw_;  // Room for Poll().
  int rebalance_kind_ = 0;  // Not 0: came during Poll(), to be handled.
  KafkaPartitions rebalance_partitions_;
  bool cooperative_ = true;
  bool fatal_ = false;
  bool fenced_ = false;
  bool leaving_ = false;  // Inside LeaveGroup().
};

}  // namespace presshawk
