#include "core/metrics/metrics.h"

#include <algorithm>
#include <limits>
#include <sstream>
#include <utility>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "absl/time/clock.h"
#include "core/metrics/metric_names.h"
#include "core/metrics/process_stats.h"

namespace presshawk {
namespace {

// From a busy machine's best to an hour of back-pressure.
constexpr std::array<double, 20> kDelayBounds = {
    1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1, 0.25, 0.5,  1,
    2.5,  5,      10,   30,    60,    120,   300, 600,  1800, 3600};
constexpr std::array<double, 16> kDeliveryBounds = {
    0.5e-3, 1e-3, 2.5e-3, 5e-3, 10e-3, 25e-3, 50e-3, 0.1,
    0.25,   0.5,  1,      2.5,  5,     10,    30,    60};
constexpr std::array<double, 16> kReloadBounds = {
    1e-3, 5e-3, 10e-3, 50e-3, 0.1, 0.25, 0.5, 1,
    2.5,  5,    10,    30,    60,  120,  300, 600};

using Labels = std::vector<std::pair<std::string, std::string>>;

}  // namespace

// Gathers what one scrape shows, in the order it is added.
class Metrics::Families {
 public:
  void Begin(const MetricName& metric, prometheus::MetricType type) {
    families_.push_back({metric.name, metric.help, type, {}});
  }
  void BeginCounter(const MetricName& metric) {
    Begin(metric, prometheus::MetricType::Counter);
  }
  void BeginGauge(const MetricName& metric) {
    Begin(metric, prometheus::MetricType::Gauge);
  }
  void BeginHistogram(const MetricName& metric) {
    Begin(metric, prometheus::MetricType::Histogram);
  }

  // Of the family begun last; a histogram's values are AddHistogram's.
  void Add(const Labels& labels, double value) {
    prometheus::ClientMetric* const metric = NewMetric(labels);
    metric->counter.value = value;
    metric->gauge.value = value;
  }
  void Add(const Labels& labels, uint64_t value) {
    Add(labels, static_cast<double>(value));
  }
  void AddHistogram(const Labels& labels, absl::Span<const double> bounds,
                    const BucketHistogram::Snapshot& snapshot) {
    prometheus::ClientMetric::Histogram& histogram =
        NewMetric(labels)->histogram;
    for (size_t i = 0; i < snapshot.counts.size(); ++i) {
      histogram.sample_count += snapshot.counts[i];
      histogram.bucket.push_back(
          {.cumulative_count = histogram.sample_count,
           .upper_bound = i < bounds.size()
                              ? bounds[i]
                              : std::numeric_limits<double>::infinity()});
    }
    histogram.sample_sum = snapshot.sum;
  }
  void AddHistogram(const Labels& labels, const BucketHistogram& histogram) {
    AddHistogram(labels, histogram.bounds(), histogram.snapshot());
  }

  // A family of one value without labels.
  void Counter(const MetricName& metric, uint64_t value) {
    BeginCounter(metric);
    Add({}, value);
  }
  void Gauge(const MetricName& metric, double value) {
    BeginGauge(metric);
    Add({}, value);
  }

  std::string Serialize() const {
    std::ostringstream text;
    prometheus::TextSerializer().Serialize(text, families_);
    return text.str();
  }

 private:
  prometheus::ClientMetric* NewMetric(const Labels& labels) {
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : labels) {
      metric.label.push_back({name, value});
    }
    families_.back().metric.push_back(std::move(metric));
    return &families_.back().metric.back();
  }

  std::vector<prometheus::MetricFamily> families_;
};

SinkProbe::SinkProbe() : seconds_(kDeliveryBounds) {}

void SinkProbe::OnAnswer(bool delivered, absl::Duration delay) {
  (delivered ? successes_ : failures_).fetch_add(1, std::memory_order_relaxed);
  seconds_.Observe(std::max(0.0, absl::ToDoubleSeconds(delay)));
}

