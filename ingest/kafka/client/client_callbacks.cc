// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/client_callbacks.h"

#include <syslog.h>

#include <cstdio>

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

constexpr std::string_view kConnectionFailed = "FAIL";

// X509_V_OK and two of its errors: OpenSSL is not ours to use here, and these
// numbers are of its interface.
constexpr int kCertificateIsGood = 0;
constexpr int kCertificateIsNotYetValid = 9;
constexpr int kCertificateHasExpired = 10;

// Of the handle, which librdkafka may call while it makes the handle, or null.
KafkaCallbacks* CallbacksOf(const rd_kafka_t* handle) {
  return static_cast<KafkaCallbacks*>(rd_kafka_opaque(handle));
}

}  // namespace

void KafkaCallbacks::Install(rd_kafka_conf_s* conf) {
  rd_kafka_conf_set_opaque(conf, this);
  rd_kafka_conf_set_error_cb(
      conf, [](rd_kafka_t*, int error, const char* reason, void* opaque) {
        auto* const self = static_cast<KafkaCallbacks*>(opaque);
        self->OnError(error, self->WithCertificateCause(
                                 error, reason == nullptr ? "" : reason));
      });
  // OpenSSL has judged already; this only notes why.
  rd_kafka_conf_set_ssl_cert_verify_cb(
      conf, [](rd_kafka_t*, const char*, int32_t, int* x509_error, int,
               const char*, size_t, char* text, size_t size, void* opaque) {
        static_cast<KafkaCallbacks*>(opaque)->certificate_error_ = *x509_error;
        if (*x509_error != kCertificateIsGood && size > 0) {
          std::snprintf(text, size, "OpenSSL's error %d", *x509_error);
        }
        return *x509_error == kCertificateIsGood ? 1 : 0;
      });
  // On librdkafka's own threads.
  rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t* handle, int level,
                                    const char* facility, const char* text) {
    if (handle == nullptr || CallbacksOf(handle) == nullptr) {
      return;
    }
    const KafkaLogLevel line_level = LevelOf(level);
    KafkaEvents& events = CallbacksOf(handle)->events();
    // Whoever asks gets all of it. A connection that fails is an error as well,
    // which OnError() counts and logs.
    if (line_level == KafkaLogLevel::kDebug || facility == kConnectionFailed) {
      events.Log(KafkaLogLevel::kDebug,
                 StrCat("librdkafka: ", facility, " ", text));
    } else {
      events.ClientLog(line_level, facility, text);
    }
  });
}

std::string KafkaCallbacks::WithCertificateCause(int error,
                                                 std::string_view text) const {
  const int cause = certificate_error_;
  // "ssl://HOST:PORT/ID: SSL handshake failed: error:…: certificate verify
  // failed: …"
  constexpr std::string_view kFailed = " failed: ";
  const size_t failed = text.find(kFailed);
  if (error != RD_KAFKA_RESP_ERR__SSL || failed == text.npos ||
      text.find("verify failed") == text.npos ||
      (cause != kCertificateHasExpired && cause != kCertificateIsNotYetValid)) {
    return std::string(text);
  }
  return StrCat(text.substr(0, failed + kFailed.size()),
                cause == kCertificateHasExpired
                    ? "the broker's certificate has expired"
                    : "the broker's certificate is not valid yet");
}

void KafkaCallbacks::OnError(int error, std::string_view text) {
  events_->Error(rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(error)),
                 text);
}

}  // namespace presshawk
