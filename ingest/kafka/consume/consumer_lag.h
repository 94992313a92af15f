// SPDX-License-Identifier: Apache-2.0
// How far a consumer is behind, from librdkafka's statistics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

namespace presshawk {

struct PartitionLag {
  std::string topic;
  int32_t partition = 0;
  // Messages between the end of the partition (last stable offset where there
  // are transactions) and the committed offset.
  int64_t lag = 0;
  int64_t end = -1;  // That end; -1: not known.
  // Every message before the end was given to the application.
  bool all_given = false;
  // When that was so the last time.
  absl::Time all_given_at = absl::InfinitePast();
  // How old the first message is that was not processed (record_ages.h); where
  // it is not known, nothing.
  std::optional<absl::Duration> oldest_age = std::nullopt;
  // Messages between the beginning of the partition and the committed offset:
  // what retention can still delete that was read. -1: not known.
  int64_t margin = -1;
};

// A broker of the cluster that the client has to do with.
struct BrokerState {
  std::string address;  // host:port
  bool is_up = false;   // It takes part: connected, and it has answered.
};

struct ConsumerStatistics {
  absl::Time time = absl::InfinitePast();  // Of the numbers, to the second.
  std::vector<PartitionLag> lags;
  std::string join_state;  // Of the group: "steady" when it has settled.
  bool coordinator_is_up = false;
  bool some_broker_is_up = false;
  std::vector<BrokerState> brokers;  // Without those never connected to.
};

// Reads the JSON of statistics.interval.ms; what it cannot read it leaves out.
//
// PITFALL 17: -1 and -1001 mean "unknown", and rows of partitions that were
// lost stay: only rows with fetch_state "active" count, and the caller keeps
// only its own partitions.
ConsumerStatistics ReadConsumerStatistics(std::string_view json);

}  // namespace presshawk
