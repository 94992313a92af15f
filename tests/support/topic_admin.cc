// SPDX-License-Identifier: Apache-2.0
#include "tests/support/topic_admin.h"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>

#include <librdkafka/rdkafka.h>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "ingest/kafka/client/handles.h"

namespace presshawk {
namespace {

constexpr int kTimeoutMillis = 30'000;

absl::StatusOr<KafkaHandle> Connect(const std::string& bootstrap_servers) {
  KafkaConf conf(rd_kafka_conf_new());
  std::array<char, 512> error;
  rd_kafka_conf_set(conf.get(), "bootstrap.servers", bootstrap_servers.c_str(),
                    error.data(), error.size());
  KafkaHandle handle(
      rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), error.data(), error.size()));
  if (handle == nullptr) {
    return absl::InternalError(error.data());
  }
  (void)conf.release();  // The handle's now.
  return handle;
}

// Whether the broker's metadata have it, which follow its answers; nothing
// where it does not say.
std::optional<bool> IsThere(rd_kafka_t* handle, const std::string& topic) {
  const rd_kafka_metadata_t* metadata = nullptr;
  if (rd_kafka_metadata(handle, /*all_topics=*/1, nullptr, &metadata,
                        kTimeoutMillis) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return std::nullopt;
  }
  const bool is_there = std::any_of(
      metadata->topics, metadata->topics + metadata->topic_cnt,
      [&](const rd_kafka_metadata_topic& one) { return one.topic == topic; });
  rd_kafka_metadata_destroy(metadata);
  return is_there;
}

// Until the metadata have it, or no longer have it.
absl::Status WaitUntil(bool is_there, const std::string& bootstrap_servers,
                       const std::string& topic) {
  const absl::StatusOr<KafkaHandle> handle = Connect(bootstrap_servers);
  if (!handle.ok()) {
    return handle.status();
  }
  const absl::Time deadline = absl::Now() + absl::Milliseconds(kTimeoutMillis);
  while (IsThere(handle->get(), topic) != is_there) {
    if (absl::Now() > deadline) {
      return absl::DeadlineExceededError(
          topic + (is_there ? " is not there" : " is still there"));
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
  return absl::OkStatus();
}

// Runs one request, whose answer comes to the queue.
absl::Status Ask(
    const std::string& bootstrap_servers,
    const std::function<void(rd_kafka_t*, rd_kafka_queue_t*)>& ask,
    const std::function<rd_kafka_resp_err_t(rd_kafka_event_t*)>& result) {
  const absl::StatusOr<KafkaHandle> connected = Connect(bootstrap_servers);
  if (!connected.ok()) {
    return connected.status();
  }
  const KafkaHandle& handle = *connected;
  const KafkaQueue queue(rd_kafka_queue_new(handle.get()));
  ask(handle.get(), queue.get());
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue.get(), kTimeoutMillis);
  if (event == nullptr) {
    return absl::DeadlineExceededError("no answer of the broker");
  }
  rd_kafka_resp_err_t code = rd_kafka_event_error(event);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    code = result(event);
  }
  rd_kafka_event_destroy(event);
  return code == RD_KAFKA_RESP_ERR_NO_ERROR
             ? absl::OkStatus()
             : absl::UnavailableError(rd_kafka_err2str(code));
}

}  // namespace

