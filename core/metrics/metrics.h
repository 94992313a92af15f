// All metrics of the process, and their text for Prometheus.
//
//   workers ──WorkerProbe──┐
//   sinks ────SinkProbe────┤
//   events ───Observe…()───┼─► Metrics ──Expose()──► GET /metrics
//   state ────sources──────┘   (sources are asked at each scrape)
//
// metric_names.h is the catalogue. Nothing here is a label of unbounded
// cardinality: numbers of single watch-lists come from the API.
//
// LIFE. Outlives all that reports to it. A source is called by Expose() only,
// on the scraping thread, until ForgetSources() returns: what it reads must
// live that long.
// THREAD SAFETY. All methods; reporting is lock-free but for the first two
// sections.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "core/base/mutex.h"
#include "core/metrics/bucket_histogram.h"
#include "core/metrics/worker_probe.h"
#include "core/model/article_counts.h"
#include "core/model/reject_reason.h"

namespace presshawk {

struct TopicPartitionLag {
  std::string topic;
  int32_t partition = 0;
  int64_t lag = 0;
};

// Of one consumer.
struct CommitCounts {
  uint64_t repeats = 0;  // Positions committed again, since its start.
  uint64_t overdue = 0;  // Partitions at the moment.
};

// Articles in which a field's value was of a form that is not read.
struct IgnoredFieldCount {
  std::string_view field;
  std::string_view type;  // Both of static storage.
  uint64_t articles = 0;
};

// What one sink counts. Made by Metrics::AddSink(), which owns it.
class SinkProbe {
 public:
  SinkProbe();
  // A destination's answer for one alert, `delay` after the hand-over.
  void OnAnswer(bool delivered, absl::Duration delay);

  uint64_t successes() const { return successes_; }
  uint64_t failures() const { return failures_; }
  const BucketHistogram& seconds() const { return seconds_; }

 private:
  std::atomic<uint64_t> successes_ = 0;
  std::atomic<uint64_t> failures_ = 0;
  BucketHistogram seconds_;
};

class Metrics {
 public:
  // Labels of presshawk_build_info: `version`, and `build` (versions of
  // libraries, …).
  explicit Metrics(std::string_view version,
                   const std::map<std::string, std::string>& build = {});
  ~Metrics();

  // --- Reporters.
  WorkerProbe* AddWorker() ABSL_LOCKS_EXCLUDED(mutex_);
  // The probe of the sink of that name ("kafka", "file"): the same one for the
  // same name. Its series exist from now on, at 0.
  SinkProbe* AddSink(std::string_view name) ABSL_LOCKS_EXCLUDED(mutex_);

  // --- Sources, asked at each scrape.
  // One per worker: its OffsetTracker's counts.
  void AddArticleCounts(std::function<ArticleCounts()> source)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void AddOutbox(std::string_view sink, std::function<uint64_t()> entries)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // One per consumer. A partition that two of them name (while it moves) is
  // shown once, with the larger lag.
  void AddConsumerLag(std::function<std::vector<TopicPartitionLag>()> source)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // One per consumer.
  void AddCommitCounts(std::function<CommitCounts()> source)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // By code: KafkaEvents::error_counts().
  void SetKafkaErrors(std::function<std::map<std::string, uint64_t>()> source)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void SetReady(std::function<bool()> source) ABSL_LOCKS_EXCLUDED(mutex_);
  void SetIgnoredFields(std::function<std::vector<IgnoredFieldCount>()> source)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // When it returns no source is being called or ever will be.
  void ForgetSources() ABSL_LOCKS_EXCLUDED(mutex_);

  // --- Events.
  // All alerts of an article were acknowledged by every sink. `published` where
  // the article says so readably; a delay below 0 counts as 0.
  void ObserveAlertDelay(uint32_t alerts, absl::Time consumed,
                         std::optional<absl::Time> published, absl::Time now);
  // A dead letter is handed to its sink.
  void CountDeadLetter(RejectReason reason);
  // Somebody renamed, deleted or cut a file of a sink (`change`), and so many
  // bytes of acknowledged lines with it.
  void CountSinkFileChange(std::string_view change, uint64_t lost_bytes)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // A source file was gone before it was certain that all of it was read; so
  // many bytes of it had been seen and were not.
  void CountSourceFileGap(uint64_t lost_bytes);
  void ObserveReload(bool success, absl::Duration took);

  // --- State.
  void SetWatchLists(size_t active, size_t stale, size_t rejected);
  // Since the process started.
  void SetWatchListRecordsRejected(uint64_t records);
  void SetGenerationTime(absl::Time active_since);

  // In Prometheus's text format (kContentType).
  std::string Expose() const ABSL_LOCKS_EXCLUDED(mutex_);
  static constexpr const char* kContentType =
      "text/plain; version=0.0.4; charset=utf-8";

 private:
  class Families;
  void ExposeArticles(Families* families) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ExposeWorkers(Families* families) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ExposeDeliveries(Families* families) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ExposeWatchLists(Families* families) const;
  void ExposeKafka(Families* families) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ExposeProcess(Families* families) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  std::map<std::string, std::string> build_;  // Constant.
  BucketHistogram delay_published_;
  BucketHistogram delay_consumed_;
  std::array<std::atomic<uint64_t>, kRejectReasonCount> dead_letters_ = {};
  std::atomic<uint64_t> source_file_gaps_ = 0;
  std::atomic<uint64_t> source_file_lost_bytes_ = 0;
  std::atomic<uint64_t> list_records_rejected_ = 0;
  std::atomic<uint64_t> reload_successes_ = 0;
  std::atomic<uint64_t> reload_failures_ = 0;
  BucketHistogram reload_seconds_;
  std::atomic<size_t> active_ = 0;
  std::atomic<size_t> stale_ = 0;
  std::atomic<size_t> rejected_ = 0;
  std::atomic<int64_t> generation_unix_micros_ = 0;  // 0: there is none yet.

  mutable Mutex mutex_;
  std::vector<std::unique_ptr<WorkerProbe>> workers_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::unique_ptr<SinkProbe>, std::less<>> sinks_
      ABSL_GUARDED_BY(mutex_);
  // By change: how often, and the bytes that were lost.
  std::map<std::string, std::pair<uint64_t, uint64_t>, std::less<>>
      sink_file_changes_ ABSL_GUARDED_BY(mutex_) = {
          {"deleted", {}}, {"renamed", {}}, {"truncated", {}}};
  std::vector<std::function<ArticleCounts()>> article_counts_
      ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::function<uint64_t()>> outboxes_
      ABSL_GUARDED_BY(mutex_);
  std::vector<std::function<std::vector<TopicPartitionLag>()>> lags_
      ABSL_GUARDED_BY(mutex_);
  std::vector<std::function<CommitCounts()>> commit_counts_
      ABSL_GUARDED_BY(mutex_);
  std::function<std::map<std::string, uint64_t>()> kafka_errors_
      ABSL_GUARDED_BY(mutex_);
  std::function<bool()> ready_ ABSL_GUARDED_BY(mutex_);
  std::function<std::vector<IgnoredFieldCount>()> ignored_fields_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
