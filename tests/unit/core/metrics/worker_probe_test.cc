#include "core/metrics/worker_probe.h"

#include <numeric>

#include "core/base/cycle_clock.h"
#include "gtest/gtest.h"

namespace presshawk {
namespace {

TEST(WorkerProbeTest, EachStageIsObservedOnceABatchInSeconds) {
  WorkerProbe probe;
  BatchCounts batch;
  // About 2 s of scanning, nothing emitted.
  batch.stage_ticks[Stage::kScan] =
      static_cast<uint64_t>(2 / CycleClockSecondsPerTick());
  probe.AddBatch(batch);
  probe.AddBatch(batch);
  for (size_t i = 0; i < kStageCount; ++i) {
    const auto stage = static_cast<Stage>(i);
    const BucketHistogram::Snapshot snapshot =
        probe.stage_seconds(stage).snapshot();
    EXPECT_EQ(std::accumulate(snapshot.counts.begin(), snapshot.counts.end(),
                              uint64_t{0}),
              2u);
    EXPECT_NEAR(snapshot.sum, stage == Stage::kScan ? 4 : 0, 1e-6);
  }
}

TEST(WorkerProbeTest, BatchesAddUp) {
  WorkerProbe probe;
  probe.AddBatch(
      {.bytes = 100, .alerts = 2, .hits = 7, .evaluations_abandoned = 1});
  probe.AddBatch({.bytes = 50, .alerts = 1, .hits = 1});
  EXPECT_EQ(probe.totals().bytes, 150u);
  EXPECT_EQ(probe.totals().alerts, 3u);
  EXPECT_EQ(probe.totals().hits, 8u);
  EXPECT_EQ(probe.totals().evaluations_abandoned, 1u);
}

}  // namespace
}  // namespace presshawk
