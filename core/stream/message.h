// SPDX-License-Identifier: Apache-2.0
// A message is one input as it arrived: a Kafka record or a line of a file. A
// batch owns the bytes of its messages. Nothing here knows what a message
// means; core/matching reads articles in them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "core/stream/offset_tracker.h"
#include "core/stream/replay_history.h"

namespace presshawk {

// The views point into the message's batch. Kafka and files share one record
// on purpose: every sink copies the place into its output, and a variant would
// cost each of them a visit.
struct Message {
  std::string_view payload = {};
  std::string_view key = {};
  // The Kafka topic, or the path of the file.
  std::string_view source = {};
  // One assignment of a partition, or one opened file.
  StreamId stream{};
  int32_t partition = -1;  // Kafka only.
  // The Kafka offset, or the position of the line's first byte in the file.
  int64_t offset = 0;
  // The position to commit once this message is resolved.
  int64_t next = 0;
  uint64_t line = 0;  // Files only, from 1.
  // When it was written, as the broker or its producer says; -1: not known, as
  // for every line of a file.
  int64_t unix_millis = -1;
  bool from_kafka = false;
  // The record's value is null. It counts as processed and matches nothing.
  bool tombstone = false;
  // The line is over the limit: `payload` is only its start, and `size_bytes`
  // its full size.
  bool truncated = false;
  uint64_t size_bytes = 0;
  // The W3C trace context of the message: well-formed, or empty.
  std::string_view traceparent = {};
  std::string_view tracestate = {};  // Only beside a traceparent.
};

// Owns the bytes of its messages. It is destroyed once its last message is
// resolved.
class MessageBatch {
 public:
  virtual ~MessageBatch() = default;
  absl::Span<const Message> messages() const { return messages_; }
  uint64_t bytes() const { return bytes_; }  // The sum of the payload sizes.
  // The headers of a message that was a dead letter before and was replayed;
  // empty for others. Only the dead-letter sinks ask. Thread-safe.
  virtual ReplayHistory HistoryOf(uint32_t /*message*/) const { return {}; }

 protected:
  std::vector<Message> messages_;
  uint64_t bytes_ = 0;
};

}  // namespace presshawk
