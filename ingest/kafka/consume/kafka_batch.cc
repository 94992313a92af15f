// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/kafka_batch.h"

#include <utility>

#include <librdkafka/rdkafka.h>

#include "core/model/trace_context.h"

namespace presshawk {
namespace {

constexpr uint64_t kMessageOverheadBytes = 256;

std::string_view Bytes(const void* data, size_t size) {
  return data == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(data), size);
}

// Null where the message has none, which costs a look at a length.
rd_kafka_headers_t* HeadersOf(const rd_kafka_message_t* message) {
  rd_kafka_headers_t* headers = nullptr;
  return rd_kafka_message_headers(message, &headers) ==
                 RD_KAFKA_RESP_ERR_NO_ERROR
             ? headers
             : nullptr;
}

// The last of this name; empty where there is none.
std::string_view Header(const rd_kafka_headers_t* headers, const char* name) {
  const void* value = nullptr;
  size_t size = 0;
  return rd_kafka_header_get_last(headers, name, &value, &size) ==
                 RD_KAFKA_RESP_ERR_NO_ERROR
             ? Bytes(value, size)
             : std::string_view();
}

// A malformed context is dropped: whoever reads it next would have to.
void AddTraceContext(const rd_kafka_headers_t* headers, Message* message) {
  if (headers == nullptr) {
    return;
  }
  const std::string_view parent = Header(headers, "traceparent");
  if (!IsTraceParent(parent)) {
    return;
  }
  message->traceparent = parent;
  const std::string_view state = Header(headers, "tracestate");
  if (IsTraceState(state)) {
    message->tracestate = state;
  }
}

}  // namespace

uint64_t KafkaMessageBytes(const rd_kafka_message_t& message) {
  return message.len + message.key_len + kMessageOverheadBytes;
}

KafkaBatch::KafkaBatch(std::shared_ptr<const void> consumer,
                       std::shared_ptr<ByteBudget> budget, size_t messages_max)
    : consumer_(std::move(consumer)), budget_(std::move(budget)) {
  messages_.reserve(messages_max);
  owned_.reserve(messages_max);
}

KafkaBatch::~KafkaBatch() { budget_->Release(budget_bytes_); }

void KafkaBatch::Add(KafkaMessage owned, std::string_view topic,
                     StreamId stream) {
  rd_kafka_timestamp_type_t kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const int64_t time = rd_kafka_message_timestamp(owned.get(), &kind);
  messages_.push_back({.payload = Bytes(owned->payload, owned->len),
                       .key = Bytes(owned->key, owned->key_len),
                       .source = topic,
                       .stream = stream,
                       .partition = owned->partition,
                       .offset = owned->offset,
                       .next = owned->offset + 1,
                       .unix_millis = time,
                       .from_kafka = true,
                       .tombstone = owned->payload == nullptr,
                       .size_bytes = owned->len});
  AddTraceContext(HeadersOf(owned.get()), &messages_.back());
  bytes_ += owned->len;
  const uint64_t size = KafkaMessageBytes(*owned);
  budget_bytes_ += size;
  budget_->Add(size);
  owned_.push_back(std::move(owned));
}

// librdkafka reads the headers from the bytes at the first call, which was
// Add()'s: from then on this is thread-safe.
ReplayHistory KafkaBatch::HistoryOf(uint32_t message) const {
  ReplayHistory history;
  const rd_kafka_headers_t* headers = HeadersOf(owned_[message].get());
  if (headers == nullptr) {
    return history;
  }
  for (const char* const name : kReplayHeaders) {
    const std::string_view value = Header(headers, name);
    if (!value.empty() && value.size() <= kReplayHeaderBytesMax) {
      history.emplace_back(name, value);
    }
  }
  return history;
}

}  // namespace presshawk
