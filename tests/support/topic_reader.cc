// SPDX-License-Identifier: Apache-2.0
#include "tests/support/topic_reader.h"

#include <array>

#include <librdkafka/rdkafka.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/client/handles.h"

namespace presshawk {
namespace {

constexpr int kTimeoutMillis = 30'000;

absl::StatusOr<KafkaHandle> Connect(const std::string& bootstrap_servers,
                                    const std::string& group) {
  KafkaConf conf(rd_kafka_conf_new());
  const std::pair<const char*, std::string> properties[] = {
      {"bootstrap.servers", bootstrap_servers},
      {"group.id", group},
      {"enable.auto.commit", "false"},
      {"enable.partition.eof", "true"},
      {"fetch.message.max.bytes", "20000000"}};
  std::array<char, 512> error;
  for (const auto& [name, value] : properties) {
    if (rd_kafka_conf_set(conf.get(), name, value.c_str(), error.data(),
                          error.size()) != RD_KAFKA_CONF_OK) {
      return absl::InternalError(error.data());
    }
  }
  KafkaHandle handle(
      rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), error.data(), error.size()));
  if (handle == nullptr) {
    return absl::InternalError(error.data());
  }
  conf.release();
  rd_kafka_poll_set_consumer(handle.get());
  return handle;
}

absl::StatusOr<int> PartitionCount(rd_kafka_t* handle,
                                   const std::string& topic) {
  const rd_kafka_metadata_t* metadata = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(handle, 1, nullptr, &metadata, kTimeoutMillis);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return absl::UnavailableError(rd_kafka_err2str(error));
  }
  int count = 0;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    if (topic == metadata->topics[i].topic) {
      count = metadata->topics[i].partition_cnt;
    }
  }
  rd_kafka_metadata_destroy(metadata);
  if (count == 0) {
    return absl::NotFoundError(StrCat("no topic ", topic));
  }
  return count;
}

ReadRecord ToRecord(const rd_kafka_message_t& message) {
  ReadRecord record{.partition = message.partition, .offset = message.offset};
  if (message.key != nullptr) {
    record.has_key = true;
    record.key.assign(static_cast<const char*>(message.key), message.key_len);
  }
  if (message.payload != nullptr) {
    record.has_value = true;
    record.value.assign(static_cast<const char*>(message.payload), message.len);
  }
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return record;
  }
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) ==
       RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    record.headers[name] = std::string(static_cast<const char*>(value), size);
  }
  return record;
}

}  // namespace

absl::StatusOr<std::vector<ReadRecord>> ReadTopic(
    const std::string& bootstrap_servers, const std::string& topic) {
  absl::StatusOr<KafkaHandle> handle = Connect(bootstrap_servers, "reader");
  if (!handle.ok()) {
    return handle.status();
  }
  const absl::StatusOr<int> partitions = PartitionCount(handle->get(), topic);
  if (!partitions.ok()) {
    return partitions.status();
  }
  const KafkaPartitions assignment(
      rd_kafka_topic_partition_list_new(*partitions));
  for (int i = 0; i < *partitions; ++i) {
    rd_kafka_topic_partition_list_add(assignment.get(), topic.c_str(), i)
        ->offset = RD_KAFKA_OFFSET_BEGINNING;
  }
  rd_kafka_assign(handle->get(), assignment.get());
  std::vector<ReadRecord> records;
  int ended = 0;
  const absl::Time deadline = absl::Now() + absl::Minutes(1);
  while (ended < *partitions) {
    if (absl::Now() > deadline) {
      return absl::DeadlineExceededError(StrCat("reading topic ", topic));
    }
    const KafkaMessage message(rd_kafka_consumer_poll(handle->get(), 100));
    if (message == nullptr) {
      continue;
    }
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      records.push_back(ToRecord(*message));
    } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      ++ended;
    }
  }
  return records;
}

absl::StatusOr<std::map<int32_t, int64_t>> CommittedOffsets(
    const std::string& bootstrap_servers, const std::string& group,
    const std::string& topic) {
  absl::StatusOr<KafkaHandle> handle = Connect(bootstrap_servers, group);
  if (!handle.ok()) {
    return handle.status();
  }
  const absl::StatusOr<int> partitions = PartitionCount(handle->get(), topic);
  if (!partitions.ok()) {
    return partitions.status();
  }
  const KafkaPartitions list(rd_kafka_topic_partition_list_new(*partitions));
  for (int i = 0; i < *partitions; ++i) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), i);
  }
  const rd_kafka_resp_err_t error =
      rd_kafka_committed(handle->get(), list.get(), kTimeoutMillis);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return absl::UnavailableError(rd_kafka_err2str(error));
  }
  std::map<int32_t, int64_t> offsets;
  for (int i = 0; i < list->cnt; ++i) {
    if (list->elems[i].offset >= 0) {
      offsets[list->elems[i].partition] = list->elems[i].offset;
    }
  }
  return offsets;
}

}  // namespace presshawk
