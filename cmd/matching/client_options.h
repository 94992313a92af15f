#pragma once

#include <string>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/load_options.h"
#include "core/config/options.h"
#include "ingest/kafka/client/client_config.h"

namespace presshawk {

// What the Kafka clients need of the configuration.
KafkaClientOptions ClientOptions(const Options& options);

// LoadOptions, and with it what only the parts themselves can tell:
// librdkafka's properties, the mapping, what this build cannot do. Every error
// of all of these, in the order of the file. No side effects.
LoadedOptions LoadServiceOptions(const std::string& path,
                                 const Environment& environment);

}  // namespace presshawk
