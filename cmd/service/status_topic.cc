#include "cmd/service/status_topic.h"

#include <utility>

#include <spdlog/spdlog.h>

#include "absl/container/flat_hash_set.h"
#include "ingest/kafka/topic_range.h"
#include "ingest/kafka/topics.h"

namespace presshawk {

bool PrepareStatusTopic(const KafkaClientOptions& client,
                        const std::string& topic, absl::Duration timeout,
                        KafkaEvents* events) {
  if (CheckTopicsExist(client, {topic}, timeout, events).ok()) {
    return true;
  }
  const absl::Status made =
      CreateTopics(client,
                   {{.name = topic,
                     .partitions = 1,
                     .replication = -1,  // The broker's default.
                     .config = {{"cleanup.policy", "compact"}}}},
                   timeout, events);
  if (!made.ok()) {
    spdlog::warn(
        "{}; what becomes of the watch-lists is not written there: "
        "create the topic, compacted, and start again",
        std::string(made.message()));
    return false;
  }
  spdlog::info("kafka: made the compacted topic {}", topic);
  return true;
}

absl::StatusOr<std::vector<std::string>> ForgottenIds(
    const KafkaClientOptions& client, const std::string& topic,
    const std::function<bool(const std::string& id)>& is_defined,
    absl::Duration patience, KafkaEvents* events) {
  auto range = TopicRange::Open(
      {.client = client, .topic = topic, .patience = patience}, events);
  if (!range.ok()) {
    return range.status();
  }
  absl::flat_hash_set<std::string> forgotten;
  std::vector<TopicRecord> records;
  do {
    if (absl::Status status = (*range)->Read(&records); !status.ok()) {
      return status;
    }
    for (const TopicRecord& record : records) {
      std::string id(record.key);
      if (!record.has_value) {
        forgotten.erase(id);
      } else if (record.has_key && !is_defined(id)) {
        forgotten.insert(std::move(id));
      }
    }
  } while (!records.empty());
  return std::vector<std::string>(forgotten.begin(), forgotten.end());
}

}  // namespace presshawk
