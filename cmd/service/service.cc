#include "cmd/service/service.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "cmd/service/article_metrics.h"
#include "cmd/service/client_options.h"
#include "cmd/service/file_list_feed.h"
#include "cmd/service/kafka_metrics.h"
#include "cmd/service/logging.h"
#include "cmd/service/metrics_bridge.h"
#include "cmd/service/service_metrics.h"
#include "cmd/service/status_api.h"
#include "cmd/service/status_topic.h"
#include "cmd/service/worker_metrics.h"
#include "core/base/str_cat.h"
#include "core/http/bearer_token.h"
#include "core/metrics/process_metrics.h"
#include "ingest/file/file_source.h"
#include "ingest/json/article_decoder.h"
#include "ingest/kafka/topics.h"

namespace presshawk {
namespace {

// How long a start waits for a broker to answer.
constexpr absl::Duration kBrokerTimeout = absl::Seconds(15);
// How long an end waits for statuses of lists, or for a look at those of
// before.
constexpr absl::Duration kStatusTimeout = absl::Seconds(5);

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

// Once a kind: a feed that changes its form is seen.
void LogIgnoredField(ArticleKey key, IgnoredKind kind) {
  spdlog::warn(
      "articles: {}; {} (counted in "
      "presshawk_article_fields_ignored_total)",
      IgnoredFieldText(key, kind), IgnoredFieldAdvice(key, kind));
}

void LogKafka(KafkaLogLevel level, std::string_view text) {
  switch (level) {
    case KafkaLogLevel::kDebug:
      return LogEach(spdlog::level::debug, "kafka: ", text);
    case KafkaLogLevel::kInfo:
      return LogEach(spdlog::level::info, "kafka: ", text);
    case KafkaLogLevel::kWarning:
      return LogEach(spdlog::level::warn, "kafka: ", text);
    case KafkaLogLevel::kError:
      return LogEach(spdlog::level::err, "kafka: ", text);
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

// `instance` of the status topic.
std::string InstanceOf(const KafkaClientOptions& client) {
  for (const KafkaPropertyMap* properties :
       {&client.producer, &client.properties}) {
    const auto id = properties->find("client.id");
    if (id != properties->end() && !id->second.empty()) {
      return id->second;
    }
  }
  std::array<char, 256> host = {};
  gethostname(host.data(), host.size() - 1);
  return StrCat(host.data(), ":", getpid());
}

}  // namespace

Service::Service(const Options& options, std::function<void()> before_work)
    : options_(options),
      before_work_(std::move(before_work)),
      client_options_(ClientOptions(options)),
      kafka_events_(LogKafka),
      delay_metrics_(&metrics_),
      list_metrics_(&metrics_),
      source_file_metrics_(&metrics_),
      ignored_fields_(LogIgnoredField),
      instance_(InstanceOf(client_options_)),
      start_time_(absl::Now()) {}

absl::StatusOr<std::unique_ptr<Service>> Service::Start(
    const Options& options, AlertSink* extra_sink,
    std::function<void()> before_work) {
  std::unique_ptr<Service> service(
      new Service(options, std::move(before_work)));
  if (absl::Status status = service->Prepare(extra_sink); !status.ok()) {
    return status;
  }
  return service;
}

Service::~Service() {
  RequestStop();
  Wait().IgnoreError();
  keeper_.reset();  // It uses the other parts until it has stopped.
}

absl::Status Service::Prepare(AlertSink* extra_sink) {
  absl::StatusOr<Mapping> mapping = LoadMapping(options_.mapping);
  if (!mapping.ok()) {
    return mapping.status();
  }
  mapping_ = *std::move(mapping);
  if (absl::Status status = LockCache(); !status.ok()) {
    return status;
  }
  if (absl::Status status = LockCheckpoints(); !status.ok()) {
    return status;
  }
  if (options_.uses_kafka()) {
    if (absl::Status status = CheckTopics(); !status.ok()) {
      return status;
    }
  }
  auto outputs = Outputs::Open(options_, client_options_, &kafka_events_,
                               extra_sink, &metrics_);
  if (!outputs.ok()) {
    return outputs.status();
  }
  outputs_ = *std::move(outputs);
  MakeKeeper();
  RegisterMetrics();
  // Before the lists: whoever asks is told why the service is not ready yet.
  if (absl::Status status = StartHttp(); !status.ok()) {
    return status;
  }
  // Lists before articles: what is fetched is matched with all of them.
  return keeper_->Start();
}

// The last good conditions in it are those of one service's lists.
absl::Status Service::LockCache() {
  const std::string& path = options_.cache.path;
  if (path.empty()) {
    return absl::OkStatus();
  }
  std::error_code ignored;  // Then the lock cannot be made either.
  std::filesystem::create_directories(path, ignored);
  auto lock = OwnedFile::Open(StrCat(path, "/service.lock"));
  if (lock.ok()) {
    cache_lock_ = *std::move(lock);
  } else if (absl::IsFailedPrecondition(lock.status())) {
    return absl::FailedPreconditionError(
        StrCat("cache.path: ", path,
               ": another service uses this directory, which holds the last "
               "good conditions of its watch-lists: give each service a "
               "directory of its own"));
  } else {
    spdlog::warn(
        "cache: cannot be locked, so nothing keeps another service "
        "from using it: {}",
        std::string(lock.status().message()));
  }
  return absl::OkStatus();
}

// Two services with one checkpoint would each skip what the other one read.
absl::Status Service::LockCheckpoints() {
  const auto* files = std::get_if<FileSourceOptions>(&options_.source);
  if (files == nullptr) {
    return absl::OkStatus();
  }
  for (const FileReading::Entry& entry :
       WithCheckpoints(files->paths, files->checkpoint)) {
    if (entry.path == "-") {
      continue;
    }
    auto lock = OwnedFile::Open(CheckpointLock(entry.checkpoint));
    if (lock.ok()) {
      checkpoint_locks_.push_back(*std::move(lock));
    } else if (absl::IsFailedPrecondition(lock.status())) {
      return absl::FailedPreconditionError(
          StrCat("source.file: ", entry.path,
                 ": another service reads this file with the checkpoint ",
                 entry.checkpoint,
                 ", and each would skip what the other one read: give each "
                 "service a checkpoint of its own (source: file: "
                 "checkpoint:)"));
    } else {
      spdlog::warn(
          "source: the checkpoint cannot be locked, so nothing keeps another "
          "service from using it: {}",
          std::string(lock.status().message()));
    }
  }
  return absl::OkStatus();
}

absl::Status Service::CheckTopics() {
  // Not that of the watch-lists: it is waited for.
  if (absl::Status status = CheckTopicsExist(
          client_options_, TopicsOf(options_), kBrokerTimeout, &kafka_events_);
      !status.ok()) {
    return status;
  }
  if (const std::string& topic = options_.watchlists.status_topic;
      !topic.empty()) {
    writes_statuses_ = PrepareStatusTopic(client_options_, topic,
                                          kBrokerTimeout, &kafka_events_);
  }
  return absl::OkStatus();
}

void Service::MakeKeeper() {
  ListKeeper::Options keeper;
  ListKeeper::Parts parts = {.generations = &generations_};
  if (!options_.watchlists.files.empty()) {
    parts.feeds.push_back(
        std::make_unique<FileListFeed>(options_.watchlists.files));
  }
  if (!options_.watchlists.topic.empty()) {
    auto feed = std::make_unique<TopicListFeed>(
        WatchlistTopicReader::Options{.client = client_options_,
                                      .topic = options_.watchlists.topic},
        &kafka_events_);
    topic_feed_ = feed.get();
    parts.feeds.push_back(std::move(feed));
  }
  keeper.lists.compile.engine = ToEngine(options_.engine);
  if (!options_.cache.path.empty()) {
    keeper.lists.state_path = StrCat(options_.cache.path, "/last-good");
    keeper.lists.cache_path = StrCat(options_.cache.path, "/generations");
  }
  keeper.allow_empty = options_.watchlists.allow_empty;
  if (!options_.watchlists.status_topic.empty() && writes_statuses_) {
    status_writer_ = std::make_unique<WatchlistStatusWriter>(
        outputs_->producer(), options_.watchlists.status_topic,
        [this](const std::string& id) -> std::optional<std::string> {
          const std::optional<ListBoard::Row> row = board_.Find(id);
          return row.has_value() ? std::optional<std::string>(
                                       StatusRecordJson(*row, instance_))
                                 : std::nullopt;
        },
        [this] {
          return ForgottenIds(
              client_options_, options_.watchlists.status_topic,
              [this](const std::string& id) {
                return board_.Find(id).has_value();
              },
              kStatusTimeout, &kafka_events_);
        },
        &kafka_events_);
  }
  parts.on_reload = [this](bool success, absl::Duration took) {
    list_metrics_.ObserveReload(success, took);
  };
  parts.on_update = [this](const LiveLists::Update& update,
                           std::string_view id) { OnUpdate(update, id); };
  parts.on_published = [this](const LiveLists::Update& update) {
    OnPublished(update);
  };
  parts.on_generation = [this](bool can_work) {
    return OnGeneration(can_work);
  };
  parts.on_failure = [this](const absl::Status& status) { Fail(status); };
  keeper_ = std::make_unique<ListKeeper>(std::move(keeper), std::move(parts));
}

absl::Status Service::OnGeneration(bool can_work) {
  control_.hold = !can_work;
  return can_work && !started_ ? StartWorkers() : absl::OkStatus();
}

void Service::OnUpdate(const LiveLists::Update& update,
                       std::string_view generation) {
  board_.Take(update, generation);
  list_metrics_.SetLists(update.active, update.stale, update.rejected);
}

void Service::OnPublished(const LiveLists::Update& update) {
  if (update.generation != nullptr) {
    list_metrics_.SetGenerationTime(absl::Now());
  }
  routes_->events()->OnPublished(update);
  if (status_writer_ != nullptr) {
    std::vector<std::string> changed;
    changed.reserve(update.changed.size());
    for (const ListStatus& list : update.changed) {
      changed.push_back(list.id);
    }
    status_writer_->Write(changed);
    status_writer_->Write(update.removed);
  }
  if (started_) {
    for (const auto& unit : units_) {
      unit->counters.Forget(update.removed);
    }
  }
}

void Service::RegisterMetrics() {
  const auto add = [this](MetricsRegistry::Probe probe) {
    registrations_.push_back(metrics_.Register(std::move(probe)));
  };
  // Each metric is there from the start (SPEC METRIC-1): also before there is a
  // worker, a sink or a consumer that counts.
  add([](MetricWriter* writer) { WriteArticleMetrics({}, writer); });
  add([](MetricWriter* writer) { WriteConsumerMetrics({}, {}, writer); });
  add(WorkerMetrics::Declare);
  add(SinkMetrics::Declare);
  add([this](MetricWriter* writer) {
    WriteIgnoredFieldMetrics(ignored_fields_, writer);
  });
  add([this](MetricWriter* writer) {
    WriteKafkaErrorMetrics(kafka_events_, writer);
  });
  add([this](MetricWriter* writer) {
    WriteListTopicMetrics(
        topic_feed_ == nullptr ? 0 : topic_feed_->status().rejected, writer);
  });
  add([this](MetricWriter* writer) {
    WriteReadyMetrics(NotReadyReasons().empty(), writer);
  });
  add([](MetricWriter* writer) {
    WriteBuildMetrics(PRESSHAWK_VERSION, writer);
  });
  add(WriteProcessMetrics);
}

absl::Status Service::StartHttp() {
  HttpServer::Options http = {.host = options_.http.host,
                              .port = options_.http.port,
                              .hosts = options_.http.hosts,
                              .public_url = options_.http.public_url};
  if (!options_.http.token_file.empty()) {
    absl::StatusOr<std::string> token = ReadTokenFile(options_.http.token_file);
    if (!token.ok()) {
      return token.status();
    }
    http.token = *std::move(token);
  }
  http_ = std::make_unique<HttpServer>(std::move(http));
  routes_ = std::make_unique<ServiceRoutes>(
      ServiceRoutes::Parts{
          .metrics = [this] { return metrics_.Expose(); },
          .not_ready_reasons = [this] { return NotReadyReasons(); },
          .reload = [this] { return Reload(); },
          .status_json = [this] { return AnswerStatus(); },
          .watchlists_json =
              [this](const auto& parameters) {
                return AnswerWatchLists(parameters);
              },
          .board = &board_},
      http_.get());
  if (absl::Status status = http_->Start(); !status.ok()) {
    return status;
  }
  const bool is_ipv6 = options_.http.host.find(':') != std::string::npos;
  spdlog::info("http: metrics and health at http://{}{}{}:{}/",
               is_ipv6 ? "[" : "", options_.http.host, is_ipv6 ? "]" : "",
               http_->port());
  return absl::OkStatus();
}

std::string Service::AnswerStatus() const {
  ServiceStatus status = {.version = PRESSHAWK_VERSION,
                          .instance = instance_,
                          .started = start_time_,
                          .not_ready = NotReadyReasons(),
                          .generation = board_.generation(),
                          .lists = keeper_->state(),
                          .topic = options_.watchlists.topic,
                          .topic_status = std::nullopt,
                          .active = board_.Count(ListState::kActive),
                          .stale = board_.Count(ListState::kStale),
                          .rejected = board_.Count(ListState::kRejected),
                          .workers = options_.workers,
                          .assignment = {},
                          .articles = counts(),
                          .kafka_errors = kafka_events_.error_counts(),
                          .last_errors = RecentLogLines()};
  if (topic_feed_ != nullptr) {
    status.topic_status = topic_feed_->status();
  }
  for (uint32_t i = 0; started_ && i < units_.size(); ++i) {
    if (units_[i]->kafka_source == nullptr) {
      continue;
    }
    for (const PartitionLag& one : units_[i]->kafka_source->assignment()) {
      status.assignment.push_back({.worker = i,
                                   .topic = one.topic,
                                   .partition = one.partition,
                                   .lag = one.lag});
    }
  }
  return StatusJson(status, absl::Now());
}

JsonAnswer Service::AnswerWatchLists(
    const std::map<std::string, std::string>& parameters) const {
  return WatchListsJson(parameters, {.board = &board_,
                                     .counters = Counters(),
                                     .since = start_time_,
                                     .topic = options_.watchlists.topic});
}

std::vector<const ListCounters*> Service::Counters() const {
  std::vector<const ListCounters*> counters;
  for (size_t i = 0; started_ && i < units_.size(); ++i) {
    counters.push_back(&units_[i]->counters);
  }
  return counters;
}

absl::Status Service::StartWorkers() {
  for (uint32_t i = 0; i < options_.workers; ++i) {
    auto unit = std::make_unique<WorkerUnit>();
    if (absl::Status status = OpenSource(i, unit.get()); !status.ok()) {
      return status;
    }
    unit->observer = MakeWorkerObserver(&metrics_, &unit->counters);
    unit->worker = std::make_unique<Worker>(
        std::make_unique<JsonArticleDecoder>(
            mapping_, options_.limits.article_bytes, &ignored_fields_),
        Worker::Parts{.source = unit->source.get(),
                      .tracker = &unit->tracker,
                      .generations = &generations_,
                      .sinks = outputs_->sinks(),
                      .dead_letters = outputs_->dead_letters(),
                      .listener = &delay_metrics_,
                      .observer = unit->observer.get()},
        Worker::Options{.article_bytes_max = options_.limits.article_bytes,
                        .alert_limits = {.hits = options_.limits.hits,
                                         .snippets = options_.limits.snippets}},
        &control_);
    unit->metrics =
        metrics_.Register([unit = unit.get()](MetricWriter* writer) {
          WriteArticleMetrics(CountArticles(unit->tracker.counts()), writer);
          if (const KafkaSource* const source = unit->kafka_source) {
            WriteConsumerMetrics(source->lags(), source->commits(), writer);
          }
        });
    units_.push_back(std::move(unit));
  }
  if (before_work_ != nullptr) {
    before_work_();
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
    reading.all_paths = files->paths;
    reading.on_news = MakeFileNewsHandler(&source_file_metrics_);
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
  const absl::Status status = unit->worker->Run();
  if (!status.ok()) {
    LogEach(spdlog::level::err, "a worker had to give up: ", status);
    Fail(status);  // The others drain: what they hold others can take over.
  }
  --running_workers_;
}

void Service::Fail(const absl::Status& status) {
  {
    MutexLock lock(&failure_mutex_);
    failure_.Update(status);
  }
  gave_up_ = !started_;
  RequestStop();
}

std::vector<std::string> Service::NotReadyReasons() const {
  std::vector<std::string> reasons;
  if (std::string waiting = keeper_->state().waiting_for; !waiting.empty()) {
    reasons.push_back(std::move(waiting));
  }
  if (!started_) {
    return reasons;
  }
  if (control_.stop) {
    reasons.emplace_back("stopping");
  }
  // A broker that is gone is so for all of them: said once.
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
    reasons.push_back(
        StrCat(is_one ? "worker " : "workers ", numbers, ": ", text));
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
    sum.Add(CountArticles(unit->tracker.counts()));
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
  if (keeper_ != nullptr) {
    keeper_->RequestStop();  // From now on no worker begins.
  }
  for (std::thread& thread : threads_) {
    thread.join();
  }
  threads_.clear();
  if (http_ != nullptr) {
    http_->Stop();
  }
  routes_.reset();
  registrations_.clear();
  if (status_writer_ != nullptr) {
    status_writer_->Flush(
        std::min(absl::Now() + kStatusTimeout,
                 absl::FromUnixMillis(control_.deadline_unix_millis)));
    status_writer_->Stop();
  }
  if (outputs_ != nullptr) {
    outputs_->Flush(absl::FromUnixMillis(control_.deadline_unix_millis));
    outputs_.reset();
  }
  MutexLock lock(&failure_mutex_);
  return failure_;
}

}  // namespace presshawk
