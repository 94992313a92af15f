// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/metrics/delivery_metrics.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"

namespace presshawk {
namespace {

constexpr MetricName kAlertDelay = {
    "presshawk_alert_delay_seconds",
    "From the article's publication or consumption to the acknowledgement of "
    "its last sink, per alert."};
constexpr MetricName kDeliveries = {
    "presshawk_deliveries_total",
    "Answers of destinations for alerts; a failure is tried again."};
constexpr MetricName kDeliverySeconds = {
    "presshawk_delivery_seconds",
    "From the hand-over of an alert to its destination's answer."};
constexpr MetricName kOutboxEntries = {"presshawk_outbox_entries",
                                       "Entries a sink holds unacknowledged."};
constexpr MetricName kDeadLetters = {
    "presshawk_deadletters_total",
    "Dead letters handed to their sink, by reason."};

// From a busy machine's best to an hour of back-pressure.
constexpr std::array<double, 20> kDelayBounds = {
    1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1, 0.25, 0.5,  1,
    2.5,  5,      10,   30,    60,    120,   300, 600,  1800, 3600};
constexpr std::array<double, 16> kDeliveryBounds = {
    0.5e-3, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1,
    0.25,   0.5,  1,      2.5,  5,     10,    30,    60};

}  // namespace

DelayMetrics::DelayMetrics(MetricsRegistry* registry)
    : published_(kDelayBounds), consumed_(kDelayBounds) {
  registration_ = registry->Register([this](MetricWriter* writer) {
    writer->Histogram(kAlertDelay, consumed_.snapshot(),
                      {{"from", "consumed"}});
    writer->Histogram(kAlertDelay, published_.snapshot(),
                      {{"from", "published"}});
  });
}

void DelayMetrics::OnAlertsAcknowledged(uint32_t alerts, absl::Time consumed,
                                        std::optional<absl::Time> published) {
  Observe(alerts, consumed, published, absl::Now());
}

void DelayMetrics::Observe(uint32_t alerts, absl::Time consumed,
                           std::optional<absl::Time> published,
                           absl::Time now) {
  const auto seconds_since = [now](absl::Time start) {
    return std::max(0.0, absl::ToDoubleSeconds(now - start));
  };
  consumed_.Observe(seconds_since(consumed), alerts);
  if (published.has_value()) {
    published_.Observe(seconds_since(*published), alerts);
  }
}

SinkMetrics::SinkMetrics(std::string_view sink, MetricsRegistry* registry)
    : sink_(sink), seconds_(kDeliveryBounds) {
  registration_ =
      registry->Register([this](MetricWriter* writer) { Write(writer); });
}

void SinkMetrics::OnAnswer(bool delivered, absl::Duration delay) {
  (delivered ? successes_ : failures_).fetch_add(1, std::memory_order_relaxed);
  seconds_.Observe(std::max(0.0, absl::ToDoubleSeconds(delay)));
}

void SinkMetrics::Declare(MetricWriter* writer) {
  writer->DeclareCounter(kDeliveries);
  writer->DeclareHistogram(kDeliverySeconds);
  writer->DeclareGauge(kOutboxEntries);
}

void SinkMetrics::Write(MetricWriter* writer) const {
  writer->Counter(kDeliveries, successes_.load(std::memory_order_relaxed),
                  {{"sink", sink_}, {"result", "success"}});
  writer->Counter(kDeliveries, failures_.load(std::memory_order_relaxed),
                  {{"sink", sink_}, {"result", "failure"}});
  writer->Histogram(kDeliverySeconds, seconds_.snapshot(), {{"sink", sink_}});
}

MetricsRegistry::Registration RegisterOutbox(std::string_view sink,
                                             std::function<uint64_t()> entries,
                                             MetricsRegistry* registry) {
  return registry->Register(
      [sink = std::string(sink),
       entries = std::move(entries)](MetricWriter* writer) {
        writer->Gauge(kOutboxEntries, entries(), {{"sink", sink}});
      });
}

DeadLetterMetrics::DeadLetterMetrics(MetricsRegistry* registry) {
  registration_ = registry->Register([this](MetricWriter* writer) {
    for (size_t i = 0; i < kRejectReasonCount; ++i) {
      writer->Counter(
          kDeadLetters, counts_[i].load(std::memory_order_relaxed),
          {{"reason", RejectReasonName(static_cast<RejectReason>(i))}});
    }
  });
}

void DeadLetterMetrics::Count(RejectReason reason) {
  counts_[static_cast<size_t>(reason)].fetch_add(1, std::memory_order_relaxed);
}

}  // namespace presshawk
