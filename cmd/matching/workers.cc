// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/workers.h"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "cmd/app/logging.h"
#include "cmd/matching/metrics/article_metrics.h"
#include "cmd/matching/metrics/kafka_metrics.h"
#include "cmd/matching/metrics/metrics_bridge.h"
#include "core/base/str_cat.h"
#include "ingest/file/file_source.h"
#include "ingest/json/article_decoder.h"

namespace presshawk {
namespace {

// Once per kind, so that an operator sees a feed that changes its form.
void LogIgnoredField(ArticleKey key, IgnoredKind kind) {
  spdlog::warn(
      "articles: {}; {} (counted in "
      "presshawk_article_fields_ignored_total)",
      IgnoredFieldText(key, kind), IgnoredFieldAdvice(key, kind));
}

}  // namespace

Workers::Workers(Parts parts)
    : parts_(std::move(parts)),
      delay_metrics_(parts_.metrics),
      source_file_metrics_(parts_.metrics),
      ignored_fields_(LogIgnoredField),
      ignored_field_metrics_(
          parts_.metrics->Register([this](MetricWriter* writer) {
            WriteIgnoredFieldMetrics(ignored_fields_, writer);
          })) {}

Workers::~Workers() { Stop(absl::InfinitePast()); }

absl::Status Workers::Start() {
  absl::StatusOr<Mapping> mapping = LoadMapping(parts_.options->mapping);
  if (!mapping.ok()) {
    return mapping.status();
  }
  mapping_ = *std::move(mapping);
  return absl::OkStatus();
}

absl::Status Workers::SetCanWork(bool can_work) {
  control_.hold = !can_work;
  return can_work && !begun_ ? Begin() : absl::OkStatus();
}

absl::Status Workers::Begin() {
  for (uint32_t i = 0; i < parts_.options->workers; ++i) {
    auto unit = std::make_unique<WorkerUnit>();
    if (absl::Status status = OpenSource(i, unit.get()); !status.ok()) {
      return status;
    }
    unit->observer = MakeWorkerObserver(parts_.metrics, &unit->counters);
    unit->worker = MakeWorker(unit.get());
    unit->metrics =
        parts_.metrics->Register([unit = unit.get()](MetricWriter* writer) {
          WriteArticleMetrics(CountArticles(unit->tracker.counts()), writer);
          if (const KafkaSource* const source = unit->kafka_source) {
            WriteConsumerMetrics(source->assignment(), source->commits(),
                                 writer);
            WriteBrokerMetrics(source->brokers(), writer);
          }
        });
    units_.push_back(std::move(unit));
  }
  if (parts_.before_work != nullptr) {
    parts_.before_work();
  }
  running_ = units_.size();
  begun_ = true;
  for (const auto& unit : units_) {
    threads_.emplace_back([this, &unit] { Run(unit.get()); });
  }
  return absl::OkStatus();
}

absl::Status Workers::OpenSource(uint32_t worker, WorkerUnit* unit) {
  const Options& options = *parts_.options;
  if (const auto* files = std::get_if<FileSourceOptions>(&options.source)) {
    FileReading reading;
    reading.follow = files->follow;
    reading.line_bytes_max = options.limits.article_bytes;
    reading.commit_interval = options.commit_interval;
    reading.all_paths = files->paths;
    reading.on_news = MakeFileNewsHandler(&source_file_metrics_);
    const auto entries = WithCheckpoints(files->paths, files->checkpoint);
    // Each file belongs to one worker, so that the order within it stays.
    for (size_t i = worker; i < entries.size(); i += options.workers) {
      reading.files.push_back(entries[i]);
    }
    unit->source =
        std::make_unique<FileSource>(std::move(reading), &unit->tracker);
    return absl::OkStatus();
  }
  const auto& kafka = std::get<KafkaSourceOptions>(options.source);
  auto source =
      KafkaSource::Create({.client = *parts_.client_options,
                           .topics = kafka.topics,
                           .group = kafka.group,
                           .worker = worker,
                           .commit_interval = options.commit_interval},
                          &unit->tracker, parts_.events);
  if (!source.ok()) {
    return source.status();
  }
  unit->kafka_source = source->get();
  unit->source = *std::move(source);
  return absl::OkStatus();
}

std::unique_ptr<Worker> Workers::MakeWorker(WorkerUnit* unit) {
  const LimitOptions& limits = parts_.options->limits;
  return std::make_unique<Worker>(
      std::make_unique<JsonArticleDecoder>(mapping_, limits.article_bytes,
                                           &ignored_fields_),
      Worker::Parts{.source = unit->source.get(),
                    .tracker = &unit->tracker,
                    .generations = parts_.generations,
                    .sinks = parts_.outputs->sinks(),
                    .dead_letters = parts_.outputs->dead_letters(),
                    .listener = &delay_metrics_,
                    .observer = unit->observer.get()},
      Worker::Options{
          .article_bytes_max = limits.article_bytes,
          .alert_limits = {.hits = limits.hits, .snippets = limits.snippets}},
      &control_);
}

void Workers::Run(WorkerUnit* unit) {
  const absl::Status status = unit->worker->Run();
  if (!status.ok()) {
    LogEach(spdlog::level::err, "a worker had to give up: ", status);
    // The others drain: what they hold others can take over.
    parts_.on_failure(status);
  }
  --running_;
}

void Workers::RequestStop(absl::Time deadline) {
  control_.deadline_unix_millis = absl::ToUnixMillis(deadline);
  control_.stop = true;
}

absl::Time Workers::deadline() const {
  const int64_t millis = control_.deadline_unix_millis;
  return millis == INT64_MAX ? absl::InfiniteFuture()
                             : absl::FromUnixMillis(millis);
}

void Workers::Join() {
  for (std::thread& thread : threads_) {
    thread.join();
  }
  threads_.clear();
}

void Workers::Stop(absl::Time deadline) {
  if (!control_.stop) {
    RequestStop(deadline);
  }
  Join();
}

void Workers::AppendProblems(std::vector<std::string>* problems) const {
  if (control_.stop) {
    problems->emplace_back("stopping");
  }
  if (begun_) {
    AppendSourceProblems(problems);
  }
}

void Workers::AppendSourceProblems(std::vector<std::string>* problems) const {
  // A broker that is gone is gone for all workers, and is told once.
  std::vector<std::pair<std::string, std::string>> numbers_by_text;
  for (size_t i = 0; i < units_.size(); ++i) {
    const absl::Status ready = units_[i]->source->Ready();
    if (ready.ok()) {
      continue;
    }
    const std::string text(ready.message());
    const auto same =
        std::find_if(numbers_by_text.begin(), numbers_by_text.end(),
                     [&](const auto& one) { return one.first == text; });
    if (same == numbers_by_text.end()) {
      numbers_by_text.emplace_back(text, StrCat(i));
    } else {
      StrAppend(&same->second, ", ", i);
    }
  }
  for (const auto& [text, numbers] : numbers_by_text) {
    const bool is_one = numbers.find(',') == std::string::npos;
    problems->push_back(
        StrCat(is_one ? "worker " : "workers ", numbers, ": ", text));
  }
}

ArticleCounts Workers::counts() const {
  ArticleCounts sum;
  for (size_t i = 0; begun_ && i < units_.size(); ++i) {
    sum.Add(CountArticles(units_[i]->tracker.counts()));
  }
  return sum;
}

void Workers::ForgetLists(const std::vector<std::string>& ids) {
  for (size_t i = 0; begun_ && i < units_.size(); ++i) {
    units_[i]->counters.Forget(ids);
  }
}

std::vector<const ListCounters*> Workers::counters() const {
  std::vector<const ListCounters*> counters;
  for (size_t i = 0; begun_ && i < units_.size(); ++i) {
    counters.push_back(&units_[i]->counters);
  }
  return counters;
}

std::vector<std::vector<PartitionLag>> Workers::assignments() const {
  std::vector<std::vector<PartitionLag>> assignments;
  for (size_t i = 0; begun_ && i < units_.size(); ++i) {
    const KafkaSource* const source = units_[i]->kafka_source;
    assignments.push_back(source == nullptr ? std::vector<PartitionLag>()
                                            : source->assignment());
  }
  return assignments;
}

}  // namespace presshawk
