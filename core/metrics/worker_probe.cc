#include "core/metrics/worker_probe.h"

#include "core/base/cycle_clock.h"

namespace presshawk {
namespace {

// 10 us: a stage of a batch of one small article; 10 s: something is wrong.
constexpr std::array<double, 19> kStageBounds = {
    10e-6, 25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3,
    25e-3, 50e-3, 0.1,   0.25,   0.5,    1,      2.5,  5,      10};

}  // namespace

WorkerProbe::WorkerProbe()
    : stage_seconds_{
          BucketHistogram(kStageBounds), BucketHistogram(kStageBounds),
          BucketHistogram(kStageBounds), BucketHistogram(kStageBounds),
          BucketHistogram(kStageBounds)} {
  static_assert(kStageCount == 5);
}

void WorkerProbe::AddBatch(const BatchCounts& counts) {
  bytes_.fetch_add(counts.bytes, std::memory_order_relaxed);
  alerts_.fetch_add(counts.alerts, std::memory_order_relaxed);
  hits_.fetch_add(counts.hits, std::memory_order_relaxed);
  evaluations_abandoned_.fetch_add(counts.evaluations_abandoned,
                                   std::memory_order_relaxed);
  const double seconds_per_tick = CycleClockSecondsPerTick();
  for (size_t i = 0; i < kStageCount; ++i) {
    stage_seconds_[i].Observe(static_cast<double>(counts.stage_ticks.ticks[i]) *
                              seconds_per_tick);
  }
}

WorkerProbe::Totals WorkerProbe::totals() const {
  return {.bytes = bytes_.load(std::memory_order_relaxed),
          .alerts = alerts_.load(std::memory_order_relaxed),
          .hits = hits_.load(std::memory_order_relaxed),
          .evaluations_abandoned =
              evaluations_abandoned_.load(std::memory_order_relaxed)};
}

}  // namespace presshawk
