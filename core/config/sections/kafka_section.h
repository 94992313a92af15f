// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/config_section.h"

namespace presshawk {

// create_topics: how topics are made that are missing at a start. Not set, a
// service refuses to start without them.
struct CreateTopicsOptions {
  int32_t partitions = 0;  // partitions: required, 1 to 10000.
  int32_t replication =
      0;  // replication: required, 1 to 100; replicas of each.
};

// kafka: what holds for every consumer and producer of the process.
struct KafkaOptions {
  struct Property {
    std::string value;
    ConfigPlace place;  // Of its name: for errors that only librdkafka finds.
  };
  using PropertyMap = std::map<std::string, Property>;

  // properties: any librdkafka property, for consumers and producers. Needed
  // wherever Kafka is used: bootstrap.servers (or its other name,
  // metadata.broker.list). Refused, as they would break the guarantee that
  // nothing is lost: SPEC KAFKA-2; group.id stands in `source`.
  PropertyMap properties;
  // consumer:, producer: the same, for one side only; they override
  // `properties`.
  PropertyMap consumer;
  PropertyMap producer;
  // Files whose content is a value: {file: PATH}.
  std::vector<std::string> value_files;
  // fetch_memory: bytes that consumers may hold in fetched records that no
  // worker has taken yet; for the process, divided among its workers.
  // Default 64MiB, at least 1MiB.
  uint64_t fetch_memory_bytes = 64UL << 20;

  std::optional<CreateTopicsOptions> create_topics;

  bool has_brokers() const;
};

void ReadKafka(ConfigSection* file, KafkaOptions* options);
void DumpKafka(const KafkaOptions& options, std::string* dump);

}  // namespace presshawk
