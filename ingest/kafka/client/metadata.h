// The first question to a cluster, and why there is no answer.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ingest/kafka/client/client_callbacks.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/handles.h"

struct rd_kafka_metadata;  // There is a function of this name too.

namespace presshawk {

struct KafkaMetadataDeleter {
  void operator()(const struct rd_kafka_metadata* metadata) const;
};
using KafkaMetadata =
    std::unique_ptr<const struct rd_kafka_metadata, KafkaMetadataDeleter>;

// Remembers why no connection comes about. On the thread that polls.
class ConnectionErrors : public KafkaCallbacks {
 public:
  using KafkaCallbacks::KafkaCallbacks;
  void OnError(int error, std::string_view text) override;
  int error() const { return error_; }  // 0: none yet.
  const std::string& text() const { return text_; }
  void Forget() {
    error_ = 0;
    text_.clear();
  }

 private:
  int error_ = 0;
  std::string text_;
};

// All topics. kUnavailable when no broker answers within `timeout`, or soon
// after one refused the credentials or the certificate: what it said, and what
// to check. `errors` are the handle's callbacks.
absl::StatusOr<KafkaMetadata> FetchMetadata(rd_kafka_s* handle,
                                            const ConnectionErrors& errors,
                                            const KafkaClientOptions& options,
                                            absl::Duration timeout);

// Whether this error of a client tells why a connection does not come about, or
// not last.
bool IsConnectionError(int error);

// What to do about an error of a connection; empty where nobody can tell. No
// part of `text` but its words decides.
std::string ConnectionAdvice(int error, std::string_view text);

}  // namespace presshawk
