// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/missing_topics.h"

#include <iterator>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "ingest/kafka/client/topic_shape.h"

namespace presshawk {

bool MissingTopics::MayBeMissing(int error) {
  return error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
         error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_ID ||
         error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
         error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
         error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
}

void MissingTopics::Suspect(std::string topic, absl::Time now) {
  if (misses_.try_emplace(std::move(topic), 0).second) {
    next_ = now;
  }
}

std::vector<MissingTopics::Answer> MissingTopics::Ask(rd_kafka_s* handle,
                                                      absl::Time now) {
  std::vector<Answer> answers;
  if (now < next_) {
    return answers;
  }
  for (auto it = misses_.begin(); it != misses_.end();) {
    auto& [topic, misses] = *it;
    const absl::Status status = DescribeTopic(handle, topic, kTimeout).status();
    misses += status.ok() || absl::IsUnavailable(status) ? 0 : 1;
    if (status.ok() || (!absl::IsUnavailable(status) && misses >= kMissesMin)) {
      answers.push_back({.topic = topic, .status = status});
    }
    it = status.ok() ? misses_.erase(it) : std::next(it);
  }
  next_ = misses_.empty() ? absl::InfiniteFuture() : now + kInterval;
  return answers;
}

}  // namespace presshawk
