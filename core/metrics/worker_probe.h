// What one worker counts: filled once a batch, read at each scrape.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "core/metrics/bucket_histogram.h"
#include "core/model/stage.h"

namespace presshawk {

// Of one batch.
struct BatchCounts {
  uint64_t bytes = 0;   // Sum of the payloads' sizes.
  uint64_t alerts = 0;  // Built.
  uint64_t hits = 0;    // Sum of hit_count.
  uint64_t evaluations_abandoned = 0;
  StageTicks stage_ticks = {};
};

// LIFE. Made by Metrics::AddWorker(), which owns it.
// THREAD SAFETY. Written by its worker, read by scrapes; no lock, no
// allocation. Articles are not counted here but by the worker's OffsetTracker,
// which alone knows when one is done (Metrics::AddArticleCounts).
class WorkerProbe {
 public:
  WorkerProbe();

  void AddBatch(const BatchCounts& counts);
  // Busy from a batch's arrival until it was handed to the sinks.
  void SetBusy(bool busy) { busy_.store(busy, std::memory_order_relaxed); }

  struct Totals {
    uint64_t bytes = 0;
    uint64_t alerts = 0;
    uint64_t hits = 0;
    uint64_t evaluations_abandoned = 0;
  };
  Totals totals() const;
  bool busy() const { return busy_.load(std::memory_order_relaxed); }
  const BucketHistogram& stage_seconds(Stage stage) const {
    return stage_seconds_[static_cast<size_t>(stage)];
  }

 private:
  std::atomic<uint64_t> bytes_ = 0;
  std::atomic<uint64_t> alerts_ = 0;
  std::atomic<uint64_t> hits_ = 0;
  std::atomic<uint64_t> evaluations_abandoned_ = 0;
  std::atomic<bool> busy_ = false;
  std::array<BucketHistogram, kStageCount> stage_seconds_;
};

}  // namespace presshawk
