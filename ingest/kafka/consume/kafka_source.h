// A member of a Kafka consumer group as a Source: one per worker.
//
//   librdkafka ─prefetch─► consumer queue ─batch─► Poll() ─► worker
//                                │                             │
//                     rebalance, statistics,            OffsetTracker
//                     errors: handled in Poll()                │
//   group ◄──────────────── commit ◄──── Committable() ◄───────┘
//
// LIFE. Poll() and KeepAlive() join the group; Close() leaves it. What a batch
// holds are librdkafka's own messages, without a copy; a batch may outlive its
// source.
// THREAD SAFETY. Ready() and what reads state from any thread; all else from
// the worker's. ERRORS. Whatever heals by itself is
// logged and counted (KafkaEvents). After a fatal error of librdkafka, and
// when it has stopped answering itself (MemberHealth), the consumer is
// destroyed and made anew.
//
// Where the pitfalls of librdkafka are avoided: README.md.
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
#include "core/base/mutex.h"
#include "core/stream/byte_budget.h"
#include "core/stream/source.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/handles.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/client/rebootstrap.h"
#include "ingest/kafka/consume/commit_ledger.h"
#include "ingest/kafka/consume/consumer_lag.h"
#include "ingest/kafka/consume/member_health.h"
#include "ingest/kafka/consume/missing_topics.h"

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

struct KafkaCommitCounts {
  uint64_t repeats = 0;  // Positions asked for again, since the start.
  size_t overdue = 0;    // Partitions at the moment.
};

class KafkaSource : public Source {
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
  absl::Status Ready() const override ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Close() override;

  // Of the partitions assigned to this worker, a few seconds old at most.
  std::vector<PartitionLag> lags() const ABSL_LOCKS_EXCLUDED(mutex_);
  size_t assigned_partitions() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The assigned partitions with their lag, -1 where it is not known yet.
  std::vector<PartitionLag> assignment() const ABSL_LOCKS_EXCLUDED(mutex_);
  KafkaCommitCounts commits() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // A librdkafka consumer. The source and the batches that came out of it share
  // it, as it must be destroyed after their messages.
  struct Consumer;
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
  absl::Status Subscribe();
  // Leaves the group; what was fetched is dropped, the streams are forgotten.
  void Disconnect();
  void LeaveGroup();
  // A new consumer after a fatal error, at most once a second. False while
  // there is none.
  bool Recover() ABSL_LOCKS_EXCLUDED(mutex_);
  // Says when a problem begins, and when it is over.
  void LogHealth() ABSL_LOCKS_EXCLUDED(mutex_);

  // Takes what the queue has, at most `max`, into fetched_, and handles a
  // rebalance that came meanwhile. False when one did.
  bool Fetch(absl::Duration timeout, size_t max);
  void Take(KafkaMessage message);
  // Asks the broker about topics that may be gone.
  void CheckTopics() ABSL_LOCKS_EXCLUDED(mutex_);
  bool HasRoom() const;
  std::unique_ptr<MessageBatch> MakeBatch();
  // The stream that `offset` of a partition belongs to; null: not ours.
  Stream* StreamFor(std::string_view topic, int32_t partition, int64_t offset);
  void SetPaused(bool paused);

  void OnRebalance(int kind, rd_kafka_topic_partition_list_s* partitions);
  void HandleRebalance(int kind, rd_kafka_topic_partition_list_s* partitions);
  void Assign(rd_kafka_topic_partition_list_s* partitions);
  void Revoke(rd_kafka_topic_partition_list_s* partitions);
  void ForgetStream(StreamMap::iterator stream);
  void PublishAssignment(bool joined) ABSL_LOCKS_EXCLUDED(mutex_);

  // Asks for what is due, without waiting for an answer.
  void Commit() ABSL_LOCKS_EXCLUDED(mutex_);
  // Asks for all that is resolved, and waits until the group has it: at most
  // kSyncCommitTimeout.
  void CommitAndWait() ABSL_LOCKS_EXCLUDED(mutex_);
  void Ask(const std::vector<CommitLedger::Position>& positions);
  // Takes the answers that came; waits for one up to `timeout`.
  void TakeAnswers(absl::Duration timeout);
  // Gives the ledger what the tracker has released.
  void Resolve(absl::Time now);
  void PublishCommits(absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnCommitted(int error, rd_kafka_topic_partition_list_s* offsets)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void OnStatistics(std::string_view json) ABSL_LOCKS_EXCLUDED(mutex_);
  // Of the client as a whole.
  void OnClientError(int error, std::string_view text)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void OnError(int error, std::string_view text) ABSL_LOCKS_EXCLUDED(mutex_);

  const KafkaConsumerOptions options_;
  const uint64_t in_flight_bytes_max_;
  OffsetTracker* const tracker_;
  KafkaEvents* const events_;
  // Bytes of the batches that live; they may outlive this source.
  const std::shared_ptr<ByteBudget> in_flight_bytes_;

  std::shared_ptr<Consumer>
      consumer_;  // Null while recovering, and at the end.
  bool subscribed_ = false;
  bool closed_ = false;
  bool closing_ = false;  // Inside rd_kafka_consumer_close().
  bool paused_ = false;
  bool cooperative_ = true;
  bool fatal_ = false;
  bool fenced_ = false;
  absl::Time reconnect_at_ = absl::InfinitePast();
  int rebalance_kind_ = 0;  // Not 0: came during Fetch(), to be handled.
  KafkaPartitions rebalance_partitions_;
  StreamMap streams_;
  MissingTopics missing_topics_;
  Rebootstrap rebootstrap_;
  CommitLedger ledger_;               // Of the partitions in streams_.
  std::deque<KafkaMessage> fetched_;  // For the next batch.
  uint64_t fetched_bytes_ = 0;
  std::vector<rd_kafka_message_s*> raw_;  // Room for Fetch().
  absl::Time next_commit_ = absl::InfinitePast();
  absl::Time next_keep_alive_ = absl::InfinitePast();
  std::optional<MemberProblem> logged_problem_;

  mutable Mutex mutex_;
  MemberHealth health_ ABSL_GUARDED_BY(mutex_);
  KafkaCommitCounts commits_ ABSL_GUARDED_BY(mutex_);
  std::vector<TopicPartition> assigned_ ABSL_GUARDED_BY(mutex_);
  std::vector<PartitionLag> lags_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