absl::Status DeleteTopic(const std::string& bootstrap_servers,
                         const std::string& topic) {
  // One that was just made may not be there yet, and would come after it was
  // taken for gone.
  if (absl::Status status = WaitUntil(true, bootstrap_servers, topic);
      !status.ok()) {
    return status;
  }
  rd_kafka_DeleteTopic_t* request = rd_kafka_DeleteTopic_new(topic.c_str());
  absl::Status status = Ask(
      bootstrap_servers,
      [&](rd_kafka_t* handle, rd_kafka_queue_t* queue) {
        rd_kafka_DeleteTopics(handle, &request, 1, nullptr, queue);
      },
      [](rd_kafka_event_t* event) {
        size_t count = 0;
        const rd_kafka_topic_result_t** results =
            rd_kafka_DeleteTopics_result_topics(
                rd_kafka_event_DeleteTopics_result(event), &count);
        return count == 1 ? rd_kafka_topic_result_error(results[0])
                          : RD_KAFKA_RESP_ERR_UNKNOWN;
      });
  rd_kafka_DeleteTopic_destroy(request);
  return status.ok() ? WaitUntil(false, bootstrap_servers, topic) : status;
}

absl::Status AddPartitions(const std::string& bootstrap_servers,
                           const std::string& topic, size_t total) {
  std::array<char, 512> error;
  rd_kafka_NewPartitions_t* request = rd_kafka_NewPartitions_new(
      topic.c_str(), total, error.data(), error.size());
  if (request == nullptr) {
    return absl::InvalidArgumentError(error.data());
  }
  const absl::Status status = Ask(
      bootstrap_servers,
      [&](rd_kafka_t* handle, rd_kafka_queue_t* queue) {
        rd_kafka_CreatePartitions(handle, &request, 1, nullptr, queue);
      },
      [](rd_kafka_event_t* event) {
        size_t count = 0;
        const rd_kafka_topic_result_t** results =
            rd_kafka_CreatePartitions_result_topics(
                rd_kafka_event_CreatePartitions_result(event), &count);
        return count == 1 ? rd_kafka_topic_result_error(results[0])
                          : RD_KAFKA_RESP_ERR_UNKNOWN;
      });
  rd_kafka_NewPartitions_destroy(request);
  return status;
}

absl::Status DeleteRecordsBefore(const std::string& bootstrap_servers,
                                 const std::string& topic, int32_t partition,
                                 int64_t offset) {
  return Ask(
      bootstrap_servers,
      [&](rd_kafka_t* handle, rd_kafka_queue_t* queue) {
        const KafkaPartitions offsets(rd_kafka_topic_partition_list_new(1));
        rd_kafka_topic_partition_list_add(offsets.get(), topic.c_str(),
                                          partition)
            ->offset = offset;
        rd_kafka_DeleteRecords_t* one =
            rd_kafka_DeleteRecords_new(offsets.get());
        rd_kafka_DeleteRecords(handle, &one, 1, nullptr, queue);
        rd_kafka_DeleteRecords_destroy(one);
      },
      [](rd_kafka_event_t* event) {
        return rd_kafka_DeleteRecords_result_offsets(
                   rd_kafka_event_DeleteRecords_result(event))
            ->elems[0]
            .err;
      });
}

absl::Status SetTopicConfig(const std::string& bootstrap_servers,
                            const std::string& topic, const std::string& name,
                            const std::string& value) {
  rd_kafka_ConfigResource_t* request =
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str());
  rd_kafka_error_destroy(rd_kafka_ConfigResource_add_incremental_config(
      request, name.c_str(), RD_KAFKA_ALTER_CONFIG_OP_TYPE_SET, value.c_str()));
  absl::Status status = Ask(
      bootstrap_servers,
      [&](rd_kafka_t* handle, rd_kafka_queue_t* queue) {
        rd_kafka_IncrementalAlterConfigs(handle, &request, 1, nullptr, queue);
      },
      [](rd_kafka_event_t* event) {
        size_t count = 0;
        const rd_kafka_ConfigResource_t** results =
            rd_kafka_IncrementalAlterConfigs_result_resources(
                rd_kafka_event_IncrementalAlterConfigs_result(event), &count);
        return count == 1 ? rd_kafka_ConfigResource_error(results[0])
                          : RD_KAFKA_RESP_ERR_UNKNOWN;
      });
  rd_kafka_ConfigResource_destroy(request);
  return status;
}

}  // namespace presshawk
