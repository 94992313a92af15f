// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/metrics_registry.h"

#include <array>
#include <atomic>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "core/metrics/process_metrics.h"
#include "tests/support/metric_samples.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr MetricName kSeen = {"seen_total", "What was seen."};
constexpr MetricName kDepth = {"depth", "How deep it is."};
constexpr MetricName kSeconds = {"seconds", "How long it took."};
constexpr std::array<double, 2> kBounds = {1, 2};

TEST(MetricsRegistryTest, NothingIsShownWhereNobodyRegistered) {
  EXPECT_THAT(MetricsRegistry().Expose(), IsEmpty());
}

TEST(MetricsRegistryTest, TextIsSortedByNamesAndLabelsWhoeverWritesFirst) {
  MetricsRegistry metrics;
  const auto one = metrics.Register([](MetricWriter* writer) {
    writer->Counter(kSeen, 1, {{"kind", "b"}});
  });
  const auto other = metrics.Register([](MetricWriter* writer) {
    writer->Gauge(kDepth, 0.5);
    writer->Counter(kSeen, uint64_t{2}, {{"kind", "a"}});
  });
  EXPECT_EQ(metrics.Expose(),
            "# HELP depth How deep it is.\n"
            "# TYPE depth gauge\n"
            "depth 0.5\n"
            "# HELP seen_total What was seen.\n"
            "# TYPE seen_total counter\n"
            "seen_total{kind=\"a\"} 2\n"
            "seen_total{kind=\"b\"} 1\n");
}

TEST(MetricsRegistryTest, WhatSeveralProbesWriteIsAddedUp) {
  MetricsRegistry metrics;
  BucketHistogram histogram(kBounds);
  histogram.Observe(1);
  histogram.Observe(5);
  const auto probe = [&](MetricWriter* writer) {
    writer->Counter(kSeen, 3, {{"kind", "a"}});
    writer->Gauge(kDepth, 2);
    writer->Histogram(kSeconds, histogram.snapshot());
  };
  const auto one = metrics.Register(probe);
  const auto other = metrics.Register(probe);
  auto samples = MetricSamples(metrics.Expose());
  EXPECT_EQ(samples["seen_total{kind=\"a\"}"], 6);
  EXPECT_EQ(samples["depth"], 4);
  EXPECT_EQ(samples["seconds_count"], 4);
  EXPECT_EQ(samples["seconds_sum"], 12);
  EXPECT_EQ(samples["seconds_bucket{le=\"1\"}"], 2);
  EXPECT_EQ(samples["seconds_bucket{le=\"2\"}"], 2);
  EXPECT_EQ(samples["seconds_bucket{le=\"+Inf\"}"], 4);
}

TEST(MetricsRegistryTest, LargestGaugeIsNotAddedUp) {
  MetricsRegistry metrics;
  const auto probe = [&metrics](double value) {
    return metrics.Register(
        [value](MetricWriter* writer) { writer->LargestGauge(kDepth, value); });
  };
  const auto one = probe(-3);
  EXPECT_EQ(MetricSamples(metrics.Expose())["depth"], -3);
  const auto two = probe(7);
  const auto three = probe(5);
  EXPECT_EQ(MetricSamples(metrics.Expose())["depth"], 7);
}

TEST(MetricsRegistryTest, DeclaredMetricIsShownWithoutASample) {
  MetricsRegistry metrics;
  const auto declared = metrics.Register([](MetricWriter* writer) {
    writer->DeclareCounter(kSeen);
    writer->DeclareGauge(kDepth);
    writer->DeclareHistogram(kSeconds);
  });
  EXPECT_TRUE(MetricSamples(metrics.Expose()).empty());
  EXPECT_EQ(MetricFamilies(metrics.Expose()),
            (std::set<std::string>{"depth", "seconds", "seen_total"}));
  const auto written =
      metrics.Register([](MetricWriter* writer) { writer->Counter(kSeen, 1); });
  EXPECT_EQ(MetricSamples(metrics.Expose()).size(), 1u);
}

TEST(MetricsRegistryTest, LabelsStandAsWrittenAndAreEscaped) {
  MetricsRegistry metrics;
  const auto registration = metrics.Register([](MetricWriter* writer) {
    writer->Counter(kSeen, 1, {{"sink", "a\"b\\\n"}, {"result", "failure"}});
  });
  EXPECT_THAT(
      metrics.Expose(),
      HasSubstr("seen_total{sink=\"a\\\"b\\\\\\n\",result=\"failure\"} 1\n"));
}

TEST(MetricsRegistryTest, ProbeIsCalledUntilItsRegistrationGoes) {
  MetricsRegistry metrics;
  int asked = 0;
  std::optional<MetricsRegistry::Registration> registration =
      metrics.Register([&](MetricWriter*) { ++asked; });
  metrics.Expose();
  MetricsRegistry::Registration moved = *std::move(registration);
  registration.reset();
  metrics.Expose();
  EXPECT_EQ(asked, 2);
  moved = MetricsRegistry::Registration();
  metrics.Expose();
  EXPECT_EQ(asked, 2);
}

TEST(MetricsRegistryTest, UnregisteringWaitsForAScrapeThatIsGoingOn) {
  MetricsRegistry metrics;
  std::atomic<bool> is_inside = false, is_leaving = false, is_gone = false;
  std::optional<MetricsRegistry::Registration> registration =
      metrics.Register([&](MetricWriter*) {
        is_inside = true;
        is_inside.notify_all();
        is_leaving.wait(false);
        for (int i = 0; i < 100; ++i) {
          std::this_thread::yield();
          EXPECT_FALSE(is_gone);
        }
      });
  std::thread scrape([&] { metrics.Expose(); });
  is_inside.wait(false);
  std::thread leave([&] {
    is_leaving = true;
    is_leaving.notify_all();
    registration.reset();
    is_gone = true;
  });
  scrape.join();
  leave.join();
  EXPECT_TRUE(is_gone);
}

TEST(MetricsRegistryTest, TheProcessIsMeasured) {
  MetricsRegistry metrics;
  const auto registration = metrics.Register(WriteProcessMetrics);
  auto samples = MetricSamples(metrics.Expose());
  EXPECT_GT(samples["process_resident_memory_bytes"], 1 << 20);
  EXPECT_GE(samples["process_cpu_seconds_total"], 0);
  EXPECT_GT(samples["process_open_fds"], 2);
  const double now = absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch());
  EXPECT_GT(samples["process_start_time_seconds"], now - 3600);
  EXPECT_LT(samples["process_start_time_seconds"], now + 60);
  EXPECT_EQ(MetricSamples(metrics.Expose())["process_start_time_seconds"],
            samples["process_start_time_seconds"]);
}

}  // namespace
}  // namespace presshawk
