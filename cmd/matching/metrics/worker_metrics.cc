// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/metrics/worker_metrics.h"

#include "core/base/cycle_clock.h"

namespace presshawk {
namespace {

constexpr MetricName kArticleBytes = {"presshawk_article_bytes_total",
                                      "Bytes of the articles worked on."};
constexpr MetricName kHits = {"presshawk_hits_total",
                              "Hits of all alerts, also those not shown."};
constexpr MetricName kAlerts = {"presshawk_alerts_total",
                                "Alerts built, for all sinks once."};
constexpr MetricName kHeldBack = {
    "presshawk_alerts_held_back_total",
    "Alerts below the min_relevance of their lists, which no sink gets."};
constexpr MetricName kRetractions = {
    "presshawk_retractions_total",
    "Articles that their publishers took back, as the sinks were told."};
constexpr MetricName kEvaluationsAbandoned = {
    "presshawk_evaluations_abandoned_total",
    "Lists given up for an article because their work was bounded."};
constexpr MetricName kStageSeconds = {
    "presshawk_stage_seconds", "Time in a stage of the hot path, per batch."};
constexpr MetricName kWorkers = {
    "presshawk_workers",
    "Workers that work on a batch (busy) or wait for one (idle)."};

// 10 us: a stage of a batch of one small article; 10 s: something is wrong.
constexpr std::array<double, 19> kStageBounds = {
    10e-6, 25e-6, 50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3,
    25e-3, 50e-3, 0.1,   0.25,   0.5,    1,      2.5,  5,      10};

}  // namespace

WorkerMetrics::WorkerMetrics()
    : stage_seconds_{
          BucketHistogram(kStageBounds), BucketHistogram(kStageBounds),
          BucketHistogram(kStageBounds), BucketHistogram(kStageBounds),
          BucketHistogram(kStageBounds)} {
  static_assert(kStageCount == 5);
}

WorkerMetrics::WorkerMetrics(MetricsRegistry* registry) : WorkerMetrics() {
  registration_ = registry->Register(
      [this](MetricWriter* writer) { Write(writer, /*workers=*/1); });
}

void WorkerMetrics::AddBatch(const BatchReport& report) {
  bytes_.fetch_add(report.bytes, std::memory_order_relaxed);
  alerts_.fetch_add(report.alerts, std::memory_order_relaxed);
  hits_.fetch_add(report.hits, std::memory_order_relaxed);
  held_back_.fetch_add(report.held_back, std::memory_order_relaxed);
  retractions_.fetch_add(report.retractions, std::memory_order_relaxed);
  evaluations_abandoned_.fetch_add(report.abandoned.size(),
                                   std::memory_order_relaxed);
  const double seconds_per_tick = CycleClockSecondsPerTick();
  for (size_t i = 0; i < kStageCount; ++i) {
    stage_seconds_[i].Observe(static_cast<double>(report.ticks.ticks[i]) *
                              seconds_per_tick);
  }
}

void WorkerMetrics::Declare(MetricWriter* writer) {
  WorkerMetrics().Write(writer, /*workers=*/0);
}

void WorkerMetrics::Write(MetricWriter* writer, int workers) const {
  const int busy = busy_.load(std::memory_order_relaxed) ? 1 : 0;
  writer->Counter(kArticleBytes, bytes_.load(std::memory_order_relaxed));
  writer->Counter(kAlerts, alerts_.load(std::memory_order_relaxed));
  writer->Counter(kHits, hits_.load(std::memory_order_relaxed));
  writer->Counter(kHeldBack, held_back_.load(std::memory_order_relaxed));
  writer->Counter(kRetractions, retractions_.load(std::memory_order_relaxed));
  writer->Counter(kEvaluationsAbandoned,
                  evaluations_abandoned_.load(std::memory_order_relaxed));
  writer->Gauge(kWorkers, busy, {{"state", "busy"}});
  writer->Gauge(kWorkers, workers - busy, {{"state", "idle"}});
  for (size_t i = 0; i < kStageCount; ++i) {
    writer->Histogram(kStageSeconds, stage_seconds_[i].snapshot(),
                      {{"stage", StageName(static_cast<Stage>(i))}});
  }
}

}  // namespace presshawk
