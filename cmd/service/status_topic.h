// The topic that says what became of each watch-list, beside what the writer
// sends there.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ingest/kafka/client_config.h"
#include "ingest/kafka/kafka_events.h"

namespace presshawk {

// Makes the topic, compacted, where it does not exist. False where it cannot be
// made, which is logged: others may rely on alerts, not on this.
bool PrepareStatusTopic(const KafkaClientOptions& client,
                        const std::string& topic, absl::Duration timeout,
                        KafkaEvents* events);

// Lists that have a status in the topic and are not defined: they were deleted
// while no instance ran. Reads the topic from its begin to its end.
absl::StatusOr<std::vector<std::string>> ForgottenIds(
    const KafkaClientOptions& client, const std::string& topic,
    const std::function<bool(const std::string& id)>& is_defined,
    absl::Duration patience, KafkaEvents* events);

}  // namespace presshawk
