// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "core/metrics/metrics_registry.h"

namespace presshawk {

class ListRates;

// Writes the rates of the noisiest lists, and how many have fallen silent.
void WriteListRateMetrics(const ListRates& rates, MetricWriter* writer);

// What the list keeper counts. The numbers of single lists are no metrics,
// because there is no limit to lists, but for the ten noisiest; the API tells
// them.
//
// LIFE. The registry must outlive it.
// THREAD SAFETY. All methods.
class ListMetrics {
 public:
  explicit ListMetrics(MetricsRegistry* registry);

  // The lists were loaded, or could not be; that took so long.
  void ObserveReload(bool success, absl::Duration took);
  // How many lists are in which state from now on.
  void SetLists(size_t active, size_t stale, size_t rejected);
  // Since when the running generation is active.
  void SetGenerationTime(absl::Time active_since);

 private:
  void Write(MetricWriter* writer) const;

  std::atomic<size_t> active_ = 0;
  std::atomic<size_t> stale_ = 0;
  std::atomic<size_t> rejected_ = 0;
  std::atomic<uint64_t> reload_successes_ = 0;
  std::atomic<uint64_t> reload_failures_ = 0;
  std::atomic<int64_t> generation_unix_micros_ = 0;  // 0: there is none yet.
  BucketHistogram reload_seconds_;
  MetricsRegistry::Registration registration_;  // Goes first.
};

}  // namespace presshawk
