// SPDX-License-Identifier: Apache-2.0
// Topics: whether they are there, and making them for the demo and for tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/client/metadata.h"

namespace presshawk {

struct TopicSpec {
  std::string name;
  int32_t partitions = 1;
  int32_t replication = 1;
  KafkaPropertyMap config = {};  // "cleanup.policy": "compact", …
};

// Those of `topics` that do not exist, in their order; kUnavailable when no
// broker answers within `timeout`. Names that begin with ^ are patterns and not
// looked for. `on_wait` as in FetchMetadata().
absl::StatusOr<std::vector<std::string>> FindMissingTopics(
    const KafkaClientOptions& options, const std::vector<std::string>& topics,
    absl::Duration timeout, KafkaEvents* events,
    const WaitObserver& on_wait = {});

// One line for each of `missing`, which says what to do; OK where it is empty.
absl::Status MissingTopicsError(const KafkaClientOptions& options,
                                const std::vector<std::string>& missing);

// Ok when all `topics` exist. Otherwise one line for each that does not, which
// says what to do; kUnavailable when no broker answers within `timeout`. Names
// that begin with ^ are patterns and not looked for.
absl::Status CheckTopicsExist(const KafkaClientOptions& options,
                              const std::vector<std::string>& topics,
                              absl::Duration timeout, KafkaEvents* events);

// Topics that exist already are left as they are.
absl::Status CreateTopics(const KafkaClientOptions& options,
                          const std::vector<TopicSpec>& topics,
                          absl::Duration timeout, KafkaEvents* events);

}  // namespace presshawk
