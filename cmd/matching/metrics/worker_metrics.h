// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "core/matching/worker.h"
#include "core/metrics/metrics_registry.h"
#include "core/model/stage.h"

namespace presshawk {

// What one worker counts: filled once per batch, read at each scrape. The
// scrape shows the sum over all workers.
//
// Articles are not counted here. The OffsetTracker of the worker alone knows
// when one is done (article_metrics.h).
// LIFE. The registry must outlive it.
// THREAD SAFETY. Written by its worker, without a lock or an allocation, while
// scrapes read.
class WorkerMetrics {
 public:
  explicit WorkerMetrics(MetricsRegistry* registry);

  // Adds what a batch was.
  void AddBatch(const BatchReport& report);
  // A worker is busy from the arrival of a batch until it was handed to the
  // sinks.
  void SetBusy(bool busy) { busy_.store(busy, std::memory_order_relaxed); }

  // Shows the metrics of workers where there is no worker yet.
  static void Declare(MetricWriter* writer);

 private:
  WorkerMetrics();
  // `workers` is 0 for the declaration.
  void Write(MetricWriter* writer, int workers) const;

  std::atomic<uint64_t> bytes_ = 0;
  std::atomic<uint64_t> alerts_ = 0;
  std::atomic<uint64_t> hits_ = 0;
  std::atomic<uint64_t> held_back_ = 0;
  std::atomic<uint64_t> retractions_ = 0;
  std::atomic<uint64_t> evaluations_abandoned_ = 0;
  std::atomic<bool> busy_ = false;
  std::array<BucketHistogram, kStageCount> stage_seconds_;
  MetricsRegistry::Registration registration_;  // Goes first.
};

}  // namespace presshawk
