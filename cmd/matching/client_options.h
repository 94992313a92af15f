// SPDX-License-Identifier: Apache-2.0
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

// Adds errors that were found later than those of `loaded`, which is the file
// `path`, but for those at a place where it already has one: what cannot be read
// at all is not judged further. All errors are then in the order of the file.
void AddLaterErrors(std::vector<ConfigError> errors, const std::string& path,
                    LoadedOptions* loaded);

// LoadOptions, and with it what only the parts themselves can tell:
// librdkafka's properties, the mapping, what this build cannot do. Every error
// of all of these, in the order of the file. No side effects.
LoadedOptions LoadServiceOptions(const std::string& path,
                                 const Environment& environment);

}  // namespace presshawk
