// SPDX-License-Identifier: Apache-2.0
// What sinks and dead letters count. Each object is one probe; its registry
// must outlive it, and so must it outlive whoever reports to it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "core/matching/article_batch.h"
#include "core/matching/sinks.h"
#include "core/metrics/metrics_registry.h"
#include "core/model/reject_reason.h"

namespace presshawk {

// Observes the delays of alerts. Thread-safe.
class DelayMetrics : public DeliveryListener {
 public:
  explicit DelayMetrics(MetricsRegistry* registry);

  void OnAlertsAcknowledged(uint32_t alerts, absl::Time consumed,
                            std::optional<absl::Time> published) override;
  // The same at `now`. A delay below 0 counts as 0.
  void Observe(uint32_t alerts, absl::Time consumed,
               std::optional<absl::Time> published, absl::Time now);

 private:
  BucketHistogram published_;
  BucketHistogram consumed_;
  MetricsRegistry::Registration registration_;  // Goes first.
};

// What one sink counts. Sinks of one kind are shown as their sum. Thread-safe.
class SinkMetrics {
 public:
  // `sink` is "kafka" or "file".
  SinkMetrics(std::string_view sink, MetricsRegistry* registry);

  // A destination answered for one alert, `delay` after the hand-over.
  void OnAnswer(bool delivered, absl::Duration delay);

  // Shows the metrics of sinks where there is none.
  static void Declare(MetricWriter* writer);

 private:
  void Write(MetricWriter* writer) const;

  const std::string sink_;
  std::atomic<uint64_t> successes_ = 0;
  std::atomic<uint64_t> failures_ = 0;
  BucketHistogram seconds_;
  MetricsRegistry::Registration registration_;  // Goes first.
};

// Shows what `entries` says: what a sink holds without an acknowledgement. It
// is asked at each scrape, until the registration goes.
[[nodiscard]] MetricsRegistry::Registration RegisterOutbox(
    std::string_view sink, std::function<uint64_t()> entries,
    MetricsRegistry* registry);

// Counts dead letters that were handed to their sink. Thread-safe.
class DeadLetterMetrics {
 public:
  explicit DeadLetterMetrics(MetricsRegistry* registry);

  void Count(RejectReason reason);

 private:
  std::array<std::atomic<uint64_t>, kRejectReasonCount> counts_ = {};
  MetricsRegistry::Registration registration_;  // Goes first.
};

}  // namespace presshawk
