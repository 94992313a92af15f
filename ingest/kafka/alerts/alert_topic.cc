// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/alerts/alert_topic.h"

#include <cstring>
#include <tuple>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/client/connection_errors.h"
#include "ingest/kafka/produce/kafka_alert_sink.h"

namespace presshawk {
namespace {

constexpr absl::Duration kShapeTimeout = absl::Seconds(3);

std::string SignatureOf(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* headers = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  if (rd_kafka_message_headers(&message, &headers) !=
          RD_KAFKA_RESP_ERR_NO_ERROR ||
      rd_kafka_header_get_last(headers, kSignatureHeader.data(), &value,
                               &size) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      value == nullptr) {
    return "";
  }
  return {static_cast<const char*>(value), size};
}

absl::Status Unavailable(const std::string& what, rd_kafka_resp_err_t error) {
  return absl::UnavailableError(
      StrCat("kafka: ", what, ": ", rd_kafka_err2str(error)));
}

// The topic's partitions, all at one place.
KafkaPartitions Everywhere(const std::string& topic, size_t partitions,
                           int64_t offset) {
  KafkaPartitions list(
      rd_kafka_topic_partition_list_new(static_cast<int>(partitions)));
  for (size_t i = 0; i < partitions; ++i) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(),
                                      static_cast<int32_t>(i))
        ->offset = offset;
  }
  return list;
}

}  // namespace

AlertTopic::AlertTopic(Options options, KafkaEvents* events)
    : options_(std::move(options)),
      events_(events),
      rebootstrap_(BootstrapServers(options_.client)) {}

absl::StatusOr<std::unique_ptr<AlertTopic>> AlertTopic::Open(
    Options options, KafkaEvents* events) {
  std::unique_ptr<AlertTopic> topic(new AlertTopic(std::move(options), events));
  auto reader = TopicReader::Create(
      MakeFollowerConf(topic->options_.client, topic->options_.group),
      topic->options_.topic, events, topic.get());
  if (!reader.ok()) {
    return reader.status();
  }
  topic->reader_ = *std::move(reader);
  return topic;
}

absl::StatusOr<AlertTopic::Found> AlertTopic::Look(absl::Duration timeout) {
  rd_kafka_t* const handle = reader_->consumer().handle();
  const absl::StatusOr<TopicShape> shape =
      DescribeTopic(handle, options_.topic, timeout);
  if (!shape.ok()) {
    return shape.status();
  }
  shape_ = *shape;
  Found found;
  found.partitions.resize(shape_.partitions);
  for (size_t i = 0; i < shape_.partitions; ++i) {
    const auto offsets =
        QueryOffsets(handle, options_.topic, static_cast<int32_t>(i), timeout);
    if (!offsets.ok()) {
      return offsets.status();
    }
    std::tie(found.partitions[i].first, found.partitions[i].end) = *offsets;
  }
  const KafkaPartitions committed =
      Everywhere(options_.topic, shape_.partitions, RD_KAFKA_OFFSET_INVALID);
  if (const rd_kafka_resp_err_t error =
          rd_kafka_committed(handle, committed.get(), Millis(timeout))) {
    return Unavailable(StrCat("no positions of the group ", options_.group),
                       error);
  }
  for (int i = 0; i < committed->cnt; ++i) {
    const rd_kafka_topic_partition_t& partition = committed->elems[i];
    if (partition.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Unavailable(StrCat("no positions of the group ", options_.group),
                         partition.err);
    }
    if (partition.offset >= 0) {
      found.partitions[static_cast<size_t>(i)].committed = partition.offset;
      found.ledger.assign(static_cast<const char*>(partition.metadata),
                          partition.metadata_size);
    }
  }
  return found;
}

absl::StatusOr<std::vector<int64_t>> AlertTopic::OffsetsAt(
    absl::Time time, absl::Duration timeout) {
  rd_kafka_t* const handle = reader_->consumer().handle();
  const KafkaPartitions times =
      Everywhere(options_.topic, shape_.partitions, absl::ToUnixMillis(time));
  if (const rd_kafka_resp_err_t error =
          rd_kafka_offsets_for_times(handle, times.get(), Millis(timeout))) {
    return Unavailable("no offsets by time", error);
  }
  std::vector<int64_t> offsets;
  for (int i = 0; i < times->cnt; ++i) {
    int64_t offset = times->elems[i].offset;
    if (offset < 0) {  // No record is that late.
      const auto ends = QueryOffsets(handle, options_.topic, i, timeout);
      if (!ends.ok()) {
        return ends.status();
      }
      offset = ends->second;
    }
    offsets.push_back(offset);
  }
  return offsets;
}

