// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/produce/kafka_dead_letter_sink.h"

#include <utility>

#include "absl/time/clock.h"
#include "core/alerts/alert_builder.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"
#include "core/model/limits.h"

namespace presshawk {

KafkaDeadLetterSink::KafkaDeadLetterSink(KafkaProducer* producer,
                                         std::string topic)
    : producer_(producer), topic_(std::move(topic)) {}

bool KafkaDeadLetterSink::Deliver(const std::shared_ptr<InFlightBatch>& origin,
                                  uint32_t message, RejectReason reason,
                                  std::string_view detail,
                                  WhileBlocked while_blocked) {
  const Message& input = origin->batch().messages()[message];
  auto record = std::make_unique<ProducerRecord>();
  record->owner = this;
  record->topic = topic_;
  record->has_key = input.key.data() != nullptr;
  record->key = std::string(input.key);
  // An empty value stays an empty one; null would be another message.
  record->viewed_value =
      input.payload.data() == nullptr ? std::string_view("") : input.payload;
  record->headers = {{"reason", std::string(RejectReasonName(reason))},
                     {"detail", std::string(detail)}};
  const auto add = [&](const char* name, std::string value) {
    record->headers.emplace_back(name, std::move(value));
  };
  if (input.from_kafka) {
    add("topic", std::string(input.source));
    add("partition", StrCat(input.partition));
  } else {
    add("file", std::string(input.source));
    add("line", StrCat(input.line));
  }
  add("offset", StrCat(input.offset));
  add("time", FormatAlertTime(absl::Now()));
  if (!input.traceparent.empty()) {
    add("traceparent", std::string(input.traceparent));
  }
  if (!input.tracestate.empty()) {
    add("tracestate", std::string(input.tracestate));
  }
  for (auto& [name, value] : origin->batch().HistoryOf(message)) {
    add(name.c_str(), std::move(value));
  }
  if (input.truncated) {  // A line that was skipped: the whole was not kept.
    add("truncated", "true");
    add("size", StrCat(input.size_bytes));
    record->viewed_value =
        record->viewed_value.substr(0, kTruncatedDeadLetterBytes);
  }
  record->origin = origin;
  record->message = message;
  return producer_->Send(std::move(record), while_blocked);
}

void KafkaDeadLetterSink::OnDelivered(const ProducerRecord& record) {
  record.origin->Resolve(record.message);
}

RecordOwner::TooLarge KafkaDeadLetterSink::OnTooLarge(ProducerRecord* record) {
  const std::string_view value = record->viewed_value;
  if (record->shortened || value.size() <= kTruncatedDeadLetterBytes) {
    return TooLarge::kRetryLater;
  }
  record->shortened = true;
  record->headers.emplace_back("truncated", "true");
  record->headers.emplace_back("size", StrCat(value.size()));
  Sha256 sha256;
  sha256.Add(value);
  record->headers.emplace_back("sha256", HexPrefix(sha256.Finish(), 32));
  record->viewed_value = value.substr(0, kTruncatedDeadLetterBytes);
  return TooLarge::kSendAgain;
}

}  // namespace presshawk
