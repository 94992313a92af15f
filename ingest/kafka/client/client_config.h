// SPDX-License-Identifier: Apache-2.0
// From the `kafka:` section of presshawk.yaml to librdkafka's configuration.
//
//   our defaults  <  properties  <  consumer: / producer:  <  what the
//   guarantee needs (refused where somebody sets it otherwise)
//
// Secrets (passwords, keys) are passed on and never appear in an error or log.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ingest/kafka/client/handles.h"

namespace presshawk {

using KafkaPropertyMap = std::map<std::string, std::string>;

struct KafkaClientOptions {
  // Names and values as librdkafka's CONFIGURATION.md has them.
  KafkaPropertyMap properties = {};  // For every client.
  KafkaPropertyMap consumer = {};    // Beside and over `properties`.
  KafkaPropertyMap producer = {};
  // What the consumers of this process may hold, fetched and in flight. Divided
  // among `workers`; a single message may exceed its share.
  uint64_t fetch_memory_bytes = uint64_t{64} << 20;
  uint32_t workers = 1;
};

// What is wrong with KafkaClientOptions, and where.
struct KafkaOptionError {
  // The member of KafkaClientOptions that has the property; null where no one
  // property is to blame.
  KafkaPropertyMap KafkaClientOptions::*section = nullptr;
  std::string property = {};  // Its name; empty where there is none to blame.
  std::string message = {};   // A sentence that names both of them.
};

// Everything that is wrong with `options`; empty when all is well: then each
// client of them can be made. Takes some milliseconds; connects to nothing, runs
// and loads nothing.
std::vector<KafkaOptionError> CheckKafkaOptions(
    const KafkaClientOptions& options);

// `group.instance.id` X becomes X-<worker>, `client.id` likewise.
absl::StatusOr<KafkaConf> MakeConsumerConf(const KafkaClientOptions& options,
                                           std::string_view group,
                                           uint32_t worker);
// Idempotent, acks=all, never gives a message up by itself.
absl::StatusOr<KafkaConf> MakeProducerConf(const KafkaClientOptions& options);
// A consumer outside of any group, for whole topics and for metadata. It
// commits nothing.
absl::StatusOr<KafkaConf> MakeReaderConf(const KafkaClientOptions& options);
// The same for a reader who keeps its positions elsewhere and tells them to
// `group` for others to see. A position that the topic does not have (any more)
// is an error, and nothing is skipped.
absl::StatusOr<KafkaConf> MakeFollowerConf(const KafkaClientOptions& options,
                                           const std::string& group);

// Bytes a worker may have in flight beside what its client prefetched.
uint64_t InFlightBytesMax(const KafkaClientOptions& options);
// The broker addresses, for messages to people.
std::string BootstrapServers(const KafkaClientOptions& options);

// `group.instance.id` of a worker's consumer; empty where none is set.
std::string GroupInstanceId(const KafkaClientOptions& options, uint32_t worker);

// Where a partition is read from that has no position: `earliest`, `latest` or
// `error`, or another name that librdkafka has for one of them.
std::string AutoOffsetReset(const KafkaClientOptions& options);

// How often a worker's consumer looks whether topics and partitions are new.
absl::Duration TopicRefreshInterval(const KafkaClientOptions& options);

// The current value of a property; empty when there is none.
std::string ConfValue(const KafkaConf& conf, const char* name);

}  // namespace presshawk
