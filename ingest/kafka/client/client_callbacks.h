// SPDX-License-Identifier: Apache-2.0
// Log lines and errors of one librdkafka handle: what all clients share.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "ingest/kafka/client/handles.h"
#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

// The opaque pointer of a handle; must outlive it. Whoever derives from it
// installs his own callbacks beside, and finds himself by a cast of the opaque
// pointer to KafkaCallbacks.
class KafkaCallbacks {
 public:
  explicit KafkaCallbacks(KafkaEvents* events) : events_(events) {}
  virtual ~KafkaCallbacks() = default;
  KafkaCallbacks(const KafkaCallbacks&) = delete;
  KafkaCallbacks& operator=(const KafkaCallbacks&) = delete;

  // Sets the opaque pointer, and the callbacks for errors, log lines and
  // certificates of brokers.
  void Install(rd_kafka_conf_s* conf);
  KafkaEvents& events() const { return *events_; }

  // An error of the client as a whole, on the thread that polls. Counts it.
  virtual void OnError(int error, std::string_view text);

 private:
  // `text`, with the cause that librdkafka's error of a handshake leaves out.
  std::string WithCertificateCause(int error, std::string_view text) const;

  KafkaEvents* const events_;
  // What OpenSSL had against the last certificate of a broker; 0: nothing. On
  // librdkafka's threads.
  std::atomic<int> certificate_error_ = 0;
};

// The message of a status as std::string.
inline std::string StatusText(const absl::Status& status) {
  return std::string(status.message());
}

}  // namespace presshawk
