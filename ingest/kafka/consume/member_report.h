// SPDX-License-Identifier: Apache-2.0
// What a group member tells of itself to other threads: whether it is ready,
// its partitions, its lag and its commits.
//
//   polling thread ─On…()─► MemberReport ◄─ /readyz, metrics
//
// THREAD SAFETY. All of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/consume/commit_ledger.h"
#include "ingest/kafka/consume/consumer_lag.h"
#include "ingest/kafka/consume/member_health.h"
#include "ingest/kafka/consume/missing_topics.h"

namespace presshawk {

struct KafkaCommitCounts {
  uint64_t repeats = 0;  // Positions asked for again, since the start.
  size_t overdue = 0;    // Partitions at the moment.
  // Records that the broker deleted before they were read, since the start.
  uint64_t expired = 0;
};

class MemberReport {
 public:
  using TopicPartition = std::pair<std::string, int32_t>;

  explicit MemberReport(MemberHealth::Options options)
      : commits_overdue_(options.commits_overdue),
        health_(std::move(options)) {}

  // For other threads: why the member does no work, or OK.
  absl::Status Ready() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The assigned partitions with their lag, which is a few seconds old at most,
  // and -1 where it is not known yet.
  std::vector<PartitionLag> assignment() const ABSL_LOCKS_EXCLUDED(mutex_);
  size_t assigned_partitions() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The brokers that the client has to do with, a few seconds old at most.
  std::vector<BrokerState> brokers() const ABSL_LOCKS_EXCLUDED(mutex_);
  KafkaCommitCounts commits() const ABSL_LOCKS_EXCLUDED(mutex_);

  // For the polling thread.
  //
  // `joined`: it has its place in the group, with these partitions.
  void OnAssignment(bool joined, std::vector<TopicPartition> partitions,
                    const CommitLedger& ledger) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnCommits(const CommitLedger& ledger, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void OnCommitAnswer(bool confirmed, const CommitLedger& ledger,
                      absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);
  // The JSON of librdkafka. `holds_messages`: what the client gave is not all
  // in batches yet. Returns whether some broker is connected.
  bool OnStatistics(std::string_view json, bool holds_messages, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // An error of the client as a whole.
  void OnClientError(int error, std::string_view text, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void OnNoPosition(std::string_view topic, int32_t partition,
                    std::string_view text) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnTopics(const std::vector<MissingTopics::Answer>& answers,
                absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnFenced(absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);
  // So many records were deleted before they were read.
  void OnExpired(uint64_t records) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnReconnect() ABSL_LOCKS_EXCLUDED(mutex_);
  // Why only a new client can help, which is then to be made; empty: it need
  // not.
  std::string TakeReasonToReconnect(absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void KeepOwn(std::vector<PartitionLag>* lags) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Null: not known.
  const PartitionLag* FindLag(std::string_view topic, int32_t partition) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const absl::Duration commits_overdue_;
  mutable Mutex mutex_;
  MemberHealth health_ ABSL_GUARDED_BY(mutex_);
  KafkaCommitCounts commits_ ABSL_GUARDED_BY(mutex_);
  std::vector<TopicPartition> assigned_ ABSL_GUARDED_BY(mutex_);  // Sorted.
  std::vector<PartitionLag> lags_ ABSL_GUARDED_BY(mutex_);
  std::vector<BrokerState> brokers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