Metrics::Metrics(std::string_view version,
                 const std::map<std::string, std::string>& build)
    : build_(build),
      delay_published_(kDelayBounds),
      delay_consumed_(kDelayBounds),
      reload_seconds_(kReloadBounds) {
  build_["version"] = std::string(version);
}

Metrics::~Metrics() = default;

WorkerProbe* Metrics::AddWorker() {
  MutexLock lock(&mutex_);
  return workers_.emplace_back(std::make_unique<WorkerProbe>()).get();
}

SinkProbe* Metrics::AddSink(std::string_view name) {
  MutexLock lock(&mutex_);
  std::unique_ptr<SinkProbe>& probe = sinks_[std::string(name)];
  if (probe == nullptr) {
    probe = std::make_unique<SinkProbe>();
  }
  return probe.get();
}

void Metrics::CountSinkFileChange(std::string_view change,
                                  uint64_t lost_bytes) {
  MutexLock lock(&mutex_);
  auto& [changes, lost] = sink_file_changes_[std::string(change)];
  ++changes;
  lost += lost_bytes;
}

void Metrics::AddArticleCounts(std::function<ArticleCounts()> source) {
  MutexLock lock(&mutex_);
  article_counts_.push_back(std::move(source));
}

void Metrics::AddOutbox(std::string_view sink,
                        std::function<uint64_t()> entries) {
  MutexLock lock(&mutex_);
  outboxes_[std::string(sink)] = std::move(entries);
}

void Metrics::AddConsumerLag(
    std::function<std::vector<TopicPartitionLag>()> source) {
  MutexLock lock(&mutex_);
  lags_.push_back(std::move(source));
}

void Metrics::AddCommitCounts(std::function<CommitCounts()> source) {
  MutexLock lock(&mutex_);
  commit_counts_.push_back(std::move(source));
}

void Metrics::SetKafkaErrors(
    std::function<std::map<std::string, uint64_t>()> source) {
  MutexLock lock(&mutex_);
  kafka_errors_ = std::move(source);
}

void Metrics::SetReady(std::function<bool()> source) {
  MutexLock lock(&mutex_);
  ready_ = std::move(source);
}

void Metrics::SetIgnoredFields(
    std::function<std::vector<IgnoredFieldCount>()> source) {
  MutexLock lock(&mutex_);
  ignored_fields_ = std::move(source);
}

void Metrics::ForgetSources() {
  MutexLock lock(&mutex_);
  ignored_fields_ = nullptr;
  article_counts_.clear();
  outboxes_.clear();
  lags_.clear();
  commit_counts_.clear();
  kafka_errors_ = nullptr;
  ready_ = nullptr;
}

void Metrics::ObserveAlertDelay(uint32_t alerts, absl::Time consumed,
                                std::optional<absl::Time> published,
                                absl::Time now) {
  const auto seconds_since = [now](absl::Time begin) {
    return std::max(0.0, absl::ToDoubleSeconds(now - begin));
  };
  delay_consumed_.Observe(seconds_since(consumed), alerts);
  if (published.has_value()) {
    delay_published_.Observe(seconds_since(*published), alerts);
  }
}

void Metrics::CountDeadLetter(RejectReason reason) {
  dead_letters_[static_cast<size_t>(reason)].fetch_add(
      1, std::memory_order_relaxed);
}

void Metrics::CountSourceFileGap(uint64_t lost_bytes) {
  source_file_gaps_.fetch_add(1, std::memory_order_relaxed);
  source_file_lost_bytes_.fetch_add(lost_bytes, std::memory_order_relaxed);
}

void Metrics::ObserveReload(bool success, absl::Duration took) {
  (success ? reload_successes_ : reload_failures_)
      .fetch_add(1, std::memory_order_relaxed);
  reload_seconds_.Observe(std::max(0.0, absl::ToDoubleSeconds(took)));
}

