// SPDX-License-Identifier: Apache-2.0
// What the Kafka clients of a process count.
#pragma once

#include <cstdint>
#include <vector>

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

// Writes the number of records of the watch-list topic that were ignored.
void WriteListTopicMetrics(uint64_t rejected_records, MetricWriter* writer);

}  // namespace presshawk
