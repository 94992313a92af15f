// SPDX-License-Identifier: Apache-2.0
// What an administrator does to a topic while others use it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace presshawk {

// Returns when the broker's metadata no longer have it.
absl::Status DeleteTopic(const std::string& bootstrap_servers,
                         const std::string& topic);

// Gives the topic more partitions: `total` in all.
absl::Status AddPartitions(const std::string& bootstrap_servers,
                           const std::string& topic, size_t total);

// Cuts a partition's begin off: its first offset is `offset` from now on.
absl::Status DeleteRecordsBefore(const std::string& bootstrap_servers,
                                 const std::string& topic, int32_t partition,
                                 int64_t offset);

// Sets one configuration of a topic ("cleanup.policy", "delete").
absl::Status SetTopicConfig(const std::string& bootstrap_servers,
                            const std::string& topic, const std::string& name,
                            const std::string& value);

}  // namespace presshawk
