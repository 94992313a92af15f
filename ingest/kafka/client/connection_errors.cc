// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/connection_errors.h"

#include <librdkafka/rdkafka.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

bool Contains(std::string_view text, std::string_view piece) {
  return text.find(piece) != std::string_view::npos;
}

}  // namespace

void ConnectionErrors::OnError(int error, std::string_view text) {
  KafkaCallbacks::OnError(error, text);
  Remember(error, text);
}

void ConnectionErrors::Remember(int error, std::string_view text) {
  if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    return;  // Says not why.
  }
  // One handshake gives two errors, in either order, and only one says what is
  // wrong with the certificate.
  const bool is_vague = Contains(text, "certificate verify failed");
  if (is_vague && (Contains(text_, "certificate has expired") ||
                   Contains(text_, "certificate is not valid yet"))) {
    return;
  }
  error_ = error;
  text_ = text;
}

void ConnectionErrors::Forget() {
  error_ = 0;
  text_.clear();
}

bool IsRefusal(int error) {
  return error == RD_KAFKA_RESP_ERR__AUTHENTICATION ||
         error == RD_KAFKA_RESP_ERR__SSL ||
         error == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED ||
         error == RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM;
}

bool IsWrongProtocol(int error, std::string_view text) {
  return error == RD_KAFKA_RESP_ERR__SSL || Contains(text, "security.protocol");
}

bool IsConnectionError(int error) {
  return error == RD_KAFKA_RESP_ERR__TRANSPORT ||
         error == RD_KAFKA_RESP_ERR__RESOLVE || IsRefusal(error);
}

std::string ConnectionAdvice(int error, std::string_view text) {
  if (error == RD_KAFKA_RESP_ERR__AUTHENTICATION ||
      error == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED ||
      error == RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM) {
    return "check sasl.mechanism, sasl.username and sasl.password";
  }
  if (Contains(text, "certificate has expired")) {
    return "renew the certificate of the broker";
  }
  if (Contains(text, "certificate is not valid yet")) {
    return "look at the clocks of this machine and of the broker";
  }
  if (Contains(text, "verify failed") || Contains(text, "ssl.ca.location")) {
    return "the broker's certificate is not trusted: set ssl.ca.location to "
           "the "
           "file of the CA that signed it";
  }
  // Kafka's brokers send TLS alerts about certificates only.
  if (Contains(text, "alert ")) {
    return "the broker refuses this client's certificate: check "
           "ssl.certificate.location and ssl.key.location (missing, expired, "
           "or of a CA that the broker does not know)";
  }
  if (IsWrongProtocol(error, text)) {
    return "check security.protocol and the port: does this listener speak it, "
           "and does it want a client certificate (ssl.certificate.location)?";
  }
  return "";
}

std::string FormatSince(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

std::string NoBrokerText(std::string_view servers, absl::Time since, int error,
                         std::string_view cause) {
  std::string text = StrCat("no broker of ", servers, " answers since ",
                            FormatSince(since), ": ", cause);
  if (const std::string advice = ConnectionAdvice(error, cause);
      !advice.empty()) {
    StrAppend(&text, ": ", advice);
  }
  return text;
}

std::string ConnectionCause(std::string_view text) {
  // "1 request(s) timed out: disconnect", "ApiVersionRequest failed: Local:
  // Timed out: probably due to broker version < 0.10", which it is not.
  if (Contains(text, "imed out") && !Contains(text, "Connection timed out")) {
    return kNoAnswerCause;
  }
  if (const size_t after = text.rfind(" (after "); after != text.npos) {
    text = text.substr(0, after);
  }
  constexpr std::string_view kConnect = " failed: ";
  if (const size_t failed = text.find(kConnect); failed != text.npos) {
    return std::string(text.substr(failed + kConnect.size()));
  }
  // "HOST:PORT/ID: " names one of the brokers.
  if (const size_t colon = text.find(": ");
      colon != text.npos && Contains(text.substr(0, colon), "/")) {
    text = text.substr(colon + 2);
  }
  return std::string(text);
}

}  // namespace presshawk
