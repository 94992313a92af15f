#include "tests/support/topic_writer.h"

#include <array>
#include <functional>
#include <memory>

#include <librdkafka/rdkafka.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr int kTimeoutMillis = 30'000;

// One administrative request, answered.
absl::Status Administer(
    const std::string& bootstrap_servers,
    const std::function<void(rd_kafka_t*, rd_kafka_queue_t*)>& request,
    const std::function<rd_kafka_resp_err_t(rd_kafka_event_t*)>& error_of) {
  std::array<char, 256> text;
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap_servers.c_str(),
                    nullptr, 0);
  const KafkaHandle handle(
      rd_kafka_new(RD_KAFKA_PRODUCER, conf, text.data(), text.size()));
  const KafkaQueue queue(rd_kafka_queue_new(handle.get()));
  request(handle.get(), queue.get());
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue.get(), kTimeoutMillis);
  if (event == nullptr) {
    return absl::DeadlineExceededError("no answer");
  }
  rd_kafka_resp_err_t error = rd_kafka_event_error(event);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
    error = error_of(event);
  }
  rd_kafka_event_destroy(event);
  return error == RD_KAFKA_RESP_ERR_NO_ERROR
             ? absl::OkStatus()
             : absl::UnavailableError(rd_kafka_err2str(error));
}

}  // namespace

void TopicWriter::Write(const std::optional<std::string>& key,
                        const std::optional<std::string>& value) {
  auto record = std::make_unique<ProducerRecord>();
  record->owner = this;
  record->topic = topic_;
  record->has_key = key.has_value();
  record->key = key.value_or("");
  record->has_value = value.has_value();
  record->owned_value = value.value_or("");
  producer_->Send(std::move(record), [] { return true; });
}

void TopicWriter::Flush() { producer_->Flush(absl::Now() + absl::Minutes(2)); }

absl::Status DeleteTopic(const std::string& bootstrap_servers,
                         const std::string& topic) {
  return Administer(
      bootstrap_servers,
      [&](rd_kafka_t* handle, rd_kafka_queue_t* queue) {
        rd_kafka_DeleteTopic_t* one = rd_kafka_DeleteTopic_new(topic.c_str());
        rd_kafka_DeleteTopics(handle, &one, 1, nullptr, queue);
        rd_kafka_DeleteTopic_destroy(one);
      },
      [](rd_kafka_event_t* event) {
        size_t count = 0;
        const rd_kafka_topic_result_t** results =
            rd_kafka_DeleteTopics_result_topics(
                rd_kafka_event_DeleteTopics_result(event), &count);
        return rd_kafka_topic_result_error(results[0]);
      });
}

absl::Status DeleteRecordsBefore(const std::string& bootstrap_servers,
                                 const std::string& topic, int32_t partition,
                                 int64_t offset) {
  return Administer(
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

}  // namespace presshawk
