// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/delivery_metrics.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/time/clock.h"
#include "core/delivery/answer.h"
#include "core/ledger/ledger_names.h"

namespace presshawk {
namespace {

constexpr MetricName kAccepted = {
    "presshawk_notification_accepted_total",
    "Alerts that were accepted for a subscription, counted once for each."};
constexpr MetricName kDuplicates = {
    "presshawk_notification_duplicates_total",
    "Alerts that came again and were accepted before."};
constexpr MetricName kUnreadable = {
    "presshawk_notification_unreadable_total",
    "Alerts that could not be read and are kept whole."};
constexpr MetricName kRetractions = {
    "presshawk_notification_retractions_total",
    "Articles that were taken back, without repeats."};
constexpr MetricName kRetractedAlerts = {
    "presshawk_notification_retracted_total",
    "Alerts that nobody is told of because their articles were taken back, "
    "counted once for each subscription."};
constexpr MetricName kLost = {
    "presshawk_notification_lost_total",
    "Alerts that their topic had removed before the ledger read them."};
constexpr MetricName kJumps = {
    "presshawk_notification_clock_jumps_total",
    "How often the clock was set by more than five minutes."};
constexpr MetricName kZones = {
    "presshawk_notification_zones_changed",
    "Time zones whose rules have changed since the start."};
constexpr MetricName kLate = {
    "presshawk_notification_digest_late_seconds",
    "How long ago the digest that is told next should have been told."};
constexpr MetricName kWaiting = {"presshawk_notification_waiting",
                                 "Deliveries that wait, by reason."};
constexpr MetricName kOldest = {"presshawk_notification_oldest_seconds",
                                "The age of the oldest delivery that waits."};
constexpr MetricName kAttempts = {"presshawk_notification_attempts_total",
                                  "Attempts at a delivery, by outcome."};
constexpr MetricName kDelay = {
    "presshawk_notification_delay_seconds",
    "From the detection of an alert to its delivery, of instants."};
constexpr MetricName kReceivers = {"presshawk_notification_receivers",
                                   "Receivers, by state."};
constexpr MetricName kSubscriptions = {"presshawk_notification_subscriptions",
                                       "Subscriptions, by state."};
constexpr MetricName kCommits = {
    "presshawk_notification_ledger_commit_seconds",
    "How long a transaction of the ledger takes that accepts alerts."};
constexpr MetricName kBytes = {"presshawk_notification_ledger_bytes",
                               "The size of the ledger."};

constexpr std::array<double, 16> kDelayBounds = {
    5e-3, 10e-3, 25e-3, 50e-3, 0.1,  0.25,  0.5,   1,
    5,    30,    120,   600,   3600, 21600, 86400, 259200};
constexpr std::array<double, 11> kCommitBounds = {
    1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1, 0.25, 0.5, 1, 5};

}  // namespace

DeliveryMetrics::DeliveryMetrics(Parts parts, MetricsRegistry* registry)
    : parts_(std::move(parts)),
      delays_{BucketHistogram(kDelayBounds), BucketHistogram(kDelayBounds),
              BucketHistogram(kDelayBounds), BucketHistogram(kDelayBounds),
              BucketHistogram(kDelayBounds), BucketHistogram(kDelayBounds)},
      commits_(kCommitBounds),
      registration_(
          registry->Register([this](MetricWriter* writer) { Write(writer); })) {
}

void DeliveryMetrics::OnAttempt(ReceiverKind kind, AttemptOutcome outcome,
                                std::optional<absl::Duration> delay) {
  const auto index = static_cast<size_t>(kind);
  ++attempts_[index][static_cast<size_t>(outcome)];
  if (delay.has_value()) {
    delays_[index].Observe(std::max(0.0, absl::ToDoubleSeconds(*delay)));
  }
}

void DeliveryMetrics::OnCommit(absl::Duration took) {
  commits_.Observe(absl::ToDoubleSeconds(took));
}

void DeliveryMetrics::Write(MetricWriter* writer) const {
  const Accepting::Counts counts = parts_.accepted();
  writer->Counter(kAccepted, counts.decided.accepted);
  writer->Counter(kDuplicates, counts.decided.duplicates);
  writer->Counter(kUnreadable, counts.decided.unreadable);
  writer->Counter(kRetractions, counts.decided.retractions);
  writer->Counter(kRetractedAlerts, counts.decided.retracted);
  writer->Counter(kLost, parts_.lost());
  writer->Counter(kJumps, counts.clock_jumps);
  writer->Gauge(kZones, counts.zones_changed);
  writer->Gauge(kLate, std::max(0.0, absl::ToDoubleSeconds(absl::Now() -
                                                           counts.next_slot)));
  writer->DeclareCounter(kAttempts);
  writer->DeclareHistogram(kDelay);
  for (size_t kind = 0; kind < kKinds; ++kind) {
    const auto name = ReceiverKindName(static_cast<ReceiverKind>(kind));
    uint64_t all = 0;
    for (size_t outcome = 0; outcome < kOutcomes; ++outcome) {
      const uint64_t count = attempts_[kind][outcome];
      all += count;
      if (count > 0) {
        writer->Counter(
            kAttempts, count,
            {{"receiver_kind", name},
             {"outcome",
              AttemptOutcomeName(static_cast<AttemptOutcome>(outcome))}});
      }
    }
    if (all > 0) {
      writer->Histogram(kDelay, delays_[kind].snapshot(),
                        {{"receiver_kind", name}});
    }
  }
  writer->Histogram(kCommits, commits_.snapshot());
  const std::optional<LedgerCounts> ledger = parts_.ledger();
  writer->Gauge(kBytes, ledger.has_value() ? ledger->bytes : 0);
  WriteWaiting(writer);
  const LiveSubscriptions::Counts subscriptions = parts_.subscriptions();
  writer->Gauge(kSubscriptions, subscriptions.active, {{"state", "active"}});
  writer->Gauge(kSubscriptions, subscriptions.stale, {{"state", "stale"}});
  writer->Gauge(kSubscriptions, subscriptions.rejected,
                {{"state", "rejected"}});
  writer->Gauge(kSubscriptions, subscriptions.paused, {{"state", "paused"}});
}

void DeliveryMetrics::WriteWaiting(MetricWriter* writer) const {
  std::map<std::string, ReceiverKind> kinds;
  std::map<CircuitState, uint64_t> states;
  for (const ReceiverOptions& receiver : parts_.receivers()) {
    kinds[receiver.name] = receiver.kind;
    ++states[CircuitState::kClosed];
  }
  for (const ReceiverRecord& record : parts_.circuits()) {
    if (kinds.contains(record.name) && record.state != CircuitState::kClosed) {
      --states[CircuitState::kClosed];
      ++states[record.state];
    }
  }
  for (const CircuitState state :
       {CircuitState::kClosed, CircuitState::kOpen,
        CircuitState::kMisconfigured, CircuitState::kGone,
        CircuitState::kPaused}) {
    writer->Gauge(kReceivers, states[state],
                  {{"state", CircuitStateName(state)}});
  }
  writer->DeclareGauge(kWaiting);
  writer->DeclareGauge(kOldest);
  const absl::Time now = absl::Now();
  for (const WaitingCount& one : parts_.waiting()) {
    const auto kind = kinds.find(one.receiver);
    const std::string_view name =
        kind == kinds.end() ? "unconfigured" : ReceiverKindName(kind->second);
    writer->Gauge(
        kWaiting, one.count,
        {{"receiver_kind", name}, {"reason", WaitReasonName(one.reason)}});
    // What people are to get later is not old.
    if (!IsDecidersWait(one.reason)) {
      writer->LargestGauge(kOldest, absl::ToDoubleSeconds(now - one.oldest),
                           {{"receiver_kind", name}});
    }
  }
}

}  // namespace presshawk
