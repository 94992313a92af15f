// SPDX-License-Identifier: Apache-2.0
// The first question to a cluster, and why there is no answer.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/connection_errors.h"
#include "ingest/kafka/client/handles.h"

struct rd_kafka_metadata;  // There is a function of this name too.

namespace presshawk {

struct KafkaMetadataDeleter {
  void operator()(const struct rd_kafka_metadata* metadata) const;
};
using KafkaMetadata =
    std::unique_ptr<const struct rd_kafka_metadata, KafkaMetadataDeleter>;

// Gets why no broker answers yet: "Connection refused".
using WaitObserver = std::function<void(std::string_view cause)>;

// All topics. kUnavailable when no broker answers within `timeout`, or soon
// after one refused the credentials or the certificate: what it said, and what
// to check. `errors` are the handle's callbacks. `on_wait` (may be null) is told
// the cause twice a second meanwhile, as soon as there is one.
absl::StatusOr<KafkaMetadata> FetchMetadata(rd_kafka_s* handle,
                                            const ConnectionErrors& errors,
                                            const KafkaClientOptions& options,
                                            absl::Duration timeout,
                                            const WaitObserver& on_wait = {});

}  // namespace presshawk
