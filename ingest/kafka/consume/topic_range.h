// SPDX-License-Identifier: Apache-2.0
// A stretch of a topic, read once from begin to end, outside of any group and
// without committing.
//
// LIFE. What ends the range is settled by Open(): records that come later are
// not read.
// THREAD SAFETY. None.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/handles.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/consume/topic_reader.h"

namespace presshawk {

struct TopicRangeOptions {
  KafkaClientOptions client;
  std::string topic;
  // By the records' timestamps; from `from` on, before `to`.
  absl::Time from = absl::InfinitePast();
  absl::Time to = absl::InfiniteFuture();
  // Without a record for so long, reading fails.
  absl::Duration patience = absl::Seconds(30);
  // By partition: where to stop at the latest, as end_offsets() of another
  // range says. Empty: at the end that the topic has at Open().
  std::vector<int64_t> end_offsets = {};
  // Only this one record of `partition`; -1: all.
  int32_t only_partition = -1;
  int64_t only_offset = -1;
  bool with_headers = false;  // Fill TopicRecord::headers.
};

// Views live until the next Read().
struct TopicRecord {
  int32_t partition = 0;
  int64_t offset = 0;
  std::string_view key;
  std::string_view value;  // Empty for a deletion.
  bool has_key = false;
  bool has_value = false;
  std::vector<std::pair<std::string_view, std::string_view>> headers = {};
};

class TopicRange : private TopicReader::Handler {
 public:
  // `events` must outlive it. kNotFound for a topic that does not exist.
  static absl::StatusOr<std::unique_ptr<TopicRange>> Open(
      const TopicRangeOptions& options, KafkaEvents* events);

  // Replaces *records by the next ones, in the order of each partition; none at
  // the end.
  absl::Status Read(std::vector<TopicRecord>* records);
  // Behind the last record of each partition, as Open() settled it.
  const std::vector<int64_t>& end_offsets() const { return end_offsets_; }

 private:
  explicit TopicRange(const TopicRangeOptions& options) : options_(options) {}

  absl::Status Begin(KafkaEvents* events);
  absl::Status FindPartitions();
  // The first offset of each partition at `time` or behind it.
  absl::StatusOr<std::vector<int64_t>> OffsetsAt(absl::Time time) const;
  void KeepOneRecord();
  void OnRecord(KafkaMessage message) override;
  rd_kafka_s* handle() const { return reader_->consumer().handle(); }

  const TopicRangeOptions options_;
  std::unique_ptr<TopicReader> reader_;
  std::vector<TopicReader::Partition> partitions_;  // As Open() settled them.
  std::vector<int64_t> end_offsets_;
  std::vector<TopicRecord>* records_ = nullptr;  // Of this Read().
  std::vector<KafkaMessage> messages_;           // Of the last Read().
};

}  // namespace presshawk
