// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/kafka_log.h"

#include <spdlog/spdlog.h>

#include "cmd/app/logging.h"

namespace presshawk {
namespace {

spdlog::level::level_enum ToSpdlog(KafkaLogLevel level) {
  switch (level) {
    case KafkaLogLevel::kDebug:
      return spdlog::level::debug;
    case KafkaLogLevel::kInfo:
      return spdlog::level::info;
    case KafkaLogLevel::kWarning:
      return spdlog::level::warn;
    case KafkaLogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void LogKafka(KafkaLogLevel level, std::string_view text) {
  LogEach(ToSpdlog(level), text.starts_with("kafka") ? "" : "kafka: ", text);
}

}  // namespace presshawk