void Metrics::SetWatchLists(size_t active, size_t stale, size_t rejected) {
  active_ = active;
  stale_ = stale;
  rejected_ = rejected;
}

void Metrics::SetWatchListRecordsRejected(uint64_t records) {
  list_records_rejected_ = records;
}

void Metrics::SetGenerationTime(absl::Time active_since) {
  generation_unix_micros_ = absl::ToUnixMicros(active_since);
}

std::string Metrics::Expose() const {
  Families families;
  {
    MutexLock lock(&mutex_);
    ExposeArticles(&families);
    ExposeWorkers(&families);
    ExposeDeliveries(&families);
    ExposeWatchLists(&families);
    ExposeKafka(&families);
    ExposeProcess(&families);
  }
  return families.Serialize();
}

void Metrics::ExposeArticles(Families* families) const {
  ArticleCounts counts;
  for (const auto& source : article_counts_) {
    counts.Add(source());
  }
  families->Counter(kArticles, counts.admitted);
  families->Counter(kArticlesProcessed, counts.processed);
  families->BeginCounter(kArticlesRejected);
  for (size_t i = 0; i < kRejectReasonCount; ++i) {
    families->Add(
        {{"reason",
          std::string(RejectReasonName(static_cast<RejectReason>(i)))}},
        counts.rejected[i]);
  }
  families->BeginCounter(kArticleFieldsIgnored);
  if (ignored_fields_ != nullptr) {
    for (const IgnoredFieldCount& count : ignored_fields_()) {
      families->Add({{"field", std::string(count.field)},
                     {"type", std::string(count.type)}},
                    count.articles);
    }
  }
  families->Counter(kArticlesAbandoned, counts.abandoned);
  families->Gauge(kArticlesInFlight, static_cast<double>(counts.in_flight()));
  families->Counter(kSourceFileGaps, source_file_gaps_);
  families->Counter(kSourceFileLostBytes, source_file_lost_bytes_);
}

void Metrics::ExposeWorkers(Families* families) const {
  WorkerProbe::Totals sum;
  uint64_t busy = 0;
  for (const auto& worker : workers_) {
    const WorkerProbe::Totals totals = worker->totals();
    sum.bytes += totals.bytes;
    sum.alerts += totals.alerts;
    sum.hits += totals.hits;
    sum.evaluations_abandoned += totals.evaluations_abandoned;
    busy += worker->busy() ? 1 : 0;
  }
  families->Counter(kArticleBytes, sum.bytes);
  families->Counter(kAlerts, sum.alerts);
  families->Counter(kHits, sum.hits);
  families->Counter(kEvaluationsAbandoned, sum.evaluations_abandoned);
  families->BeginGauge(kWorkers);
  families->Add({{"state", "busy"}}, busy);
  families->Add({{"state", "idle"}}, workers_.size() - busy);
  families->BeginHistogram(kStageSeconds);
  const WorkerProbe none;  // The series exist also before there is a worker.
  for (size_t i = 0; i < kStageCount; ++i) {
    const auto stage = static_cast<Stage>(i);
    BucketHistogram::Snapshot snapshot = none.stage_seconds(stage).snapshot();
    for (const auto& worker : workers_) {
      snapshot.Add(worker->stage_seconds(stage).snapshot());
    }
    families->AddHistogram({{"stage", std::string(StageName(stage))}},
                           none.stage_seconds(stage).bounds(), snapshot);
  }
}

