// SPDX-License-Identifier: Apache-2.0
// What the parts of the service count, and how a scrape shows it.
#include "cmd/matching/metrics/service_metrics.h"

#include <array>
#include <atomic>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "cmd/matching/lists/list_metrics.h"
#include "cmd/matching/metrics/article_metrics.h"
#include "cmd/matching/metrics/delivery_metrics.h"
#include "cmd/matching/metrics/file_metrics.h"
#include "cmd/matching/metrics/kafka_metrics.h"
#include "cmd/matching/metrics/worker_metrics.h"
#include "core/base/cycle_clock.h"
#include "core/base/mutex.h"
#include "tests/support/metric_samples.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::map<std::string, double> Samples(const MetricsRegistry& metrics) {
  return MetricSamples(metrics.Expose());
}

// The metrics that `Write…()` writes.
template <typename Write>
std::map<std::string, double> Written(Write write) {
  MetricsRegistry metrics;
  const auto registration = metrics.Register(write);
  return Samples(metrics);
}

TEST(ArticleMetricsTest, ArticlesAddUpInEachScrapeWhileTheyAreCounted) {
  MetricsRegistry metrics;
  constexpr int kWorkers = 3;
  std::array<Mutex, kWorkers> mutexes;
  std::array<ArticleCounts, kWorkers> counts;
  std::vector<MetricsRegistry::Registration> registrations;
  for (size_t i = 0; i < kWorkers; ++i) {
    registrations.push_back(
        metrics.Register([&mutexes, &counts, i](MetricWriter* writer) {
          MutexLock lock(&mutexes[i]);
          WriteArticleMetrics(counts[i], writer);
        }));
  }
  std::atomic<bool> stop = false;
  std::thread work([&] {
    std::mt19937 random(1);
    while (!stop) {
      const size_t i = random() % kWorkers;
      MutexLock lock(&mutexes[i]);
      ArticleCounts& count = counts[i];
      if (count.in_flight() == 0 || random() % 2 == 0) {
        ++count.admitted;
      } else if (random() % 3 == 0) {
        ++count.rejected[random() % kRejectReasonCount];
      } else if (random() % 3 == 0) {
        ++count.abandoned;
      } else {
        ++count.processed;
      }
    }
  });
  for (int scrape = 0; scrape < 100; ++scrape) {
    double articles = 0, resolved = 0;
    for (const auto& [name, value] : Samples(metrics)) {
      if (name == "presshawk_articles_total") {
        articles = value;
      } else if (name.starts_with("presshawk_articles_")) {
        resolved += value;  // Processed, rejected, abandoned, in flight.
      }
    }
    EXPECT_EQ(articles, resolved);
  }
  stop = true;
  work.join();
}

TEST(ArticleMetricsTest, EveryReasonOfARejectIsThereFromTheStart) {
  const auto samples =
      Written([](MetricWriter* writer) { WriteArticleMetrics({}, writer); });
  EXPECT_TRUE(samples.contains(
      "presshawk_articles_rejected_total{reason=\"not_json\"}"));
  EXPECT_TRUE(samples.contains(
      "presshawk_articles_rejected_total{reason=\"alert_too_large\"}"));
}

TEST(ArticleMetricsTest, IgnoredFieldsAreThoseThatOccurred) {
  IgnoredFields fields;
  const auto write = [&](MetricWriter* writer) {
    WriteIgnoredFieldMetrics(fields, writer);
  };
  EXPECT_TRUE(Written(write).empty());
  for (int i = 0; i < 3; ++i) {
    fields.Count(ArticleKey::kSource, IgnoredKind::kObject);
  }
  auto samples = Written(write);
  EXPECT_EQ(samples.size(), 1u);
  EXPECT_EQ(samples["presshawk_article_fields_ignored_total{field=\"source\","
                    "type=\"object\"}"],
            3);
}

TEST(WorkerMetricsTest, WorkersAreSummed) {
  MetricsRegistry metrics;
  const auto declared = metrics.Register(WorkerMetrics::Declare);
  auto samples = Samples(metrics);
  EXPECT_EQ(samples["presshawk_workers{state=\"idle\"}"], 0);
  EXPECT_TRUE(samples.contains(
      "presshawk_stage_seconds_count{stage=\"canonicalize\"}"));

  WorkerMetrics one(&metrics), other(&metrics), idle(&metrics);
  BatchReport batch;
  batch.bytes = 10;
  batch.alerts = 1;
  batch.hits = 3;
  one.SetBusy(true);
  one.AddBatch(batch);
  batch.bytes = 5;
  batch.alerts = 2;
  batch.hits = 4;
  batch.abandoned.resize(2);
  other.AddBatch(batch);
  samples = Samples(metrics);
  EXPECT_EQ(samples["presshawk_article_bytes_total"], 15);
  EXPECT_EQ(samples["presshawk_alerts_total"], 3);
  EXPECT_EQ(samples["presshawk_hits_total"], 7);
  EXPECT_EQ(samples["presshawk_evaluations_abandoned_total"], 2);
  EXPECT_EQ(samples["presshawk_workers{state=\"busy\"}"], 1);
  EXPECT_EQ(samples["presshawk_workers{state=\"idle\"}"], 2);
  EXPECT_EQ(samples["presshawk_stage_seconds_count{stage=\"scan\"}"], 2);
  EXPECT_EQ(
      samples["presshawk_stage_seconds_bucket{stage=\"scan\",le=\"+Inf\"}"], 2);
}

