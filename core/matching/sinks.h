// SPDX-License-Identifier: Apache-2.0
// The ports for what an article becomes: alerts and dead letters.
// ingest/kafka and ingest/file implement them.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/model/reject_reason.h"
#include "core/stream/in_flight_batch.h"
#include "core/stream/while_blocked.h"

namespace presshawk {

struct OutboundAlert {
  std::string_view id;            // 32 hex digits.
  std::string_view watchlist_id;  // The key on Kafka.
  std::string_view json;          // One line, without the line feed.
  std::string_view traceparent;   // Of the article's message, or empty.
  std::string_view tracestate = {};
  // What stories are told by (SPEC STORY-8): the article's encoded Signature,
  // at most kSignatureBytesMax. Empty where no sink carries_signatures().
  std::string_view signature = {};
  uint32_t message = 0;  // The index in the batch.
};

// An article that its publisher took back (SPEC RETRACT-1).
struct OutboundRetraction {
  std::string_view article_id;  // The key on Kafka.
  std::string_view version;     // Of the article; may be empty.
  std::string_view json;        // One line, without the line feed.
  std::string_view traceparent = {};
  std::string_view tracestate = {};
  uint32_t message = 0;  // The index in the batch.
};

// Alerts of one message batch. The views live until Deliver() returns, so a
// sink copies what it keeps.
struct AlertBatch {
  std::shared_ptr<InFlightBatch> origin;
  absl::Time detected_at;
  absl::Span<const OutboundAlert> alerts;
  // Only for a sink that carries_retractions(), which acknowledges each as it
  // does an alert.
  absl::Span<const OutboundRetraction> retractions = {};
};

class AlertSink {
 public:
  virtual ~AlertSink() = default;
  // "kafka" or "file": a metric label and part of readiness reasons.
  virtual std::string_view name() const = 0;
  // Whether the signatures of articles go with the alerts. Where no sink says
  // so, none are made. The answer never changes.
  virtual bool carries_signatures() const { return false; }
  // Whether it also takes retractions; other sinks are given none. The answer
  // never changes.
  virtual bool carries_retractions() const { return false; }
  // Queues the alerts, and the retractions before them. For each of them the
  // sink calls origin->Resolve(message)
  // once, after the destination acknowledged it, or origin->Refuse() where the
  // destination will never accept it. The sink retries for as long as it takes
  // and never gives an alert up. Blocks while its queue is full; false when
  // `while_blocked` ended that. Thread-safe.
  virtual bool Deliver(const AlertBatch& batch, WhileBlocked while_blocked) = 0;
  // Ok, or why it cannot deliver at the moment, which /readyz shows.
  virtual absl::Status Health() const = 0;
  // Returns when everything queued was acknowledged, or at `deadline`.
  virtual void Flush(absl::Time deadline) = 0;
};

class DeadLetterSink {
 public:
  virtual ~DeadLetterSink() = default;
  // Writes the whole message (SPEC KAFKA-7 says when it is cut), then calls
  // origin->Resolve(message) once. Thread-safe; blocks as
  // AlertSink::Deliver() does.
  virtual bool Deliver(const std::shared_ptr<InFlightBatch>& origin,
                       uint32_t message, RejectReason reason,
                       std::string_view detail, WhileBlocked while_blocked) = 0;
  virtual absl::Status Health() const = 0;
  virtual void Flush(absl::Time deadline) = 0;
};

}  // namespace presshawk
