#include "cmd/service/service.h"

#include <utility>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "cmd/service/client_options.h"
#include "cmd/service/metrics_bridge.h"
#include "core/base/str_cat.h"
#include "ingest/json/article_decoder.h"
#include "ingest/kafka/topics.h"

namespace presshawk {
namespace {

// How long a start waits for a broker to answer.
constexpr absl::Duration kBrokerTimeout = absl::Seconds(15);

QuerySet::Engine ToEngine(EngineOption engine) {
  switch (engine) {
    case EngineOption::kAuto:
      return QuerySet::Engine::kAuto;
    case EngineOption::kHyperscan:
      return QuerySet::Engine::kHyperscan;
    case EngineOption::kTokens:
      return QuerySet::Engine::kTokens;
  }
  return QuerySet::Engine::kAuto;
}

void LogKafka(KafkaLogLevel level, std::string_view text) {
  switch (level) {
    case KafkaLogLevel::kDebug:
      return spdlog::debug("kafka: {}", text);
    case KafkaLogLevel::kInfo:
      return spdlog::info("kafka: {}", text);
    case KafkaLogLevel::kWarning:
      return spdlog::warn("kafka: {}", text);
    case KafkaLogLevel::kError:
      return spdlog::error("kafka: {}", text);
  }
}

// Every topic that the configuration names.
std::vector<std::string> TopicsOf(const Options& options) {
  std::vector<std::string> topics;
  if (const auto* source = std::get_if<KafkaSourceOptions>(&options.source)) {
    topics = source->topics;
  }
  const auto add = [&](const SinkOptions& sink) {
    if (const auto* kafka = std::get_if<KafkaSinkOptions>(&sink)) {
      topics.push_back(kafka->topic);
    }
  };
  for (const SinkOptions& sink : options.sinks) {
    add(sink);
  }
  add(options.deadletter);
  return topics;
}

std::vector<TopicPartitionLag> Lags(const KafkaSource& source) {
  std::vector<TopicPartitionLag> lags;
  for (const PartitionLag& lag : source.lags()) {
    lags.push_back(
        {.topic = lag.topic, .partition = lag.partition, .lag = lag.lag});
  }
  return lags;
}

void LogDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == Diagnostic::Severity::kError) {
      spdlog::error("watch-list: {}", FormatText(diagnostic));
    } else {
      spdlog::warn("watch-list: {}", FormatText(diagnostic));
    }
  }
}

}  // namespace

Service::Service(const Options& options)
    : options_(options),
      client_options_(ClientOptions(options)),
      kafka_events_(LogKafka),
      metrics_(PRESSHAWK_VERSION),
      delay_listener_(&metrics_),
      list_loader_(options.watchlists.files, ToEngine(options.engine)) {}

absl::StatusOr<std::unique_ptr<Service>> Service::Start(const Options& options,
                                                        AlertSink* extra_sink) {
  std::unique_ptr<Service> service(new Service(options));
  if (absl::Status status = service->Prepare(extra_sink); !status.ok()) {
    return status;
  }
  return service;
}

Service::~Service() {
  RequestStop();
  Wait().IgnoreError();
}

absl::Status Service::Prepare(AlertSink* extra_sink) {
  absl::StatusOr<Mapping> mapping = LoadMapping(options_.mapping);
  if (!mapping.ok()) {
    return mapping.status();
  }
  mapping_ = *std::move(mapping);
  if (options_.uses_kafka()) {
    if (absl::Status status =
            CheckTopicsExist(client_options_, TopicsOf(options_),
                             kBrokerTimeout, &kafka_events_);
        !status.ok()) {
      return status;
    }
  }
  auto outputs = Outputs::Open(options_, client_options_, &kafka_events_,
                               extra_sink, &metrics_);
  if (!outputs.ok()) {
    return outputs.status();
  }
  outputs_ = *std::move(outputs);
  metrics_.SetKafkaErrors([this] { return kafka_events_.error_counts(); });
  metrics_.SetReady([this] { return NotReadyReasons().empty(); });
  // Lists before articles: what is fetched is matched with all of them.
  if (absl::Status status = Reload(); !status.ok()) {
    return status;
  }
  return absl::OkStatus();
}

