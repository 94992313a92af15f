// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/cluster_watch.h"

#include <set>
#include <string_view>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "core/base/str_cat.h"
#include "ingest/kafka/client/metadata.h"
#include "ingest/kafka/client/topic_shape.h"

namespace presshawk {

absl::StatusOr<std::unique_ptr<ClusterWatch>> ClusterWatch::Create(
    const KafkaClientOptions& options, std::vector<std::string> topics,
    KafkaEvents* events) {
  KafkaClientOptions client = options;
  client.consumer["socket.timeout.ms"] = StrCat(Millis(kTimeout));
  absl::StatusOr<KafkaConf> conf = MakeReaderConf(client);
  if (!conf.ok()) {
    return conf.status();
  }
  std::unique_ptr<ClusterWatch> watch(
      new ClusterWatch(BootstrapServers(options), std::move(topics), events));
  watch->callbacks_.Install(conf->get());
  absl::StatusOr<KafkaHandle> handle = NewConsumer(*std::move(conf));
  if (!handle.ok()) {
    return handle.status();
  }
  watch->handle_ = *std::move(handle);
  return watch;
}

std::vector<std::string> ClusterWatch::Ask(absl::Time now) {
  auto topics = asks_for_all_ ? AskForAll() : AskForTopics();
  if (topics.ok()) {
    was_answered_ = true;
  } else if (!was_answered_) {
    topics = AskForAll();
    asks_for_all_ = was_answered_ = topics.ok();
  }
  while (rd_kafka_poll(handle_.get(), 0) > 0) {  // What went wrong meanwhile.
  }
  if (!topics.ok()) {
    return OnNoAnswer(now);
  }
  silent_since_.reset();
  silences_ = 0;
  callbacks_.Forget();
  told_.clear();
  for (size_t i = 0; i < topics_.size(); ++i) {
    const absl::Status& status = (*topics)[i];
    if (status.ok()) {
      misses_.erase(topics_[i]);
    } else if (++misses_[topics_[i]] >= kMissesMin) {
      told_.push_back(StatusText(status));
    }
  }
  return told_;
}

absl::StatusOr<std::vector<absl::Status>> ClusterWatch::AskForTopics() {
  const auto shapes = DescribeTopics(handle_.get(), topics_, kTimeout);
  if (!shapes.ok()) {
    return shapes.status();
  }
  std::vector<absl::Status> statuses;
  for (const absl::StatusOr<TopicShape>& shape : *shapes) {
    statuses.push_back(shape.status());
  }
  return statuses;
}

absl::StatusOr<std::vector<absl::Status>> ClusterWatch::AskForAll() {
  const rd_kafka_metadata_t* answer = nullptr;
  const rd_kafka_resp_err_t error = rd_kafka_metadata(
      handle_.get(), /*all_topics=*/1, nullptr, &answer, Millis(kTimeout));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return absl::UnavailableError(rd_kafka_err2str(error));
  }
  const KafkaMetadata metadata(answer);
  std::set<std::string_view> existing;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    existing.insert(metadata->topics[i].topic);
  }
  std::vector<absl::Status> statuses;
  for (const std::string& topic : topics_) {
    statuses.push_back(existing.contains(topic) ? absl::OkStatus()
                                                : absl::NotFoundError(StrCat(
                                                      "kafka: topic \"", topic,
                                                      "\" does not exist")));
  }
  return statuses;
}

std::vector<std::string> ClusterWatch::OnNoAnswer(absl::Time asked) {
  ++silences_;
  if (!silent_since_.has_value()) {
    silent_since_ = asked;
  }
  std::string cause = ConnectionCause(callbacks_.text());
  if (cause.empty() || cause == "Disconnected") {
    cause = kNoAnswerCause;
  }
  if (cause == kNoAnswerCause && silences_ < kMissesMin) {
    return told_;
  }
  return {NoBrokerText(servers_, *silent_since_, callbacks_.error(), cause)};
}

}  // namespace presshawk
