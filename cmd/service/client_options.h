#pragma once

#include <string>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/options.h"
#include "ingest/kafka/client_config.h"

namespace presshawk {

// What the Kafka clients need of the configuration.
KafkaClientOptions ClientOptions(const Options& options);

// What is wrong with a configuration that only the parts themselves can tell:
// librdkafka's properties, the mapping, what this build cannot do. `file` is
// what the errors call it. No side effects.
std::vector<ConfigError> FindServiceProblems(const Options& options,
                                             const std::string& file);

}  // namespace presshawk