TEST(WorkerMetricsTest, EachStageIsObservedOncePerBatchInSeconds) {
  MetricsRegistry metrics;
  WorkerMetrics worker(&metrics);
  BatchReport batch;
  // About 2 s of scanning, nothing emitted.
  batch.ticks[Stage::kScan] =
      static_cast<uint64_t>(2 / CycleClockSecondsPerTick());
  worker.AddBatch(batch);
  worker.AddBatch(batch);
  auto samples = Samples(metrics);
  for (size_t i = 0; i < kStageCount; ++i) {
    const auto stage = static_cast<Stage>(i);
    const std::string labels =
        "{stage=\"" + std::string(StageName(stage)) + "\"}";
    EXPECT_EQ(samples["presshawk_stage_seconds_count" + labels], 2);
    EXPECT_NEAR(samples["presshawk_stage_seconds_sum" + labels],
                stage == Stage::kScan ? 4 : 0, 1e-6);
  }
}

TEST(DelayMetricsTest, DelayIsCountedPerAlertAndNeverBelowZero) {
  MetricsRegistry metrics;
  DelayMetrics delays(&metrics);
  const absl::Time now = absl::FromUnixSeconds(1'000);
  delays.Observe(3, now - absl::Seconds(2), now - absl::Seconds(100), now);
  delays.Observe(1, now, now + absl::Hours(1), now);
  delays.Observe(1, now, std::nullopt, now);
  auto samples = Samples(metrics);
  const std::string name = "presshawk_alert_delay_seconds";
  EXPECT_EQ(samples[name + "_count{from=\"consumed\"}"], 5);
  EXPECT_EQ(samples[name + "_sum{from=\"consumed\"}"], 6);
  EXPECT_EQ(samples[name + "_count{from=\"published\"}"], 4);
  EXPECT_EQ(samples[name + "_sum{from=\"published\"}"], 300);
  EXPECT_EQ(samples[name + "_bucket{from=\"published\",le=\"60\"}"], 1);
  EXPECT_EQ(samples[name + "_bucket{from=\"published\",le=\"120\"}"], 4);
}

TEST(SinkMetricsTest, SinksOfOneKindAreShownAsTheirSum) {
  MetricsRegistry metrics;
  SinkMetrics one("file", &metrics), other("file", &metrics);
  SinkMetrics kafka("kafka", &metrics);
  one.OnAnswer(true, absl::Milliseconds(3));
  one.OnAnswer(false, absl::Milliseconds(3));
  other.OnAnswer(true, absl::Milliseconds(-1));  // The clock was set back.
  auto samples = Samples(metrics);
  EXPECT_EQ(
      samples["presshawk_deliveries_total{sink=\"file\",result=\"success\"}"],
      2);
  EXPECT_EQ(
      samples["presshawk_deliveries_total{sink=\"file\",result=\"failure\"}"],
      1);
  EXPECT_EQ(samples["presshawk_delivery_seconds_count{sink=\"file\"}"], 3);
  EXPECT_TRUE(
      samples.contains("presshawk_delivery_seconds_count{sink=\"kafka\"}"));
}

TEST(SinkMetricsTest, OutboxIsAskedWhileItIsRegistered) {
  MetricsRegistry metrics;
  {
    const auto kafka = RegisterOutbox(
        "kafka", [] { return 4; }, &metrics);
    const auto file = RegisterOutbox(
        "file", [] { return 1; }, &metrics);
    const auto second = RegisterOutbox(
        "file", [] { return 2; }, &metrics);
    auto samples = Samples(metrics);
    EXPECT_EQ(samples["presshawk_outbox_entries{sink=\"kafka\"}"], 4);
    EXPECT_EQ(samples["presshawk_outbox_entries{sink=\"file\"}"], 3);
  }
  EXPECT_TRUE(Samples(metrics).empty());
}

TEST(DeadLetterMetricsTest, DeadLettersAreCountedByReason) {
  MetricsRegistry metrics;
  DeadLetterMetrics dead_letters(&metrics);
  dead_letters.Count(RejectReason::kNotJson);
  dead_letters.Count(RejectReason::kNotJson);
  auto samples = Samples(metrics);
  EXPECT_EQ(samples["presshawk_deadletters_total{reason=\"not_json\"}"], 2);
  EXPECT_EQ(samples.at("presshawk_deadletters_total{reason=\"not_utf8\"}"), 0);
}

TEST(FileMetricsTest, GapsOfSourcesAndTheirBytesAreCounted) {
  MetricsRegistry metrics;
  SourceFileMetrics files(&metrics);
  files.CountGap(0);
  files.CountGap(126);
  auto samples = Samples(metrics);
  EXPECT_EQ(samples["presshawk_source_file_gaps_total"], 2);
  EXPECT_EQ(samples["presshawk_source_file_lost_bytes_total"], 126);
}

TEST(FileMetricsTest, WhatHappensToFilesOfSinksIsCounted) {
  MetricsRegistry metrics;
  SinkFileMetrics files(&metrics);
  files.CountChange("deleted", 5);
  files.CountChange("deleted", 7);
  auto samples = Samples(metrics);
  EXPECT_EQ(samples["presshawk_sink_file_changes_total{change=\"deleted\"}"],
            2);
  EXPECT_EQ(samples["presshawk_sink_file_lost_bytes_total{change=\"deleted\"}"],
            12);
  EXPECT_EQ(samples.at("presshawk_sink_file_changes_total{change=\"renamed\"}"),
            0);
}

TEST(ListMetricsTest, ListsReloadsAndTheAgeOfTheGenerationAreShown) {
  MetricsRegistry metrics;
  ListMetrics lists(&metrics);
  EXPECT_THAT(metrics.Expose(),
              Not(HasSubstr("presshawk_generation_age_seconds")));
  lists.ObserveReload(true, absl::Milliseconds(40));
  lists.ObserveReload(false, absl::Milliseconds(1));
  lists.SetGenerationTime(absl::Now() - absl::Hours(2));
  lists.SetLists(5, 1, 2);
  auto samples = Samples(metrics);
  EXPECT_EQ(samples["presshawk_reloads_total{result=\"success\"}"], 1);
  EXPECT_EQ(samples["presshawk_reloads_total{result=\"failure\"}"], 1);
  EXPECT_EQ(samples["presshawk_reload_seconds_count"], 2);
  EXPECT_GE(samples["presshawk_generation_age_seconds"], 7200);
  EXPECT_EQ(samples["presshawk_watchlists{state=\"active\"}"], 5);
  EXPECT_EQ(samples["presshawk_watchlists{state=\"stale\"}"], 1);
  EXPECT_EQ(samples["presshawk_watchlists{state=\"rejected\"}"], 2);
}

TEST(KafkaMetricsTest, PartitionThatMovesIsShownOnceWithItsLargerLag) {
  auto samples = Written([](MetricWriter* writer) {
    WriteConsumerMetrics({{"articles", 0, 7}, {"articles", 1, 2}}, {}, writer);
    WriteConsumerMetrics({{"articles", 0, 3}}, {}, writer);
  });
  EXPECT_EQ(
      samples["presshawk_consumer_lag{topic=\"articles\",partition=\"0\"}"], 7);
  EXPECT_EQ(
      samples["presshawk_consumer_lag{topic=\"articles\",partition=\"1\"}"], 2);
}

TEST(KafkaMetricsTest, WhatIsNotKnownOfAPartitionIsLeftOut) {
  PartitionLag known = {"articles", 0, 7};
  known.oldest_age = absl::Milliseconds(1500);
  const PartitionLag unknown = {"articles", 1, -1};
  auto samples = Written([&](MetricWriter* writer) {
    WriteConsumerMetrics({known, unknown}, {}, writer);
  });
  const std::string age = "presshawk_oldest_record_seconds{topic=\"articles\",";
  EXPECT_EQ(samples[age + "partition=\"0\"}"], 1.5);
  EXPECT_FALSE(samples.contains(age + "partition=\"1\"}"));
  EXPECT_FALSE(samples.contains(
      "presshawk_consumer_lag{topic=\"articles\",partition=\"1\"}"));
}

TEST(KafkaMetricsTest, CommitsOfAllConsumersAreSummed) {
  auto samples = Written([](MetricWriter* writer) {
    WriteConsumerMetrics({}, {.repeats = 2, .overdue = 1}, writer);
    WriteConsumerMetrics({}, {.repeats = 5, .overdue = 3}, writer);
  });
  EXPECT_EQ(samples["presshawk_commit_repeats_total"], 7);
  EXPECT_EQ(samples["presshawk_commits_overdue"], 4);
}

TEST(KafkaMetricsTest, ErrorsAreCountedByCode) {
  KafkaEvents events;
  events.Error("_TRANSPORT", "a broker is gone");
  events.Error("_TRANSPORT", "a broker is gone");
  auto samples = Written(
      [&](MetricWriter* writer) { WriteKafkaErrorMetrics(events, writer); });
  EXPECT_EQ(samples["presshawk_kafka_errors_total{code=\"_TRANSPORT\"}"], 2);
}

TEST(ServiceMetricsTest, BuildAndReadinessAreShown) {
  auto samples = Written([](MetricWriter* writer) {
    WriteBuildMetrics("1.2.3", writer);
    WriteReadyMetrics(false, writer);
  });
  EXPECT_EQ(samples["presshawk_build_info{version=\"1.2.3\"}"], 1);
  EXPECT_EQ(samples.at("presshawk_ready"), 0);
}

}  // namespace
}  // namespace presshawk
