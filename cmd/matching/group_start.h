// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "absl/status/status.h"
#include "cmd/app/component.h"
#include "core/config/options.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

// Says where the group begins to read, and commits that where `source: kafka:
// start_at:` asks for it. Before the workers.
class GroupStart : public Component {
 public:
  // All must outlive it.
  GroupStart(const Options* options, const KafkaClientOptions* client,
             KafkaEvents* events)
      : options_(*options), client_(*client), events_(events) {}

  // An error where `start_at` is set and cannot be settled. Without it, what
  // cannot be found out is not said.
  absl::Status Start() override;

 private:
  const Options& options_;
  const KafkaClientOptions& client_;
  KafkaEvents* const events_;
};

}  // namespace presshawk
