// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

// What Kafka clients say, in the log of the process.
void LogKafka(KafkaLogLevel level, std::string_view text);

}  // namespace presshawk
