// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/topic_range.h"

#include <algorithm>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "core/base/str_cat.h"
#include "ingest/kafka/client/topics.h"

namespace presshawk {
namespace {

absl::Status Unavailable(std::string_view what, rd_kafka_resp_err_t error) {
  return absl::UnavailableError(
      StrCat("kafka: ", std::string(what), ": ", rd_kafka_err2str(error)));
}

void AppendHeaders(const rd_kafka_message_t& message, TopicRecord* record) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) !=
      RD_KAFKA_RESP_ERR_NO_ERROR) {
    return;
  }
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  for (size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) ==
       RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    record->headers.emplace_back(
        name, value == nullptr
                  ? std::string_view()
                  : std::string_view(static_cast<const char*>(value), size));
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<TopicRange>> TopicRange::Open(
    const TopicRangeOptions& options, KafkaEvents* events) {
  // A client of its own, which says why there is no connection.
  if (absl::Status status = CheckTopicsExist(options.client, {options.topic},
                                             options.patience, events);
      !status.ok()) {
    return status;
  }
  std::unique_ptr<TopicRange> range(new TopicRange(options));
  if (absl::Status status = range->Begin(events); !status.ok()) {
    return status;
  }
  return range;
}

absl::Status TopicRange::Begin(KafkaEvents* events) {
  auto reader = TopicReader::Create(MakeReaderConf(options_.client),
                                    options_.topic, events, this);
  if (!reader.ok()) {
    return reader.status();
  }
  reader_ = *std::move(reader);
  if (absl::Status status = FindPartitions(); !status.ok()) {
    return status;
  }
  return reader_->Begin(partitions_, /*follow=*/false);
}

absl::Status TopicRange::FindPartitions() {
  const rd_kafka_metadata_t* metadata = nullptr;
  const rd_kafka_resp_err_t error = rd_kafka_metadata(
      handle(), 1, nullptr, &metadata, Millis(options_.patience));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Unavailable("no list of topics", error);
  }
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    if (options_.topic == metadata->topics[i].topic) {
      partitions_.resize(
          static_cast<size_t>(metadata->topics[i].partition_cnt));
    }
  }
  rd_kafka_metadata_destroy(metadata);
  if (partitions_.empty()) {
    return absl::NotFoundError(StrCat("kafka: topic \"", options_.topic,
                                      "\" does not exist on ",
                                      BootstrapServers(options_.client)));
  }
  const absl::StatusOr<std::vector<int64_t>> begins = OffsetsAt(options_.from);
  if (!begins.ok()) {
    return begins.status();
  }
  const absl::StatusOr<std::vector<int64_t>> ends = OffsetsAt(options_.to);
  if (!ends.ok()) {
    return ends.status();
  }
  for (size_t i = 0; i < partitions_.size(); ++i) {
    int64_t low = 0;
    int64_t high = 0;
    const rd_kafka_resp_err_t failed = rd_kafka_query_watermark_offsets(
        handle(), options_.topic.c_str(), static_cast<int32_t>(i), &low, &high,
        Millis(options_.patience));
    if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Unavailable("no offsets of a partition", failed);
    }
    // Negative: no record is that late.
    partitions_[i].next = (*begins)[i] < 0 ? high : std::max(low, (*begins)[i]);
    partitions_[i].end = (*ends)[i] < 0 ? high : std::min(high, (*ends)[i]);
    if (!options_.end_offsets.empty()) {
      partitions_[i].end =
          i < options_.end_offsets.size()
              ? std::min(partitions_[i].end, options_.end_offsets[i])
              : 0;  // A partition that is newer.
    }
    end_offsets_.push_back(partitions_[i].end);
  }
  if (options_.only_partition >= 0) {
    KeepOneRecord();
  }
  return absl::OkStatus();
}

void TopicRange::KeepOneRecord() {
  for (size_t i = 0; i < partitions_.size(); ++i) {
    TopicReader::Partition& partition = partitions_[i];
    const bool has_it = std::cmp_equal(i, options_.only_partition) &&
                        options_.only_offset >= partition.next &&
                        options_.only_offset < partition.end;
    partition.next = has_it ? options_.only_offset : 0;
    partition.end = has_it ? options_.only_offset + 1 : 0;
  }
}

absl::StatusOr<std::vector<int64_t>> TopicRange::OffsetsAt(
    absl::Time time) const {
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) {
    return std::vector<int64_t>(partitions_.size(),
                                time == absl::InfinitePast() ? 0 : -1);
  }
  const KafkaPartitions list(
      rd_kafka_topic_partition_list_new(static_cast<int>(partitions_.size())));
  for (size_t i = 0; i < partitions_.size(); ++i) {
    rd_kafka_topic_partition_list_add(list.get(), options_.topic.c_str(),
                                      static_cast<int32_t>(i))
        ->offset = std::max<int64_t>(0, absl::ToUnixMillis(time));
  }
  const rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(
      handle(), list.get(), Millis(options_.patience));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Unavailable("no offsets of a time", error);
  }
  std::vector<int64_t> offsets;
  for (int i = 0; i < list->cnt; ++i) {
    if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Unavailable("no offsets of a time", list->elems[i].err);
    }
    offsets.push_back(list->elems[i].offset);
  }
  return offsets;
}

absl::Status TopicRange::Read(std::vector<TopicRecord>* records) {
  records->clear();
  messages_.clear();
  records_ = records;
  const absl::Time deadline = absl::Now() + options_.patience;
  while (records->empty() && !reader_->done()) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) {
      return absl::DeadlineExceededError(
          StrCat("kafka: topic \"", options_.topic, "\" gave no record for ",
                 absl::ToInt64Seconds(options_.patience), " s"));
    }
    reader_->Read(left);  // An error heals by itself, or the patience ends.
  }
  return absl::OkStatus();
}

void TopicRange::OnRecord(KafkaMessage message) {
  const auto index = static_cast<size_t>(message->partition);
  if (message->offset >= reader_->partitions()[index].end) {
    return;
  }
  TopicRecord& record = records_->emplace_back();
  record.partition = message->partition;
  record.offset = message->offset;
  record.has_key = message->key != nullptr;
  record.has_value = message->payload != nullptr;
  if (options_.with_headers) {
    AppendHeaders(*message, &record);
  }
  if (message->key != nullptr) {
    record.key = {static_cast<const char*>(message->key), message->key_len};
  }
  if (message->payload != nullptr) {
    record.value = {static_cast<const char*>(message->payload), message->len};
  }
  messages_.push_back(std::move(message));
}

}  // namespace presshawk
