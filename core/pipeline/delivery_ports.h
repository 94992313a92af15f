// The ports around the hot path: where messages come from, where alerts and
// dead letters go, and how an acknowledgement finds its way back.
//
//   Source ─MessageBatch─► worker ─AlertBatch─► AlertSink ─┐
//      ▲                      └──reject──► DeadLetterSink ─┤ Resolve()
//      └─ store, commit ◄── OffsetTracker ◄── InFlightBatch ◄┘
//
// GUARANTEE. A position is committable only when every message before it was
// resolved: all its alerts were acknowledged by every sink, or its dead letter
// was, or nothing matched.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/model/reject_reason.h"
#include "core/pipeline/offset_tracker.h"
#include "core/pipeline/replay_history.h"

namespace presshawk {

// One input as it came. Views into its MessageBatch.
struct Message {
  std::string_view payload;
  std::string_view key;
  // Kafka: the topic; files: the path. Names the origin in the alert.
  std::string_view source;
  // A partition of one assignment, or one opened file: see OffsetTracker.
  StreamId stream{};
  int32_t partition = -1;  // Kafka only.
  int64_t offset = 0;      // Kafka: offset. Files: first byte of the line.
  int64_t next = 0;        // What to commit once this is resolved.
  uint64_t line = 0;       // Files only, from 1.
  bool from_kafka = false;
  bool tombstone = false;  // A null value: processed, matches nothing.
  // A line over the limit: `payload` is its begin, `size_bytes` its true size,
  // and it is rejected as too_large without being decoded.
  bool truncated = false;
  uint64_t size_bytes = 0;
  // W3C trace context of the message: well-formed, or empty.
  std::string_view traceparent = {};
  std::string_view tracestate = {};  // Only beside a traceparent.
};

// Owns the bytes of its messages; destroyed when its last message is resolved.
class MessageBatch {
 public:
  virtual ~MessageBatch() = default;
  absl::Span<const Message> messages() const { return messages_; }
  uint64_t bytes() const { return bytes_; }  // Sum of the payloads' sizes.
  // What a message that was a dead letter before says of its past: headers by
  // their names (replay_history.h), for the next dead letter. Asked for dead
  // letters only. Thread-safe.
  virtual ReplayHistory HistoryOf(uint32_t /*message*/) const { return {}; }

 protected:
  std::vector<Message> messages_;
  uint64_t bytes_ = 0;
};

class DeadLetterSink;

// Told when all alerts of an article were acknowledged by every sink.
// Thread-safe.
class DeliveryListener {
 public:
  virtual ~DeliveryListener() = default;
  // `published` where the article said so.
  virtual void OnAlertsAcknowledged(uint32_t alerts, absl::Time consumed,
                                    std::optional<absl::Time> published) = 0;
};

// A batch on its way, shared by the worker and the sinks. Resolve() and
// RejectAlert() are thread-safe; all else is the worker's.
class InFlightBatch {
 public:
  // Admits every message to `tracker`. Each message starts with one pending
  // acknowledgement: the worker's own, which it resolves when it is through
  // with the message. `tracker`, `dead_letters` and `listener` (which may be
  // null) must outlive this.
  InFlightBatch(std::unique_ptr<MessageBatch> batch, OffsetTracker* tracker,
                DeadLetterSink* dead_letters,
                DeliveryListener* listener = nullptr);

  const MessageBatch& batch() const { return *batch_; }
  absl::Time consumed() const { return consumed_; }

  // One more acknowledgement will come for `message`. Called by the worker
  // before it hands the alert over, while it holds its own.
  void AddPending(uint32_t message, uint32_t acknowledgements);
  // For the listener: how many alerts the message has, and when its article
  // was published. Before its alerts are handed over.
  void SetAlerts(uint32_t message, uint32_t alerts,
                 std::optional<absl::Time> published);
  // The message counts as rejected once it is resolved. Before its dead letter
  // is handed over, whose acknowledgement takes the place of the worker's own.
  void MarkRejected(uint32_t message, RejectReason reason);
  // One acknowledgement came; with the last one the message is resolved.
  void Resolve(uint32_t message);
  // For a sink whose destination refuses even the shortened alert: the article
  // becomes a dead letter, whose acknowledgement takes the place of this one.
  // Static, as the dead letter keeps the batch alive.
  static void RejectAlert(const std::shared_ptr<InFlightBatch>& batch,
                          uint32_t message, std::string_view detail);

