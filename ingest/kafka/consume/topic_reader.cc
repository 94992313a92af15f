// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/topic_reader.h"

#include <algorithm>

#include <librdkafka/rdkafka.h>

namespace presshawk {

absl::StatusOr<std::unique_ptr<TopicReader>> TopicReader::Create(
    absl::StatusOr<KafkaConf> conf, std::string topic, KafkaEvents* events,
    Handler* handler) {
  std::unique_ptr<TopicReader> reader(
      new TopicReader(std::move(topic), handler));
  auto consumer = Consumer::Create(std::move(conf), events, reader.get());
  if (!consumer.ok()) {
    return consumer.status();
  }
  reader->consumer_ = *std::move(consumer);
  return reader;
}

absl::Status TopicReader::Begin(std::vector<Partition> partitions,
                                bool follow) {
  partitions_ = std::move(partitions);
  std::vector<PartitionOffset> offsets;
  for (size_t i = 0; i < partitions_.size(); ++i) {
    if (follow || !partitions_[i].done()) {
      offsets.push_back({.topic = topic_,
                         .partition = static_cast<int32_t>(i),
                         .offset = partitions_[i].next});
    }
  }
  return consumer_->Assign(offsets);
}

bool TopicReader::done() const {
  return std::all_of(partitions_.begin(), partitions_.end(),
                     [](const Partition& p) { return p.done(); });
}

void TopicReader::OnMessage(KafkaMessage message) {
  const auto index = static_cast<size_t>(message->partition);
  if (index < partitions_.size()) {
    partitions_[index].next = message->offset + 1;
    handler_->OnRecord(std::move(message));
  }
}

void TopicReader::OnMessageError(const rd_kafka_message_s& message) {
  if (message.err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    handler_->OnReadError(message);
    return;
  }
  const auto index = static_cast<size_t>(message.partition);
  if (index < partitions_.size()) {
    Partition& partition = partitions_[index];
    partition.next = std::max(partition.next, message.offset);
    partition.end = std::min(partition.end, message.offset);
  }
}

}  // namespace presshawk
