// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/topic_limits.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include <librdkafka/rdkafka.h>

#include "absl/strings/numbers.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/client/connection_errors.h"
#include "ingest/kafka/client/metadata.h"

namespace presshawk {
namespace {

struct ResourceDeleter {
  void operator()(rd_kafka_ConfigResource_t* resource) const {
    rd_kafka_ConfigResource_destroy(resource);
  }
};

// The topics that there are, with their partitions and replicas.
ClusterLimits FindTopics(const struct rd_kafka_metadata& metadata,
                         const std::vector<std::string>& topics) {
  ClusterLimits limits;
  for (const std::string& topic : topics) {
    const std::span<const rd_kafka_metadata_topic> all(
        metadata.topics, static_cast<size_t>(metadata.topic_cnt));
    const auto found = std::find_if(
        all.begin(), all.end(),
        [&](const rd_kafka_metadata_topic& one) { return topic == one.topic; });
    if (found == all.end() || found->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      limits.missing.push_back(topic);
      continue;
    }
    TopicLimits& one = limits.topics.emplace_back();
    one.topic = topic;
    one.partitions = static_cast<size_t>(found->partition_cnt);
    for (int i = 0; i < found->partition_cnt; ++i) {
      const auto replicas =
          static_cast<size_t>(found->partitions[i].replica_cnt);
      one.replicas = i == 0 ? replicas : std::min(one.replicas, replicas);
    }
  }
  return limits;
}

void Set(std::string_view name, const char* value, TopicLimits* limits) {
  const auto number = [value](int64_t* to) {
    if (value == nullptr || !absl::SimpleAtoi(value, to)) {
      *to = -1;
    }
  };
  if (name == "max.message.bytes") {
    number(&limits->max_message_bytes);
  } else if (name == "retention.ms") {
    number(&limits->retention_ms);
  } else if (name == "retention.bytes") {
    number(&limits->retention_bytes);
  } else if (name == "min.insync.replicas") {
    number(&limits->min_insync_replicas);
  } else if (name == "cleanup.policy" && value != nullptr) {
    limits->cleanup_policy = value;
  }
}

absl::Status ReadConfigs(rd_kafka_s* handle, absl::Duration timeout,
                         std::vector<TopicLimits>* topics) {
  std::vector<std::unique_ptr<rd_kafka_ConfigResource_t, ResourceDeleter>>
      owned;
  std::vector<rd_kafka_ConfigResource_t*> resources;
  for (const TopicLimits& topic : *topics) {
    owned.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC,
                                                   topic.topic.c_str()));
    resources.push_back(owned.back().get());
  }
  rd_kafka_AdminOptions_t* admin =
      rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
  std::array<char, 128> ignored;
  rd_kafka_AdminOptions_set_request_timeout(admin, Millis(timeout),
                                            ignored.data(), ignored.size());
  const KafkaQueue queue(rd_kafka_queue_new(handle));
  rd_kafka_DescribeConfigs(handle, resources.data(), resources.size(), admin,
                           queue.get());
  rd_kafka_AdminOptions_destroy(admin);
  const KafkaAnswer event(
      rd_kafka_queue_poll(queue.get(), Millis(timeout * 2)));
  const rd_kafka_resp_err_t error = event == nullptr
                                        ? RD_KAFKA_RESP_ERR__TIMED_OUT
                                        : rd_kafka_event_error(event.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return absl::UnavailableError(
        StrCat("kafka: the configuration of the topics cannot be read: ",
               rd_kafka_err2str(error)));
  }
  size_t count = 0;
  const rd_kafka_ConfigResource_t** results =
      rd_kafka_DescribeConfigs_result_resources(
          rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  for (size_t i = 0; i < count; ++i) {
    const std::string_view name = rd_kafka_ConfigResource_name(results[i]);
    if (const auto refused = rd_kafka_ConfigResource_error(results[i]);
        refused != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return absl::PermissionDeniedError(
          StrCat("kafka: the configuration of topic ", name,
                 " cannot be read: ", rd_kafka_err2str(refused),
                 ": give this client the right to describe configurations"));
    }
    const auto topic =
        std::find_if(topics->begin(), topics->end(),
                     [&](const TopicLimits& one) { return one.topic == name; });
    size_t entries = 0;
    const rd_kafka_ConfigEntry_t** configs =
        rd_kafka_ConfigResource_configs(results[i], &entries);
    for (size_t j = 0; topic != topics->end() && j < entries; ++j) {
      Set(rd_kafka_ConfigEntry_name(configs[j]),
          rd_kafka_ConfigEntry_value(configs[j]), &*topic);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ClusterLimits> ReadTopicLimits(
    const KafkaClientOptions& options, const std::vector<std::string>& topics,
    absl::Duration timeout, KafkaEvents* events) {
  absl::StatusOr<KafkaConf> conf = MakeReaderConf(options);
  if (!conf.ok()) {
    return conf.status();
  }
  ConnectionErrors callbacks(events);
  callbacks.Install(conf->get());
  absl::StatusOr<KafkaHandle> handle = NewConsumer(*std::move(conf));
  if (!handle.ok()) {
    return handle.status();
  }
  const auto metadata =
      FetchMetadata(handle->get(), callbacks, options, timeout);
  if (!metadata.ok()) {
    return metadata.status();
  }
  ClusterLimits limits = FindTopics(**metadata, topics);
  if (!limits.topics.empty()) {
    if (absl::Status status =
            ReadConfigs(handle->get(), timeout, &limits.topics);
        !status.ok()) {
      return status;
    }
  }
  return limits;
}

}  // namespace presshawk
