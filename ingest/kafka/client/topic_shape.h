// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ingest/kafka/client/handles.h"

namespace presshawk {

// Which topic a name stands for at the moment.
struct TopicShape {
  // The broker's own: a topic that is deleted and made again has another one.
  // Empty where the broker gives none.
  std::string id;
  size_t partitions = 0;
  friend bool operator==(const TopicShape&, const TopicShape&) = default;
};

// Asks the broker by `handle`. kNotFound: there is no such topic, or this
// client may not see it. kPermissionDenied: it may not read it. kUnavailable:
// there was no answer.
absl::StatusOr<TopicShape> DescribeTopic(rd_kafka_s* handle,
                                         const std::string& topic,
                                         absl::Duration timeout);

// The same of several topics with one question, in their order. The status of
// the whole: there was no answer.
absl::StatusOr<std::vector<absl::StatusOr<TopicShape>>> DescribeTopics(
    rd_kafka_s* handle, std::span<const std::string> topics,
    absl::Duration timeout);

// First and next offset of a partition, asked from its leader.
absl::StatusOr<std::pair<int64_t, int64_t>> QueryOffsets(
    rd_kafka_s* handle, const std::string& topic, int32_t partition,
    absl::Duration timeout);

}  // namespace presshawk
