// SPDX-License-Identifier: Apache-2.0
// Reads a topic as somebody else's program would: to check what was written.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace presshawk {

struct ReadRecord {
  int32_t partition = 0;
  int64_t offset = 0;
  bool has_key = false;
  std::string key = {};
  bool has_value = false;
  std::string value = {};
  std::map<std::string, std::string> headers = {};
};

// Every record of `topic` up to its end at the time of the call, each partition
// in order.
absl::StatusOr<std::vector<ReadRecord>> ReadTopic(
    const std::string& bootstrap_servers, const std::string& topic);

// The offset that `group` committed, by partition; partitions without one are
// absent.
absl::StatusOr<std::map<int32_t, int64_t>> CommittedOffsets(
    const std::string& bootstrap_servers, const std::string& group,
    const std::string& topic);

}  // namespace presshawk
