// SPDX-License-Identifier: Apache-2.0
// What a cluster has set for topics: asked once, for a check before a start.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

struct TopicLimits {
  std::string topic;
  size_t partitions = 0;
  size_t replicas = 0;  // Of the partition that has the fewest.
  // As the cluster has them; -1 where it does not say, or sets no limit.
  int64_t max_message_bytes = -1;
  int64_t retention_ms = -1;
  int64_t retention_bytes = -1;
  int64_t min_insync_replicas = -1;
  std::string cleanup_policy;  // "delete", "compact", "compact,delete".
};

struct ClusterLimits {
  std::vector<TopicLimits> topics;   // Of those that there are.
  std::vector<std::string> missing;  // In the order asked for.
};

// kUnavailable when no broker answers within `timeout`, and kPermissionDenied
// where this client may not read configurations.
absl::StatusOr<ClusterLimits> ReadTopicLimits(
    const KafkaClientOptions& options, const std::vector<std::string>& topics,
    absl::Duration timeout, KafkaEvents* events);

}  // namespace presshawk
