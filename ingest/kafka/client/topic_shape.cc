// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/topic_shape.h"

#include <algorithm>
#include <array>
#include <memory>

#include <librdkafka/rdkafka.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

struct CollectionDeleter {
  void operator()(rd_kafka_TopicCollection_t* topics) const {
    rd_kafka_TopicCollection_destroy(topics);
  }
};

absl::Status Failure(const std::string& topic, rd_kafka_resp_err_t error) {
  if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
      error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
    return absl::NotFoundError(
        StrCat("kafka: topic \"", topic,
               "\" does not exist: create it, or give this client the right to "
               "see it"));
  }
  const std::string text = StrCat(
      "kafka: topic \"", topic, "\" cannot be read: ", rd_kafka_err2str(error));
  return error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED
             ? absl::PermissionDeniedError(
                   StrCat(text, ": give this client the right to read it"))
             : absl::UnavailableError(text);
}

absl::StatusOr<TopicShape> ShapeOf(
    const std::string& topic, const rd_kafka_TopicDescription_t* description) {
  if (const rd_kafka_error_t* error =
          rd_kafka_TopicDescription_error(description)) {
    const rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Failure(topic, code);
    }
  }
  TopicShape shape;
  rd_kafka_TopicDescription_partitions(description, &shape.partitions);
  if (const rd_kafka_Uuid_t* id =
          rd_kafka_TopicDescription_topic_id(description)) {
    shape.id = rd_kafka_Uuid_base64str(id);
  }
  if (shape.partitions == 0) {
    return Failure(topic, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC);
  }
  return shape;
}

// The answer of a broker to the question for `topics`; null where none came.
KafkaAnswer AskForTopics(rd_kafka_s* handle,
                         std::span<const std::string> topics,
                         absl::Duration timeout) {
  std::vector<const char*> names;
  names.reserve(topics.size());
  for (const std::string& topic : topics) {
    names.push_back(topic.c_str());
  }
  const std::unique_ptr<rd_kafka_TopicCollection_t, CollectionDeleter>
      collection(
          rd_kafka_TopicCollection_of_topic_names(names.data(), names.size()));
  rd_kafka_AdminOptions_t* admin =
      rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS);
  std::array<char, 128> ignored;
  rd_kafka_AdminOptions_set_request_timeout(admin, Millis(timeout),
                                            ignored.data(), ignored.size());
  const KafkaQueue queue(rd_kafka_queue_new(handle));
  rd_kafka_DescribeTopics(handle, collection.get(), admin, queue.get());
  rd_kafka_AdminOptions_destroy(admin);
  return KafkaAnswer(rd_kafka_queue_poll(queue.get(), Millis(timeout * 2)));
}

}  // namespace

absl::StatusOr<TopicShape> DescribeTopic(rd_kafka_s* handle,
                                         const std::string& topic,
                                         absl::Duration timeout) {
  auto answers = DescribeTopics(handle, std::span(&topic, 1), timeout);
  return answers.ok() ? std::move(answers->front())
                      : absl::StatusOr<TopicShape>(answers.status());
}

absl::StatusOr<std::vector<absl::StatusOr<TopicShape>>> DescribeTopics(
    rd_kafka_s* handle, std::span<const std::string> topics,
    absl::Duration timeout) {
  const auto event = AskForTopics(handle, topics, timeout);
  if (event == nullptr) {
    return Failure(topics.front(), RD_KAFKA_RESP_ERR__TIMED_OUT);
  }
  if (const rd_kafka_resp_err_t error = rd_kafka_event_error(event.get())) {
    return Failure(topics.front(), error);
  }
  size_t count = 0;
  const rd_kafka_TopicDescription_t** descriptions =
      rd_kafka_DescribeTopics_result_topics(
          rd_kafka_event_DescribeTopics_result(event.get()), &count);
  std::vector<absl::StatusOr<TopicShape>> shapes;
  for (const std::string& topic : topics) {
    const auto* const found =
        std::find_if(descriptions, descriptions + count,
                     [&](const rd_kafka_TopicDescription_t* one) {
                       return topic == rd_kafka_TopicDescription_name(one);
                     });
    shapes.push_back(found == descriptions + count
                         ? Failure(topic, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
                         : ShapeOf(topic, *found));
  }
  return shapes;
}

absl::StatusOr<std::pair<int64_t, int64_t>> QueryOffsets(
    rd_kafka_s* handle, const std::string& topic, int32_t partition,
    absl::Duration timeout) {
  int64_t low = 0;
  int64_t high = 0;
  const rd_kafka_resp_err_t error = rd_kafka_query_watermark_offsets(
      handle, topic.c_str(), partition, &low, &high, Millis(timeout));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Failure(StrCat(topic, "[", partition, "]"), error);
  }
  return std::pair(low, high);
}

}  // namespace presshawk
