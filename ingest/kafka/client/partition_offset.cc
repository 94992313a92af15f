// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/partition_offset.h"

#include <librdkafka/rdkafka.h>

namespace presshawk {

KafkaPartitions ToKafka(std::span<const PartitionOffset> offsets) {
  KafkaPartitions list(
      rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const PartitionOffset& one : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), one.topic.c_str(),
                                      one.partition)
        ->offset = one.offset;
  }
  return list;
}

}  // namespace presshawk
