// SPDX-License-Identifier: Apache-2.0
// The compacted topic that says what became of each watch-list.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cmd/app/component.h"
#include "cmd/matching/outputs.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"
#include "ingest/kafka/produce/watchlist_status_writer.h"

namespace presshawk {

class StatusTopic : public Component {
 public:
  // All must outlive it.
  struct Parts {
    const KafkaClientOptions* client = nullptr;
    std::string topic;  // Empty: nothing is written.
    const Outputs* outputs = nullptr;
    // The status of a list as JSON; nothing where it is not defined. Called on
    // a thread of the topic.
    std::function<std::optional<std::string>(const std::string& id)> status_of;
    std::function<bool(const std::string& id)> is_defined;
    KafkaEvents* events = nullptr;
  };
  explicit StatusTopic(Parts parts) : parts_(std::move(parts)) {}

  // Creates the topic, compacted, where it does not exist. Where it cannot be
  // created that is logged and nothing is written: others may rely on alerts,
  // not on this.
  absl::Status Start() override;
  // Waits a few seconds, until `deadline` at most, for what was written.
  void Stop(absl::Time deadline) override;

  // Will write the status of these lists. Returns at once.
  void Write(const std::vector<std::string>& ids);

 private:
  bool Prepare() const;
  // The lists that have a status in the topic and are not defined: they were
  // deleted while no instance ran. Reads the topic from its start to its end.
  absl::StatusOr<std::vector<std::string>> ForgottenIds() const;

  const Parts parts_;
  std::unique_ptr<WatchlistStatusWriter> writer_;  // Null: nothing is written.
};

}  // namespace presshawk
