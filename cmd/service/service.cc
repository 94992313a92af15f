#include "cmd/service/service.h"

#include <utility>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "cmd/service/client_options.h"
#include "cmd/service/metrics_bridge.h"
#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/http/bearer_token.h"
#include "ingest/file/file_source.h"
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
  // Before the lists: whoever asks is told why the service is not ready yet.
  if (absl::Status status = StartHttp(); !status.ok()) {
    return status;
  }
  // Lists before articles: what is fetched is matched with all of them.
  return Reload();
}

absl::Status Service::StartHttp() {
  HttpServer::Options http = {.host = options_.http.host,
                              .port = options_.http.port};
  if (!options_.http.token_file.empty()) {
    absl::StatusOr<std::string> token = ReadTokenFile(options_.http.token_file);
    if (!token.ok()) {
      return token.status();
    }
    http.token = *std::move(token);
  }
  auto server = HttpServer::Start(
      http, {.metrics = [this] { return metrics_.Expose(); },
             .not_ready_reasons = [this] { return NotReadyReasons(); },
             .reload = [this] { return Reload(); },
             .status_json = [this] { return StatusJson(); }});
  if (!server.ok()) {
    return server.status();
  }
  http_ = *std::move(server);
  const bool is_ipv6 = options_.http.host.find(':') != std::string::npos;
  spdlog::info("http: metrics and health at http://{}{}{}:{}/",
               is_ipv6 ? "[" : "", options_.http.host, is_ipv6 ? "]" : "",
               http_->port());
  return absl::OkStatus();
}

std::string Service::StatusJson() const {
  const ArticleCounts sum = counts();
  const std::shared_ptr<const Generation> generation = generations_.Get();
  std::string json =
      StrCat("{\"version\":\"", PRESSHAWK_VERSION, "\",\"generation\":");
  AppendJsonString(generation != nullptr ? generation->id() : "", &json);
  StrAppend(&json, ",\"watchlists\":",
            generation != nullptr ? generation->size() : size_t{0},
            ",\"workers\":", options_.workers,
            ",\"articles\":{\"admitted\":", sum.admitted,
            ",\"processed\":", sum.processed,
            ",\"rejected\":", sum.resolved() - sum.processed,
            ",\"abandoned\":", sum.abandoned,
            ",\"in_flight\":", sum.in_flight(), "},\"not_ready\":[");
  const char* separator = "";
  for (const std::string& reason : NotReadyReasons()) {
    json += separator;
    AppendJsonString(reason, &json);
    separator = ",";
  }
  json += "]}";
  return json;
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
    if (absl::Status status = OpenSource(i, unit.get()); !status.ok()) {
      return status;
    }
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
    if (unit->kafka_source != nullptr) {
      metrics_.AddConsumerLag(
          [source = unit->kafka_source] { return Lags(*source); });
    }
    units_.push_back(std::move(unit));
  }
  running_workers_ = units_.size();
  started_ = true;
  for (const auto& unit : units_) {
    threads_.emplace_back([this, &unit] { RunWorker(unit.get()); });
  }
  return absl::OkStatus();
}

absl::Status Service::OpenSource(uint32_t worker, WorkerUnit* unit) {
  if (const auto* files = std::get_if<FileSourceOptions>(&options_.source)) {
    FileReading reading;
    reading.follow = files->follow;
    reading.line_bytes_max = options_.limits.article_bytes;
    reading.commit_interval = options_.commit_interval;
    // A file is one worker's: order within it stays.
    const auto entries = WithCheckpoints(files->paths, files->checkpoint);
    for (size_t i = worker; i < entries.size(); i += options_.workers) {
      reading.files.push_back(entries[i]);
    }
    unit->source =
        std::make_unique<FileSource>(std::move(reading), &unit->tracker);
    return absl::OkStatus();
  }
  const auto& kafka = std::get<KafkaSourceOptions>(options_.source);
  auto source =
      KafkaSource::Create({.client = client_options_,
                           .topics = kafka.topics,
                           .group = kafka.group,
                           .worker = worker,
                           .commit_interval = options_.commit_interval},
                          &unit->tracker, &kafka_events_);
  if (!source.ok()) {
    return source.status();
  }
  unit->kafka_source = source->get();
  unit->source = *std::move(source);
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
    reasons.emplace_back("watch-lists: none is active yet");
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
  if (http_ != nullptr) {
    http_->Stop();
  }
  metrics_.ForgetSources();
  if (outputs_ != nullptr) {
    outputs_->Flush(absl::FromUnixMillis(control_.deadline_unix_millis));
    outputs_.reset();
  }
  MutexLock lock(&failure_mutex_);
  return failure_;
}

}  // namespace presshawk
