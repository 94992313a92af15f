// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "ingest/kafka/client/handles.h"

namespace presshawk {

// A place in a topic: the offset of the next record of a partition.
struct PartitionOffset {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;
};

// As librdkafka wants it.
KafkaPartitions ToKafka(std::span<const PartitionOffset> offsets);

}  // namespace presshawk