absl::Status AlertTopic::Begin(const std::vector<int64_t>& next) {
  std::vector<TopicReader::Partition> partitions;
  partitions.reserve(next.size());
  for (const int64_t offset : next) {
    partitions.push_back({.next = offset, .end = offset});
  }
  error_ = absl::OkStatus();
  next_check_ = absl::Now() + options_.check_interval;
  return reader_->Begin(std::move(partitions), /*follow=*/true);
}

absl::Status AlertTopic::Read(absl::Duration timeout,
                              std::vector<AlertTopicRecord>* records) {
  records->clear();
  records_ = records;
  reader_->Read(timeout);
  records_ = nullptr;
  if (absl::Now() >= next_check_) {
    next_check_ = absl::Now() + options_.check_interval;
    error_.Update(CheckShape());
  }
  // What was read before the error counts.
  return records->empty() ? error_ : absl::OkStatus();
}

absl::Status AlertTopic::CheckShape() {
  rd_kafka_t* const handle = reader_->consumer().handle();
  const absl::StatusOr<TopicShape> shape =
      DescribeTopic(handle, options_.topic, kShapeTimeout);
  if (absl::IsUnavailable(shape.status())) {
    rebootstrap_.NoAnswer(handle, absl::Now());
    const Consumer& consumer = reader_->consumer();
    if (unreachable_.ok()) {
      unreachable_since_ = absl::Now();
    }
    unreachable_ = absl::UnavailableError(
        StrCat("topic ", options_.topic, ": no broker of ",
               BootstrapServers(options_.client), " answers since ",
               FormatSince(unreachable_since_), ": ",
               IsConnectionError(consumer.error())
                   ? ConnectionCause(consumer.text())
                   : std::string(shape.status().message())));
    return absl::OkStatus();  // It passes.
  }
  rebootstrap_.Answered();
  unreachable_ = absl::OkStatus();
  if (!shape.ok()) {
    return absl::AbortedError(std::string(shape.status().message()));
  }
  return *shape == shape_
             ? absl::OkStatus()
             : absl::AbortedError(StrCat("topic ", options_.topic,
                                         shape->id != shape_.id
                                             ? " was made anew"
                                             : " has other partitions"));
}

absl::Status AlertTopic::Health() const {
  return error_.ok() ? unreachable_ : error_;
}

void AlertTopic::OnRecord(KafkaMessage message) {
  AlertTopicRecord& record = records_->emplace_back();
  record.partition = message->partition;
  record.offset = message->offset;
  record.has_value = message->payload != nullptr;
  if (record.has_value) {
    record.value.assign(static_cast<const char*>(message->payload),
                        message->len);
  }
  record.signature = SignatureOf(*message);
}

void AlertTopic::OnReadError(const rd_kafka_message_s& message) {
  const std::string text = rd_kafka_message_errstr(&message);
  events_->Error(rd_kafka_err2name(message.err), text);
  switch (message.err) {
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      error_.Update(absl::OutOfRangeError(
          StrCat("topic ", options_.topic, " partition ", message.partition,
                 " does not have the ledger's position any more")));
      break;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_ID:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR__FATAL:
      error_.Update(
          absl::AbortedError(StrCat("topic ", options_.topic, ": ", text)));
      break;
    default:  // Heals by itself.
      break;
  }
}

void AlertTopic::Tell(const std::vector<int64_t>& next,
                      const std::string& ledger) {
  const KafkaPartitions list =
      Everywhere(options_.topic, next.size(), RD_KAFKA_OFFSET_INVALID);
  for (int i = 0; i < list->cnt; ++i) {
    rd_kafka_topic_partition_t& partition = list->elems[i];
    partition.offset = next[static_cast<size_t>(i)];
    // librdkafka frees it with the list.
    partition.metadata = strdup(ledger.c_str());
    partition.metadata_size = ledger.size();
  }
  // Without waiting. What is lost is told with the next positions.
  const rd_kafka_resp_err_t error =
      rd_kafka_commit(reader_->consumer().handle(), list.get(), /*async=*/1);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    events_->Error(rd_kafka_err2name(error), rd_kafka_err2str(error));
  }
}

}  // namespace presshawk