 private:
  struct State {
    std::atomic<uint32_t> pending = 1;
    std::atomic<uint8_t> rejected = kNotRejected;
    uint32_t alerts = 0;
    std::optional<absl::Time> published;
  };
  static constexpr uint8_t kNotRejected = UINT8_MAX;

  std::unique_ptr<MessageBatch> batch_;
  OffsetTracker* tracker_;
  DeadLetterSink* dead_letters_;
  DeliveryListener* listener_;
  const absl::Time consumed_;
  std::unique_ptr<State[]> states_;
};

// Called by a sink while it is full, from the thread that handed over: keeps
// the consumer in its group. False tells the sink to give up (stopping, and the
// deadline passed); what was not handed over is then left unresolved.
using WhileBlocked = absl::FunctionRef<bool()>;

struct OutboundAlert {
  std::string_view id;            // 32 hex digits.
  std::string_view watchlist_id;  // Key on Kafka.
  std::string_view json;          // One line, without the line feed.
  std::string_view traceparent;   // Of the article's message, or empty.
  std::string_view tracestate = {};
  uint32_t message = 0;  // Index in the batch.
};

// The alerts of one message batch. The views live until Deliver returns: a sink
// copies what it keeps.
struct AlertBatch {
  std::shared_ptr<InFlightBatch> origin;
  absl::Time detected_at;
  absl::Span<const OutboundAlert> alerts;
};

class AlertSink {
 public:
  virtual ~AlertSink() = default;
  // "kafka", "file": metric label and readiness reason.
  virtual std::string_view name() const = 0;
  // Queues the alerts; for each it will call origin->Resolve(message) once,
  // after the destination acknowledged it (or RejectAlert). Retries are the
  // sink's business: it never gives an alert up. Blocks while its queue is
  // full. False when `while_blocked` ended it. Thread-safe.
  virtual bool Deliver(const AlertBatch& batch, WhileBlocked while_blocked) = 0;
  // Ok, or why it cannot deliver at the moment (readyz shows it).
  virtual absl::Status Health() const = 0;
  // Returns when everything queued was acknowledged, or at `deadline`.
  virtual void Flush(absl::Time deadline) = 0;
};

class DeadLetterSink {
 public:
  virtual ~DeadLetterSink() = default;
  // Writes the message whole (SPEC KAFKA-7 says when it is cut), then calls
  // origin->Resolve(message) once. Thread-safe; blocks as Deliver does.
  virtual bool Deliver(const std::shared_ptr<InFlightBatch>& origin,
                       uint32_t message, RejectReason reason,
                       std::string_view detail, WhileBlocked while_blocked) = 0;
  virtual absl::Status Health() const = 0;
  virtual void Flush(absl::Time deadline) = 0;
};

// One per worker, used by its thread only.
class Source {
 public:
  virtual ~Source() = default;
  // Waits up to `timeout` for messages. Null when none came; also stores and
  // commits what the tracker has released (commit_interval), serves rebalances
  // (a revoke waits up to 5 s for what is in flight) and keeps the group
  // membership alive. Errors that pass by themselves are logged and counted,
  // not returned; an error status means that this source cannot go on.
  virtual absl::StatusOr<std::unique_ptr<MessageBatch>> Poll(
      absl::Duration timeout) = 0;
  // Keeps the membership alive while the worker is blocked; fetches nothing.
  virtual void KeepAlive() = 0;
  // True when no more will ever come (a file without `follow`).
  virtual bool exhausted() const = 0;
  // Assigned (Kafka) or opened (files): readiness.
  virtual absl::Status Ready() const = 0;
  // Commits what is resolved and leaves; what is not resolved counts as
  // abandoned. No Poll() after it.
  virtual absl::Status Close() = 0;
};

}  // namespace presshawk