absl::Status Service::Reload() {
  MutexLock lock(&reload_mutex_);
  const absl::Time begin = absl::Now();
  absl::StatusOr<LoadedLists> loaded = list_loader_.Load();
  metrics_.ObserveReload(loaded.ok(), absl::Now() - begin);
  if (!loaded.ok()) {
    spdlog::error("reload: {}; the lists stay as they are",
                  std::string(loaded.status().message()));
    return loaded.status();
  }
  LogDiagnostics(loaded->diagnostics);
  spdlog::info("generation {}: {} lists active, {} stale, {} rejected; {} ms",
               std::string(loaded->query_set->id()), loaded->active,
               loaded->stale, loaded->rejected,
               absl::ToInt64Milliseconds(absl::Now() - begin));
  const bool can_work =
      loaded->query_set->size() > 0 || options_.watchlists.allow_empty;
  generations_.Set(std::move(loaded->query_set));
  metrics_.SetWatchLists(loaded->active, loaded->stale, loaded->rejected);
  metrics_.SetGenerationTime(absl::Now());
  if (!can_work) {
    spdlog::error(
        "no watch-list is active: no article is consumed until a reload "
        "brings one, or watchlists: {{allow_empty: true}} is set");
    return absl::OkStatus();
  }
  return started_ ? absl::OkStatus() : StartWorkers();
}

absl::Status Service::StartWorkers() {
  for (uint32_t i = 0; i < options_.workers; ++i) {
    auto unit = std::make_unique<WorkerUnit>();
    const auto* kafka = std::get_if<KafkaSourceOptions>(&options_.source);
    if (kafka == nullptr) {
      return absl::UnimplementedError("source: file: not in this build");
    }
    auto source =
        KafkaSource::Create({.client = client_options_,
                             .topics = kafka->topics,
                             .group = kafka->group,
                             .worker = i,
                             .commit_interval = options_.commit_interval},
                            &unit->tracker, &kafka_events_);
    if (!source.ok()) {
      return source.status();
    }
    unit->kafka_source = source->get();
    unit->source = *std::move(source);
    unit->observer = MakeWorkerObserver(&metrics_);
    unit->worker = std::make_unique<Worker>(
        std::make_unique<JsonArticleDecoder>(mapping_,
                                             options_.limits.article_bytes),
        Worker::Parts{.source = unit->source.get(),
                      .tracker = &unit->tracker,
                      .generations = &generations_,
                      .sinks = outputs_->sinks(),
                      .dead_letters = outputs_->dead_letters(),
                      .listener = &delay_listener_,
                      .observer = unit->observer.get()},
        Worker::Options{.article_bytes_max = options_.limits.article_bytes,
                        .alert_limits = {.hits = options_.limits.hits,
                                         .snippets = options_.limits.snippets}},
        &control_);
    metrics_.AddArticleCounts(
        [tracker = &unit->tracker] { return tracker->counts(); });
    metrics_.AddConsumerLag(
        [source = unit->kafka_source] { return Lags(*source); });
    units_.push_back(std::move(unit));
  }
  running_workers_ = units_.size();
  started_ = true;
  for (const auto& unit : units_) {
    threads_.emplace_back([this, &unit] { RunWorker(unit.get()); });
  }
  return absl::OkStatus();
}

void Service::RunWorker(WorkerUnit* unit) {
  absl::Status status = unit->worker->Run();
  if (!status.ok()) {
    spdlog::error("a worker had to give up: {}", std::string(status.message()));
    MutexLock lock(&failure_mutex_);
    failure_.Update(status);
  }
  if (!status.ok()) {
    RequestStop();  // The others drain: what they hold others can take over.
  }
  --running_workers_;
}

std::vector<std::string> Service::NotReadyReasons() const {
  std::vector<std::string> reasons;
  if (!started_) {
    reasons.emplace_back("watch-lists: none is active");
    return reasons;
  }
  if (control_.stop) {
    reasons.emplace_back("stopping");
  }
  for (size_t i = 0; i < units_.size(); ++i) {
    if (const absl::Status ready = units_[i]->source->Ready(); !ready.ok()) {
      reasons.push_back(
          StrCat("worker ", i, ": ", std::string(ready.message())));
    }
  }
  outputs_->AppendProblems(&reasons);
  return reasons;
}

ArticleCounts Service::counts() const {
  ArticleCounts sum;
  if (!started_) {
    return sum;
  }
  for (const auto& unit : units_) {
    sum.Add(unit->tracker.counts());
  }
  return sum;
}

void Service::WaitForArticles(uint64_t count) const {
  while (!control_.stop && !finished() && counts().resolved() < count) {
    absl::SleepFor(absl::Milliseconds(20));
  }
}

void Service::RequestStop() {
  control_.deadline_unix_millis =
      absl::ToUnixMillis(absl::Now() + options_.drain_timeout);
  control_.stop = true;
}

absl::Status Service::Wait() {
  for (std::thread& thread : threads_) {
    thread.join();
  }
  threads_.clear();
  metrics_.ForgetSources();
  if (outputs_ != nullptr) {
    outputs_->Flush(absl::FromUnixMillis(control_.deadline_unix_millis));
    outputs_.reset();
  }
  MutexLock lock(&failure_mutex_);
  return failure_;
}

}  // namespace presshawk
