// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/client/metadata.h"

#include <algorithm>
#include <string>

#include <librdkafka/rdkafka.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr absl::Duration kSlice = absl::Milliseconds(500);
// Another broker of the cluster may still answer; a connection that breaks off
// may also be a broker that is starting.
constexpr absl::Duration kAfterRefusal = absl::Seconds(3);
constexpr absl::Duration kAfterBreak = absl::Seconds(8);

}  // namespace

void KafkaMetadataDeleter::operator()(
    const struct rd_kafka_metadata* metadata) const {
  rd_kafka_metadata_destroy(metadata);
}

absl::StatusOr<KafkaMetadata> FetchMetadata(rd_kafka_s* handle,
                                            const ConnectionErrors& errors,
                                            const KafkaClientOptions& options,
                                            absl::Duration timeout,
                                            const WaitObserver& on_wait) {
  absl::Time deadline = absl::Now() + timeout;
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  bool refused = false;
  do {
    const absl::Duration left =
        std::clamp(deadline - absl::Now(), absl::Milliseconds(1), kSlice);
    const rd_kafka_metadata_t* metadata = nullptr;
    error = rd_kafka_metadata(handle, /*all_topics=*/1, nullptr, &metadata,
                              Millis(left));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      return KafkaMetadata(metadata);
    }
    while (rd_kafka_poll(handle, 0) > 0) {  // What went wrong meanwhile.
    }
    if (on_wait != nullptr && !errors.text().empty()) {
      on_wait(ConnectionCause(errors.text()));
    }
    const bool is_refusal = IsRefusal(errors.error());
    if (!refused &&
        (is_refusal || IsWrongProtocol(errors.error(), errors.text()))) {
      refused = true;
      deadline = std::min(
          deadline, absl::Now() + (is_refusal ? kAfterRefusal : kAfterBreak));
    }
  } while (absl::Now() < deadline);
  const std::string& text = errors.text();
  const std::string advice = ConnectionAdvice(errors.error(), text);
  return absl::UnavailableError(StrCat(
      "kafka: no answer from ", BootstrapServers(options), ": ",
      text.empty() ? rd_kafka_err2str(error) : ConnectionCause(text), ": ",
      advice.empty() ? "is the broker running, and its address and "
                       "`security.protocol` right?"
                     : advice));
}

}  // namespace presshawk
