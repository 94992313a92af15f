// SPDX-License-Identifier: Apache-2.0
// Owning pointers to librdkafka's objects. Forward declarations only, so that
// the headers of this folder need no rdkafka.h from whoever includes them.
#pragma once

#include <cstddef>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

struct rd_kafka_s;
struct rd_kafka_conf_s;
struct rd_kafka_queue_s;
struct rd_kafka_message_s;
struct rd_kafka_error_s;
struct rd_kafka_headers_s;
struct rd_kafka_topic_partition_list_s;
struct rd_kafka_op_s;

namespace presshawk {

// PITFALL 16: rd_kafka_destroy() blocks while messages, queues or topics of the
// handle live. Whoever owns a handle declares it before (so that it is
// destroyed after) everything below that came out of it.
struct KafkaDeleter {
  void operator()(rd_kafka_s* handle) const;
  void operator()(rd_kafka_conf_s* conf) const;
  void operator()(rd_kafka_queue_s* queue) const;
  void operator()(rd_kafka_message_s* message) const;
  void operator()(rd_kafka_headers_s* headers) const;
  void operator()(rd_kafka_topic_partition_list_s* list) const;
  void operator()(rd_kafka_op_s* event) const;
};

using KafkaHandle = std::unique_ptr<rd_kafka_s, KafkaDeleter>;
using KafkaConf = std::unique_ptr<rd_kafka_conf_s, KafkaDeleter>;
using KafkaQueue = std::unique_ptr<rd_kafka_queue_s, KafkaDeleter>;
using KafkaMessage = std::unique_ptr<rd_kafka_message_s, KafkaDeleter>;
using KafkaHeaders = std::unique_ptr<rd_kafka_headers_s, KafkaDeleter>;
using KafkaPartitions =
    std::unique_ptr<rd_kafka_topic_partition_list_s, KafkaDeleter>;
// What a queue gives: the answer to a question of the admin API.
using KafkaAnswer = std::unique_ptr<rd_kafka_op_s, KafkaDeleter>;

// The client of `conf`; a consumer serves its own queue alone. What librdkafka
// refuses is kInvalidArgument in its words.
absl::StatusOr<KafkaHandle> NewConsumer(KafkaConf conf);
absl::StatusOr<KafkaHandle> NewProducer(KafkaConf conf);

// For time-outs of librdkafka: 0 to INT32_MAX ms, also of an infinite duration.
int Millis(absl::Duration duration);

}  // namespace presshawk
