// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/lists/status_topic.h"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/container/flat_hash_set.h"
#include "absl/time/clock.h"
#include "ingest/kafka/client/topics.h"
#include "ingest/kafka/consume/topic_range.h"

namespace presshawk {
namespace {

// A start waits this long for a broker to answer.
constexpr absl::Duration kBrokerTimeout = absl::Seconds(15);
// The end waits this long for pending statuses; the start, for the scan of old
// ones.
constexpr absl::Duration kStatusTimeout = absl::Seconds(5);

}  // namespace

absl::Status StatusTopic::Start() {
  if (!parts_.topic.empty() && Prepare()) {
    writer_ = std::make_unique<WatchlistStatusWriter>(
        parts_.outputs->producer(), parts_.topic, parts_.status_of,
        [this] { return ForgottenIds(); }, parts_.events);
  }
  return absl::OkStatus();
}

void StatusTopic::Stop(absl::Time deadline) {
  if (writer_ != nullptr) {
    writer_->Flush(std::min(absl::Now() + kStatusTimeout, deadline));
    writer_->Stop();
  }
}

void StatusTopic::Write(const std::vector<std::string>& ids) {
  if (writer_ != nullptr) {
    writer_->Write(ids);
  }
}

bool StatusTopic::Prepare() const {
  if (CheckTopicsExist(*parts_.client, {parts_.topic}, kBrokerTimeout,
                       parts_.events)
          .ok()) {
    return true;
  }
  const absl::Status made =
      CreateTopics(*parts_.client,
                   {{.name = parts_.topic,
                     .partitions = 1,
                     .replication = -1,  // The broker's default.
                     .config = {{"cleanup.policy", "compact"}}}},
                   kBrokerTimeout, parts_.events);
  if (!made.ok()) {
    spdlog::warn(
        "{}; what becomes of the watch-lists is not written there: "
        "create the topic, compacted, and start again",
        std::string(made.message()));
    return false;
  }
  spdlog::info("kafka: made the compacted topic {}", parts_.topic);
  return true;
}

absl::StatusOr<std::vector<std::string>> StatusTopic::ForgottenIds() const {
  auto range = TopicRange::Open({.client = *parts_.client,
                                 .topic = parts_.topic,
                                 .patience = kStatusTimeout},
                                parts_.events);
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
      } else if (record.has_key && !parts_.is_defined(id)) {
        forgotten.insert(std::move(id));
      }
    }
  } while (!records.empty());
  return std::vector<std::string>(forgotten.begin(), forgotten.end());
}

}  // namespace presshawk
