// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/kafka_log.h"

#include <spdlog/spdlog.h>

#include "cmd/app/logging.h"

namespace presshawk {

void LogKafka(KafkaLogLevel level, std::string_view text) {
  switch (level) {
    case KafkaLogLevel::kDebug:
      return LogEach(spdlog::level::debug, "kafka: ", text);
    case KafkaLogLevel::kInfo:
      return LogEach(spdlog::level::info, "kafka: ", text);
    case KafkaLogLevel::kWarning:
      return LogEach(spdlog::level::warn, "kafka: ", text);
    case KafkaLogLevel::kError:
      return LogEach(spdlog::level::err, "kafka: ", text);
  }
}

}  // namespace presshawk
