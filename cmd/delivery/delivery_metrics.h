// SPDX-License-Identifier: Apache-2.0
// What the delivery role counts (SPEC METRIC-10). No label names a subscription
// or a receiver.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "cmd/delivery/accepting.h"
#include "cmd/delivery/live_subscriptions.h"
#include "core/base/mutex.h"
#include "core/delivery/receiver.h"
#include "core/ledger/ledger_records.h"
#include "core/ledger/ledger_store.h"
#include "core/metrics/bucket_histogram.h"
#include "core/metrics/metrics_registry.h"

namespace presshawk {

// THREAD SAFETY. All of it.
class DeliveryMetrics {
 public:
  // What a scrape asks. Functions, because the role is there before its ledger
  // is open; each returns what there is.
  struct Parts {
    std::function<Accepting::Counts()> accepted;
    std::function<std::vector<WaitingCount>()> waiting;
    std::function<std::optional<LedgerCounts>()> ledger;
    std::function<std::vector<ReceiverRecord>()> circuits;
    std::function<std::vector<ReceiverOptions>()> receivers;
    std::function<LiveSubscriptions::Counts()> subscriptions;
    std::function<uint64_t()> lost;  // Alerts that the topic had removed.
  };
  DeliveryMetrics(Parts parts, MetricsRegistry* registry);

  // An attempt ended. `delay` is from detection to delivery, of an instant that
  // was delivered at its first attempt or later.
  void OnAttempt(ReceiverKind kind, AttemptOutcome outcome,
                 std::optional<absl::Duration> delay);
  void OnCommit(absl::Duration took);

 private:
  static constexpr size_t kKinds = 6;
  static constexpr size_t kOutcomes = 11;

  void Write(MetricWriter* writer) const;
  void WriteWaiting(MetricWriter* writer) const;

  const Parts parts_;
  std::array<std::array<std::atomic<uint64_t>, kOutcomes>, kKinds> attempts_ =
      {};
  std::array<BucketHistogram, kKinds> delays_;
  BucketHistogram commits_;
  MetricsRegistry::Registration registration_;  // Goes first.
};

}  // namespace presshawk
