// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/handles.h"

#include <algorithm>
#include <array>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

absl::StatusOr<KafkaHandle> NewClient(rd_kafka_type_t type, KafkaConf conf) {
  std::array<char, 512> error;
  KafkaHandle handle(
      rd_kafka_new(type, conf.get(), error.data(), error.size()));
  if (handle == nullptr) {
    return absl::InvalidArgumentError(StrCat("kafka: ", error.data()));
  }
  (void)conf.release();  // The handle's now.
  return handle;
}

}  // namespace

void KafkaDeleter::operator()(rd_kafka_s* handle) const {
  rd_kafka_destroy(handle);
}
void KafkaDeleter::operator()(rd_kafka_conf_s* conf) const {
  rd_kafka_conf_destroy(conf);
}
void KafkaDeleter::operator()(rd_kafka_queue_s* queue) const {
  rd_kafka_queue_destroy(queue);
}
void KafkaDeleter::operator()(rd_kafka_message_s* message) const {
  rd_kafka_message_destroy(message);
}
void KafkaDeleter::operator()(rd_kafka_headers_s* headers) const {
  rd_kafka_headers_destroy(headers);
}
void KafkaDeleter::operator()(rd_kafka_topic_partition_list_s* list) const {
  rd_kafka_topic_partition_list_destroy(list);
}
void KafkaDeleter::operator()(rd_kafka_op_s* event) const {
  rd_kafka_event_destroy(event);
}

absl::StatusOr<KafkaHandle> NewConsumer(KafkaConf conf) {
  absl::StatusOr<KafkaHandle> handle =
      NewClient(RD_KAFKA_CONSUMER, std::move(conf));
  if (handle.ok()) {
    rd_kafka_poll_set_consumer(handle->get());
  }
  return handle;
}

absl::StatusOr<KafkaHandle> NewProducer(KafkaConf conf) {
  return NewClient(RD_KAFKA_PRODUCER, std::move(conf));
}

int Millis(absl::Duration duration) {
  return static_cast<int>(
      std::clamp<int64_t>(absl::ToInt64Milliseconds(duration), 0, INT32_MAX));
}

}  // namespace presshawk
