// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/client_callbacks.h"

#include <syslog.h>

#include <librdkafka/rdkafka.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

KafkaLogLevel LevelOf(int syslog_level) {
  if (syslog_level <= LOG_ERR) {
    return KafkaLogLevel::kError;
  }
  if (syslog_level <= LOG_WARNING) {
    return KafkaLogLevel::kWarning;
  }
  return syslog_level <= LOG_INFO ? KafkaLogLevel::kInfo
                                  : KafkaLogLevel::kDebug;
}

// Of the handle, which librdkafka may call while it makes the handle, or null.
KafkaCallbacks* CallbacksOf(const rd_kafka_t* handle) {
  return static_cast<KafkaCallbacks*>(rd_kafka_opaque(handle));
}

}  // namespace

void KafkaCallbacks::Install(rd_kafka_conf_s* conf) {
  rd_kafka_conf_set_opaque(conf, this);
  rd_kafka_conf_set_error_cb(
      conf, [](rd_kafka_t*, int error, const char* reason, void* opaque) {
        static_cast<KafkaCallbacks*>(opaque)->OnError(
            error, reason == nullptr ? "" : reason);
      });
  // On librdkafka's own threads.
  rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t* handle, int level,
                                    const char* facility, const char* text) {
    if (handle == nullptr || CallbacksOf(handle) == nullptr) {
      return;
    }
    const KafkaLogLevel line_level = LevelOf(level);
    KafkaEvents& events = CallbacksOf(handle)->events();
    if (line_level == KafkaLogLevel::kDebug) {  // Whoever asks gets all of it.
      events.Log(line_level, StrCat("librdkafka: ", facility, " ", text));
    } else {
      events.ClientLog(line_level, facility, text);
    }
  });
}

void KafkaCallbacks::OnError(int error, std::string_view text) {
  events_->Error(rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(error)),
                 text);
}

}  // namespace presshawk
