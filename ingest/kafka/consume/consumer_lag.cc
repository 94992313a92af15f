// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/consumer_lag.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

namespace presshawk {
namespace {

using Json = nlohmann::json;

int64_t Integer(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_number_integer() ? it->get<int64_t>()
                                                       : -1;
}

std::string Text(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

int64_t MarginOf(const Json& partition) {
  const int64_t begin = Integer(partition, "lo_offset");
  const int64_t committed = Integer(partition, "committed_offset");
  return begin < 0 || committed < begin ? -1 : committed - begin;
}

// Our own difference and not "consumer_lag", which is -1 until something was
// committed: a group that begins at the end of a full topic is behind too.
std::optional<PartitionLag> LagOf(const std::string& topic,
                                  const Json& partition) {
  const int64_t number = Integer(partition, "partition");
  const int64_t stable = Integer(partition, "ls_offset");
  const int64_t end = stable >= 0 ? stable : Integer(partition, "hi_offset");
  if (number < 0 || end < 0 || Text(partition, "fetch_state") != "active") {
    return std::nullopt;
  }
  const int64_t committed = Integer(partition, "committed_offset");
  // Nothing committed yet: from where it began to read.
  const int64_t position =
      committed >= 0 ? committed
                     : std::max(Integer(partition, "lo_offset"), int64_t{0});
  return PartitionLag{.topic = topic,
                      .partition = static_cast<int32_t>(number),
                      .lag = std::max(end - position, int64_t{0}),
                      .end = end,
                      // By the fetcher's place: marks of transactions at the
                      // end are places, too, but no messages.
                      .all_given = Integer(partition, "next_offset") >= end &&
                                   Integer(partition, "fetchq_cnt") == 0,
                      .margin = MarginOf(partition)};
}

// The brokers of the cluster: bootstrap addresses have no id, and the
// coordinator is one of them under another name.
void ReadBrokers(const Json& brokers, ConsumerStatistics* statistics) {
  for (const auto& broker : brokers) {
    if (!broker.is_object()) {
      continue;
    }
    const std::string state = Text(broker, "state");
    const bool is_up = state == "UP" || state == "UPDATE";
    statistics->some_broker_is_up |= is_up;
    const std::string source = Text(broker, "source");
    if (Integer(broker, "nodeid") >= 0 && source != "logical" &&
        state != "INIT") {
      const std::string address = Text(broker, "nodename");
      statistics->brokers.push_back({.address = address, .is_up = is_up});
    }
  }
}

}  // namespace

ConsumerStatistics ReadConsumerStatistics(std::string_view json) {
  ConsumerStatistics statistics;
  const Json root = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!root.is_object()) {
    return statistics;
  }
  if (const int64_t time = Integer(root, "time"); time >= 0) {
    statistics.time = absl::FromUnixSeconds(time);
  }
  if (const auto group = root.find("cgrp");
      group != root.end() && group->is_object()) {
    statistics.join_state = Text(*group, "join_state");
    statistics.coordinator_is_up = Text(*group, "state") == "up";
  }
  if (const auto brokers = root.find("brokers");
      brokers != root.end() && brokers->is_object()) {
    ReadBrokers(*brokers, &statistics);
  }
  const auto topics = root.find("topics");
  if (topics == root.end() || !topics->is_object()) {
    return statistics;
  }
  for (const auto& [name, topic] : topics->items()) {
    const auto partitions = topic.find("partitions");
    if (partitions == topic.end() || !partitions->is_object()) {
      continue;
    }
    for (const auto& partition : *partitions) {
      if (auto lag = LagOf(name, partition); lag.has_value()) {
        statistics.lags.push_back(*std::move(lag));
      }
    }
  }
  return statistics;
}

}  // namespace presshawk
