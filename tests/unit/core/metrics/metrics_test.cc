#include "core/metrics/metrics.h"

#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The samples of an exposition by what stands before the value; fails the test
// on a line that is none, and on a sample that comes twice.
std::map<std::string, double> Samples(const std::string& text) {
  std::map<std::string, double> samples;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#")) {
      continue;
    }
    const size_t space = line.rfind(' ');
    if (space == std::string::npos) {
      ADD_FAILURE() << "not a sample: " << line;
      continue;
    }
    const bool is_new =
        samples
            .emplace(line.substr(0, space),
                     std::strtod(line.c_str() + space + 1, nullptr))
            .second;
    EXPECT_TRUE(is_new) << line;
  }
  return samples;
}

// Names of the samples, histograms without their suffixes.
std::set<std::string> FamiliesOf(const std::string& text) {
  std::set<std::string> names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      names.insert(line.substr(7, line.find(' ', 7) - 7));
    }
  }
  return names;
}

TEST(MetricsTest, EveryNameOfTheContractIsThereFromTheStart) {
  Metrics metrics("1");
  metrics.SetGenerationTime(absl::Now());
  const std::set<std::string> families = FamiliesOf(metrics.Expose());
  for (const char* name : {"presshawk_articles_total",
                           "presshawk_articles_processed_total",
                           "presshawk_articles_in_flight",
                           "presshawk_articles_abandoned_total",
                           "presshawk_article_fields_ignored_total",
                           "presshawk_article_bytes_total",
                           "presshawk_source_file_gaps_total",
                           "presshawk_source_file_lost_bytes_total",
                           "presshawk_articles_rejected_total",
                           "presshawk_hits_total",
                           "presshawk_alerts_total",
                           "presshawk_evaluations_abandoned_total",
                           "presshawk_stage_seconds",
                           "presshawk_alert_delay_seconds",
                           "presshawk_watchlists",
                           "presshawk_workers",
                           "presshawk_reloads_total",
                           "presshawk_reload_seconds",
                           "presshawk_generation_age_seconds",
                           "presshawk_consumer_lag",
                           "presshawk_commits_overdue",
                           "presshawk_commit_repeats_total",
                           "presshawk_kafka_errors_total",
                           "presshawk_deliveries_total",
                           "presshawk_delivery_seconds",
                           "presshawk_outbox_entries",
                           "presshawk_deadletters_total",
                           "presshawk_sink_file_changes_total",
                           "presshawk_sink_file_lost_bytes_total",
                           "presshawk_build_info"}) {
    EXPECT_TRUE(families.contains(name)) << name;
  }
}

TEST(MetricsTest, LabelsAreThoseOfTheContract) {
  Metrics metrics("1.2.3");
  metrics.AddSink("kafka");
  metrics.AddOutbox("kafka", [] { return 4; });
  metrics.SetWatchLists(5, 1, 2);
  metrics.SetWatchListRecordsRejected(3);
  metrics.CountSourceFileGap(0);
  metrics.CountSourceFileGap(126);
  auto samples = Samples(metrics.Expose());
  for (const char* name :
       {"presshawk_articles_rejected_total{reason=\"not_json\"}",
        "presshawk_articles_rejected_total{reason=\"alert_too_large\"}",
        "presshawk_deadletters_total{reason=\"too_large\"}",
        "presshawk_stage_seconds_count{stage=\"canonicalize\"}",
        "presshawk_alert_delay_seconds_count{from=\"published\"}",
        "presshawk_alert_delay_seconds_count{from=\"consumed\"}",
        "presshawk_workers{state=\"busy\"}",
        "presshawk_workers{state=\"idle\"}",
        "presshawk_reloads_total{result=\"success\"}",
        "presshawk_reloads_total{result=\"failure\"}",
        "presshawk_deliveries_total{sink=\"kafka\",result=\"success\"}",
        "presshawk_delivery_seconds_count{sink=\"kafka\"}"}) {
    EXPECT_TRUE(samples.contains(name)) << name;
  }
  EXPECT_EQ(samples["presshawk_outbox_entries{sink=\"kafka\"}"], 4);
  EXPECT_EQ(samples["presshawk_watchlists{state=\"active\"}"], 5);
  EXPECT_EQ(samples["presshawk_watchlists{state=\"stale\"}"], 1);
  EXPECT_EQ(samples["presshawk_watchlists{state=\"rejected\"}"], 2);
  EXPECT_EQ(samples["presshawk_watchlist_records_rejected_total"], 3);
  EXPECT_EQ(samples["presshawk_source_file_gaps_total"], 2);
  EXPECT_EQ(samples["presshawk_source_file_lost_bytes_total"], 126);
  EXPECT_EQ(samples["presshawk_build_info{version=\"1.2.3\"}"], 1);
}

