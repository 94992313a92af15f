// SPDX-License-Identifier: Apache-2.0
// What the Kafka clients of a process count.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "core/metrics/metric_writer.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/consume/kafka_source.h"

namespace presshawk {

// Writes the errors that all clients reported.
void WriteKafkaErrorMetrics(const KafkaEvents& events, MetricWriter* writer);

// Writes the lag, the age of the oldest record and the commits of one consumer:
// KafkaSource::assignment() and commits(). A partition that two consumers name
// (while it moves) is shown once, with the larger numbers. What is not known is
// left out. Commits are added up.
void WriteConsumerMetrics(const std::vector<PartitionLag>& partitions,
                          const KafkaCommitCounts& commits,
                          MetricWriter* writer);

// Writes which brokers answer a consumer: KafkaSource::brokers(). A broker that
// several consumers name is up when it answers one of them.
void WriteBrokerMetrics(const std::vector<BrokerState>& brokers,
                        MetricWriter* writer);

// When the certificates in these files end. Files that have none are left out.
// Reads them at most once a minute. Thread-safe.
class CertificateMetrics {
 public:
  explicit CertificateMetrics(std::vector<std::string> files)
      : files_(std::move(files)) {}
  void Write(absl::Time now, MetricWriter* writer) const
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const std::vector<std::string> files_;
  mutable Mutex mutex_;
  mutable absl::Time read_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  mutable std::vector<std::pair<std::string, absl::Time>> ends_
      ABSL_GUARDED_BY(mutex_);
};

// Writes the number of records of the watch-list topic that were ignored.
void WriteListTopicMetrics(uint64_t rejected_records, MetricWriter* writer);

}  // namespace presshawk