void Metrics::ExposeDeliveries(Families* families) const {
  families->BeginHistogram(kAlertDelay);
  families->AddHistogram({{"from", "consumed"}}, delay_consumed_);
  families->AddHistogram({{"from", "published"}}, delay_published_);
  families->BeginCounter(kDeliveries);
  for (const auto& [name, sink] : sinks_) {
    families->Add({{"sink", name}, {"result", "success"}}, sink->successes());
    families->Add({{"sink", name}, {"result", "failure"}}, sink->failures());
  }
  families->BeginHistogram(kDeliverySeconds);
  for (const auto& [name, sink] : sinks_) {
    families->AddHistogram({{"sink", name}}, sink->seconds());
  }
  families->BeginGauge(kOutboxEntries);
  for (const auto& [name, entries] : outboxes_) {
    families->Add({{"sink", name}}, entries());
  }
  families->BeginCounter(kSinkFileChanges);
  for (const auto& [change, counts] : sink_file_changes_) {
    families->Add({{"change", change}}, counts.first);
  }
  families->BeginCounter(kSinkFileLostBytes);
  for (const auto& [change, counts] : sink_file_changes_) {
    families->Add({{"change", change}}, counts.second);
  }
  families->BeginCounter(kDeadLetters);
  for (size_t i = 0; i < kRejectReasonCount; ++i) {
    families->Add(
        {{"reason",
          std::string(RejectReasonName(static_cast<RejectReason>(i)))}},
        dead_letters_[i].load(std::memory_order_relaxed));
  }
}

void Metrics::ExposeWatchLists(Families* families) const {
  families->BeginGauge(kWatchLists);
  families->Add({{"state", "active"}}, uint64_t{active_});
  families->Add({{"state", "stale"}}, uint64_t{stale_});
  families->Add({{"state", "rejected"}}, uint64_t{rejected_});
  families->Counter(kWatchListRecordsRejected, list_records_rejected_);
  families->BeginCounter(kReloads);
  families->Add({{"result", "success"}}, uint64_t{reload_successes_});
  families->Add({{"result", "failure"}}, uint64_t{reload_failures_});
  families->BeginHistogram(kReloadSeconds);
  families->AddHistogram({}, reload_seconds_);
  if (const int64_t since = generation_unix_micros_; since != 0) {
    families->Gauge(
        kGenerationAge,
        absl::ToDoubleSeconds(absl::Now() - absl::FromUnixMicros(since)));
  }
}

void Metrics::ExposeKafka(Families* families) const {
  std::map<std::pair<std::string, int32_t>, int64_t> lags;
  for (const auto& source : lags_) {
    for (TopicPartitionLag& lag : source()) {
      int64_t& shown = lags[{std::move(lag.topic), lag.partition}];
      shown = std::max(shown, lag.lag);
    }
  }
  families->BeginGauge(kConsumerLag);
  for (const auto& [partition, lag] : lags) {
    families->Add({{"topic", partition.first},
                   {"partition", std::to_string(partition.second)}},
                  static_cast<double>(lag));
  }
  CommitCounts commits;
  for (const auto& source : commit_counts_) {
    const CommitCounts counts = source();
    commits.repeats += counts.repeats;
    commits.overdue += counts.overdue;
  }
  families->Gauge(kCommitsOverdue, static_cast<double>(commits.overdue));
  families->Counter(kCommitRepeats, commits.repeats);
  families->BeginCounter(kKafkaErrors);
  if (kafka_errors_ != nullptr) {
    for (const auto& [code, count] : kafka_errors_()) {
      families->Add({{"code", code}}, count);
    }
  }
}

void Metrics::ExposeProcess(Families* families) const {
  if (ready_ != nullptr) {
    families->Gauge(kReady, ready_() ? 1 : 0);
  }
  families->BeginGauge(kBuildInfo);
  families->Add(Labels(build_.begin(), build_.end()), 1.0);
  const ProcessStats stats = ReadProcessStats();
  if (stats.cpu_seconds.has_value()) {
    families->BeginCounter(kProcessCpu);
    families->Add({}, *stats.cpu_seconds);
  }
  const auto gauge = [families](const MetricName& name,
                                std::optional<double> value) {
    if (value.has_value()) {
      families->Gauge(name, *value);
    }
  };
  gauge(kProcessResident, stats.resident_bytes);
  gauge(kProcessStart, stats.start_unix_seconds);
  gauge(kProcessOpenFiles, stats.open_files);
}

}  // namespace presshawk
