// SPDX-License-Identifier: Apache-2.0
// Where a group begins that is new to a topic.
//
//   auto starts = SettleStartPositions({.client = client,
//                                       .group = "presshawk",
//                                       .topics = {"articles"},
//                                       .begin = StartPosition{}},
//                                      absl::Seconds(15), &events);
//
// A group is new to a topic while it has a position in none of its partitions.
// Then the position of each partition is committed at once, before anybody
// fetches: so a member that dies before its first commit, or a partition that
// moves, begins at the same place, and a partition that is added later, which
// has no position, is read from its beginning (auto.offset.reset: earliest).
// Kafka takes such a commit only while the group has no members: of several
// instances that start at once, one settles it for all.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/client/partition_offset.h"

namespace presshawk {

struct StartPosition {
  enum class Kind { kEarliest, kLatest, kTime };
  Kind kind = Kind::kEarliest;
  absl::Time time = {};  // kTime: at the first record of then or later.
};

struct StartQuestion {
  KafkaClientOptions client;
  std::string group;
  std::vector<std::string> topics;
  // Nothing: it is only asked whether the group is new.
  std::optional<StartPosition> begin;
};

// What was found about one topic.
struct TopicStart {
  enum class Kind {
    kGoesOn,   // The group has positions.
    kIsNew,    // It has none, and none was to be committed.
    kSettled,  // It had none, and was given `positions`.
    kJoined,   // It has none, and members that read it already.
  };
  std::string topic;
  Kind kind = Kind::kGoesOn;
  std::vector<PartitionOffset> positions;
};

// In the order of the topics. kUnavailable where the brokers did not answer
// within `timeout`, kNotFound where a topic is missing, and what the broker
// refused.
absl::StatusOr<std::vector<TopicStart>> SettleStartPositions(
    const StartQuestion& question, absl::Duration timeout, KafkaEvents* events);

}  // namespace presshawk