TEST(MetricsTest, ArticlesAddUpInEachScrapeWhileTheyAreCounted) {
  Metrics metrics("1");
  constexpr int kWorkers = 3;
  std::array<Mutex, kWorkers> mutexes;
  std::array<ArticleCounts, kWorkers> counts;
  for (size_t i = 0; i < kWorkers; ++i) {
    metrics.AddArticleCounts([&mutexes, &counts, i] {
      MutexLock lock(&mutexes[i]);
      return counts[i];
    });
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
    for (const auto& [name, value] : Samples(metrics.Expose())) {
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

TEST(MetricsTest, WorkersAreSummed) {
  Metrics metrics("1");
  WorkerProbe* const one = metrics.AddWorker();
  WorkerProbe* const other = metrics.AddWorker();
  metrics.AddWorker();
  one->SetBusy(true);
  one->AddBatch({.bytes = 10, .alerts = 1, .hits = 3});
  other->AddBatch({.bytes = 5, .alerts = 2, .hits = 4});
  auto samples = Samples(metrics.Expose());
  EXPECT_EQ(samples["presshawk_article_bytes_total"], 15);
  EXPECT_EQ(samples["presshawk_alerts_total"], 3);
  EXPECT_EQ(samples["presshawk_hits_total"], 7);
  EXPECT_EQ(samples["presshawk_workers{state=\"busy\"}"], 1);
  EXPECT_EQ(samples["presshawk_workers{state=\"idle\"}"], 2);
  EXPECT_EQ(samples["presshawk_stage_seconds_count{stage=\"scan\"}"], 2);
  EXPECT_EQ(
      samples["presshawk_stage_seconds_bucket{stage=\"scan\",le=\"+Inf\"}"], 2);
}

TEST(MetricsTest, DelayIsCountedPerAlertAndNeverBelowZero) {
  Metrics metrics("1");
  const absl::Time now = absl::FromUnixSeconds(1'000);
  metrics.ObserveAlertDelay(3, now - absl::Seconds(2), now - absl::Seconds(100),
                            now);
  metrics.ObserveAlertDelay(1, now, now + absl::Hours(1), now);
  metrics.ObserveAlertDelay(1, now, std::nullopt, now);
  auto samples = Samples(metrics.Expose());
  const std::string name = "presshawk_alert_delay_seconds";
  EXPECT_EQ(samples[name + "_count{from=\"consumed\"}"], 5);
  EXPECT_EQ(samples[name + "_sum{from=\"consumed\"}"], 6);
  EXPECT_EQ(samples[name + "_count{from=\"published\"}"], 4);
  EXPECT_EQ(samples[name + "_sum{from=\"published\"}"], 300);
  EXPECT_EQ(samples[name + "_bucket{from=\"published\",le=\"60\"}"], 1);
  EXPECT_EQ(samples[name + "_bucket{from=\"published\",le=\"120\"}"], 4);
}

TEST(MetricsTest, ASinkAddedTwiceIsOne) {
  Metrics metrics("1");
  SinkProbe* const sink = metrics.AddSink("file");
  EXPECT_EQ(metrics.AddSink("file"), sink);
  sink->OnAnswer(true, absl::Milliseconds(3));
  sink->OnAnswer(false, absl::Milliseconds(3));
  sink->OnAnswer(true, absl::Milliseconds(-1));  // The clock was set back.
  auto samples = Samples(metrics.Expose());
  EXPECT_EQ(
      samples["presshawk_deliveries_total{sink=\"file\",result=\"success\"}"],
      2);
  EXPECT_EQ(
      samples["presshawk_deliveries_total{sink=\"file\",result=\"failure\"}"],
      1);
  EXPECT_EQ(samples["presshawk_delivery_seconds_count{sink=\"file\"}"], 3);
}

TEST(MetricsTest, APartitionThatMovesIsShownOnceWithItsLargerLag) {
  Metrics metrics("1");
  metrics.AddConsumerLag([] {
    return std::vector<TopicPartitionLag>{{"articles", 0, 7},
                                          {"articles", 1, 2}};
  });
  metrics.AddConsumerLag([] {
    return std::vector<TopicPartitionLag>{{"articles", 0, 3}};
  });
  auto samples = Samples(metrics.Expose());
  EXPECT_EQ(
      samples["presshawk_consumer_lag{topic=\"articles\",partition=\"0\"}"], 7);
  EXPECT_EQ(
      samples["presshawk_consumer_lag{topic=\"articles\",partition=\"1\"}"], 2);
}

TEST(MetricsTest, CommitsOfAllConsumersAreSummed) {
  Metrics metrics("1");
  metrics.AddCommitCounts([] { return CommitCounts{2, 1}; });
  metrics.AddCommitCounts([] { return CommitCounts{5, 3}; });
  auto samples = Samples(metrics.Expose());
  EXPECT_EQ(samples["presshawk_commit_repeats_total"], 7);
  EXPECT_EQ(samples["presshawk_commits_overdue"], 4);
}

TEST(MetricsTest, ReloadsAndGenerationAge) {
  Metrics metrics("1");
  EXPECT_THAT(metrics.Expose(),
              Not(HasSubstr("presshawk_generation_age_seconds")));
  metrics.ObserveReload(true, absl::Milliseconds(40));
  metrics.ObserveReload(false, absl::Milliseconds(1));
  metrics.SetGenerationTime(absl::Now() - absl::Hours(2));
  auto samples = Samples(metrics.Expose());
  EXPECT_EQ(samples["presshawk_reloads_total{result=\"success\"}"], 1);
  EXPECT_EQ(samples["presshawk_reloads_total{result=\"failure\"}"], 1);
  EXPECT_EQ(samples["presshawk_reload_seconds_count"], 2);
  EXPECT_GE(samples["presshawk_generation_age_seconds"], 7200);
}

TEST(MetricsTest, SourcesAreAskedUntilTheyAreForgotten) {
  Metrics metrics("1");
  int asked = 0;
  metrics.SetReady([&] { return ++asked > 0; });
  metrics.SetKafkaErrors([&] {
    ++asked;
    return std::map<std::string, uint64_t>{{"_TRANSPORT", 3}};
  });
  auto samples = Samples(metrics.Expose());
  EXPECT_EQ(samples["presshawk_ready"], 1);
  EXPECT_EQ(samples["presshawk_kafka_errors_total{code=\"_TRANSPORT\"}"], 3);
  EXPECT_EQ(asked, 2);
  metrics.ForgetSources();
  metrics.Expose();
  EXPECT_EQ(asked, 2);
}

TEST(MetricsTest, WhatHappensToFilesOfSinksIsCounted) {
  Metrics metrics("1");
  metrics.CountSinkFileChange("deleted", 5);
  metrics.CountSinkFileChange("deleted", 7);
  auto samples = Samples(metrics.Expose());
  EXPECT_EQ(samples["presshawk_sink_file_changes_total{change=\"deleted\"}"],
            2);
  EXPECT_EQ(samples["presshawk_sink_file_lost_bytes_total{change=\"deleted\"}"],
            12);
  EXPECT_EQ(samples["presshawk_sink_file_changes_total{change=\"renamed\"}"],
            0);
}

TEST(MetricsTest, IgnoredFieldsAreThoseOfTheirSource) {
  Metrics metrics("1");
  metrics.SetIgnoredFields([] {
    return std::vector<IgnoredFieldCount>{{"source", "object", 3}};
  });
  auto samples = Samples(metrics.Expose());
  EXPECT_EQ(samples["presshawk_article_fields_ignored_total{field=\"source\","
                    "type=\"object\"}"],
            3);
  metrics.ForgetSources();
  EXPECT_EQ(metrics.Expose().find("field=\"source\""), std::string::npos);
}

TEST(MetricsTest, DeadLettersAreCountedByReason) {
  Metrics metrics("1");
  metrics.CountDeadLetter(RejectReason::kNotJson);
  metrics.CountDeadLetter(RejectReason::kNotJson);
  auto samples = Samples(metrics.Expose());
  EXPECT_EQ(samples["presshawk_deadletters_total{reason=\"not_json\"}"], 2);
  EXPECT_EQ(samples["presshawk_deadletters_total{reason=\"not_utf8\"}"], 0);
}

TEST(MetricsTest, TheProcessIsMeasured) {
  auto samples = Samples(Metrics("1").Expose());
  EXPECT_GT(samples["process_resident_memory_bytes"], 1 << 20);
  EXPECT_GE(samples["process_cpu_seconds_total"], 0);
  EXPECT_GT(samples["process_open_fds"], 2);
  const double now = absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch());
  EXPECT_GT(samples["process_start_time_seconds"], now - 3600);
  EXPECT_LT(samples["process_start_time_seconds"], now + 60);
  EXPECT_EQ(Samples(Metrics("1").Expose())["process_start_time_seconds"],
            samples["process_start_time_seconds"]);
}

}  // namespace
}  // namespace presshawk
