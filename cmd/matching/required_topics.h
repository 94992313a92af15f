// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cmd/app/component.h"
#include "core/config/options.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

// Refuses to start while a topic that the configuration names is missing, or no
// broker answers. The topic of watch-lists is not among them: it is waited for.
class RequiredTopics : public Component {
 public:
  // All must outlive it.
  RequiredTopics(const Options* options, const KafkaClientOptions* client,
                 KafkaEvents* events)
      : options_(*options), client_(*client), events_(events) {}
  absl::Status Start() override;

 private:
  std::vector<std::string> Topics() const;

  const Options& options_;
  const KafkaClientOptions& client_;
  KafkaEvents* const events_;
};

}  // namespace presshawk
