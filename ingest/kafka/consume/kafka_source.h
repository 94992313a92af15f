// SPDX-License-Identifier: Apache-2.0
// A member of a Kafka consumer group as a Source: one per worker.
//
//   Consumer ─OnMessage()─► fetched ─► Poll() ─► batch ─► worker
//      │  └─OnAssign(), OnRevoke()─► streams            │
//      │                                           OffsetTracker
//      └──────── Committer ◄── CommitLedger ◄── Committable() ◄┘
//
// LIFE. Poll() and KeepAlive() join the group; Close() leaves it. What a batch
// holds are librdkafka's own messages, without a copy; a batch may outlive its
// source.
// THREAD SAFETY. Ready() and what reads state from any thread (MemberReport);
// all else from the worker's.
// ERRORS. Whatever heals by itself is logged and counted (KafkaEvents). After a
// fatal error of librdkafka, and when it has stopped answering itself
// (MemberHealth), the consumer is destroyed and made anew.
//
// Where the pitfalls of librdkafka are avoided: README.md of ingest/kafka.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/stream/byte_budget.h"
#include "core/stream/source.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/handles.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/client/rebootstrap.h"
#include "ingest/kafka/consume/commit_ledger.h"
#include "ingest/kafka/consume/committer.h"
#include "ingest/kafka/consume/consumer.h"
#include "ingest/kafka/consume/member_report.h"
#include "ingest/kafka/consume/missing_topics.h"
#include "ingest/kafka/consume/record_ages.h"

namespace presshawk {

struct KafkaConsumerOptions {
  KafkaClientOptions client;
  std::vector<std::string> topics;
  std::string group;
  uint32_t worker = 0;  // 0 … client.workers - 1.
  absl::Duration commit_interval = absl::Seconds(1);
  // How long a revoke waits for the acknowledgements of its partitions.
  absl::Duration revoke_wait = absl::Seconds(5);
  size_t batch_messages_max = 512;
};

class KafkaSource : public Source, private ConsumerListener {
 public:
  // `tracker` (this worker's) and `events` must outlive the source.
  static absl::StatusOr<std::unique_ptr<KafkaSource>> Create(
      KafkaConsumerOptions options, OffsetTracker* tracker,
      KafkaEvents* events);
  ~KafkaSource() override;

  absl::StatusOr<std::unique_ptr<MessageBatch>> Poll(
      absl::Duration timeout) override;
  void KeepAlive() override;
  bool exhausted() const override { return false; }
  absl::Status Ready() const override { return report_.Ready(); }
  absl::Status Close() override;

  size_t assigned_partitions() const { return report_.assigned_partitions(); }
  // The assigned partitions, each with its lag, which is a few seconds old at
  // most, and -1 where it is not known yet, and with its oldest_age.
  std::vector<PartitionLag> assignment() const;
  KafkaCommitCounts commits() const { return report_.commits(); }
  // The brokers that it has to do with, a few seconds old at most.
  std::vector<BrokerState> brokers() const { return report_.brokers(); }

 private:
  friend class KafkaSourcePeer;  // A test that makes a partition go back.

  struct Stream {
    StreamId id{};
    int64_t next_offset = -1;  // Of the next message; -1: any.
  };
  // Finds a partition by string_view: no allocation for each message.
  struct PartitionLess {
    using is_transparent = void;
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return View(a) < View(b);
    }
    template <typename P>
    static std::pair<std::string_view, int32_t> View(const P& p) {
      return {p.first, p.second};
    }
  };
  using TopicPartition = std::pair<std::string, int32_t>;
  using StreamMap = std::map<TopicPartition, Stream, PartitionLess>;

  KafkaSource(KafkaConsumerOptions options, OffsetTracker* tracker,
              KafkaEvents* events);

  absl::Status Connect();
  // Leaves the group; what was fetched is dropped, the streams are forgotten.
  void Disconnect();
  // A new consumer after a fatal error, at most once a second. False while
  // there is none.
  bool Recover();
  void Log(KafkaLogLevel level, std::string_view text) const;

  // ConsumerListener.
  void OnMessage(KafkaMessage message) override;
  void OnMessageError(const rd_kafka_message_s& message) override;
  void OnAssign(const rd_kafka_topic_partition_list_s& partitions) override;
  void OnRevoke(const rd_kafka_topic_partition_list_s& partitions,
                bool lost) override;
  void OnStatistics(std::string_view json) override;
  void OnClientError(int error, std::string_view text) override;

  // Asks the broker about topics that may be gone.
  void CheckTopics();
  bool HasRoom() const;
  std::unique_ptr<MessageBatch> MakeBatch();
  // The stream that `offset` of a partition belongs to; null: not ours.
  Stream* StreamFor(std::string_view topic, int32_t partition, int64_t offset);
  // Counts and logs what the broker deleted before it was read, from `wanted`
  // on, if that is why it was not read.
  void SayWhatExpired(const TopicPartition& partition, int64_t wanted);
  // Whether the message lies before one of its partition that was taken.
  bool GoesBack(const rd_kafka_message_s& message) const;
  // Drops what was fetched of a partition and is in no batch yet.
  void DropFetched(const TopicPartition& partition);
  void SetPaused(bool paused);
  void ForgetStream(StreamMap::iterator stream);
  void PublishAssignment(bool joined);
  void PublishStreams();

  // Takes the answers that came, and asks for what is due.
  void Commit();
  // Asks for all that is resolved, and waits until the group has it: for
  // Committer::kWaitTimeout at most.
  void CommitAndWait();
  // Gives the ledger what the tracker has released.
  void Resolve(absl::Time now);

  const KafkaConsumerOptions options_;
  const uint64_t in_flight_bytes_max_;
  OffsetTracker* const tracker_;
  KafkaEvents* const events_;
  const std::string log_prefix_;  // "kafka: worker 0: "
  // Bytes of the batches that live; they may outlive this source.
  const std::shared_ptr<ByteBudget> in_flight_bytes_;

  // Null while recovering, and at the end. Batches share it.
  std::shared_ptr<Consumer> consumer_;
  std::optional<Committer> committer_;  // Of consumer_.
  bool subscribed_ = false;
  bool closed_ = false;
  bool paused_ = false;
  absl::Time reconnect_at_ = absl::InfinitePast();
  MissingTopics missing_topics_;
  Rebootstrap rebootstrap_;
  StreamMap streams_;
  CommitLedger ledger_;               // Of the partitions in streams_.
  std::deque<KafkaMessage> fetched_;  // For the next batch.
  uint64_t fetched_bytes_ = 0;
  absl::Time next_commit_ = absl::InfinitePast();
  absl::Time next_keep_alive_ = absl::InfinitePast();
  MemberReport report_;
  RecordAges ages_;
};

}  // namespace presshawk
