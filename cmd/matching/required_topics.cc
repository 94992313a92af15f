// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/required_topics.h"

#include "ingest/kafka/client/topics.h"

namespace presshawk {
namespace {

// A start waits this long for a broker to answer.
constexpr absl::Duration kBrokerTimeout = absl::Seconds(15);

}  // namespace

absl::Status RequiredTopics::Start() {
  if (!options_.uses_kafka()) {
    return absl::OkStatus();
  }
  return CheckTopicsExist(client_, Topics(), kBrokerTimeout, events_);
}

std::vector<std::string> RequiredTopics::Topics() const {
  std::vector<std::string> topics;
  if (const auto* source = std::get_if<KafkaSourceOptions>(&options_.source)) {
    topics = source->topics;
  }
  const auto add = [&](const SinkOptions& sink) {
    if (const auto* kafka = std::get_if<KafkaSinkOptions>(&sink)) {
      topics.push_back(kafka->topic);
    }
  };
  for (const SinkOptions& sink : options_.sinks) {
    add(sink);
  }
  add(options_.deadletter);
  return topics;
}

}  // namespace presshawk
