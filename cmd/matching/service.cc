// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/service.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "cmd/app/kafka_log.h"
#include "cmd/app/logging.h"
#include "cmd/app/open_api.h"
#include "cmd/delivery/api/embedded.h"
#include "cmd/matching/api/embedded.h"
#include "cmd/matching/api/status_api.h"
#include "cmd/matching/client_options.h"
#include "cmd/matching/file_locks.h"
#include "cmd/matching/group_start.h"
#include "cmd/matching/metrics/article_metrics.h"
#include "cmd/matching/metrics/service_metrics.h"
#include "cmd/matching/metrics/worker_metrics.h"
#include "cmd/matching/readiness_log.h"
#include "cmd/matching/required_topics.h"
#include "core/base/str_cat.h"
#include "core/metrics/process_metrics.h"

namespace presshawk {
namespace {

// The client.id where one is set, else the host and the process.
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

std::vector<std::string> CertificateFiles(const KafkaClientOptions& client) {
  std::vector<std::string> files;
  for (const KafkaPropertyMap* properties :
       {&client.properties, &client.consumer, &client.producer}) {
    for (const char* name : {"ssl.certificate.location", "ssl.ca.location"}) {
      const auto file = properties->find(name);
      if (file != properties->end() &&
          std::find(files.begin(), files.end(), file->second) == files.end()) {
        files.push_back(file->second);
      }
    }
  }
  return files;
}

}  // namespace

Service::Service(const Options& options, std::function<void()> before_work,
                 AlertSink* extra_sink)
    : options_(options),
      client_options_(ClientOptions(options)),
      instance_(InstanceOf(client_options_)),
      start_time_(absl::Now()),
      kafka_events_(LogKafka),
      certificates_(CertificateFiles(client_options_)) {
  AddComponents(std::move(before_work), extra_sink);
  RegisterMetrics();
}

absl::StatusOr<std::unique_ptr<Service>> Service::Start(
    const Options& options, AlertSink* extra_sink,
    std::function<void()> before_work) {
  std::unique_ptr<Service> service(
      new Service(options, std::move(before_work), extra_sink));
  if (absl::Status status = service->components_.Start(); !status.ok()) {
    return status;
  }
  service->started_ = true;
  return service;
}

Service::~Service() {
  RequestStop();
  Wait().IgnoreError();
}

void Service::AddComponents(std::function<void()> before_work,
                            AlertSink* extra_sink) {
  components_.Add(
      std::make_unique<ReadinessLog>([this] { return NotReadyReasons(); }));
  components_.Add(std::make_unique<FileLocks>(&options_));
  // Before all that waits: whoever asks is told why the service is not ready
  // yet.
  AddHttp();
  components_.Add(std::make_unique<RequiredTopics>(&options_, &client_options_,
                                                   &kafka_events_));
  components_.Add(std::make_unique<GroupStart>(&options_, &client_options_,
                                               &kafka_events_));
  std::vector<AlertSink*> extra_sinks;
  if (extra_sink != nullptr) {
    extra_sinks.push_back(extra_sink);
  }
  AddDelivery(&extra_sinks);
  outputs_ = components_.Add(
      std::make_unique<Outputs>(&options_, &client_options_, &kafka_events_,
                                std::move(extra_sinks), &metrics_));
  status_topic_ =
      components_.Add(std::make_unique<StatusTopic>(StatusTopic::Parts{
          .client = &client_options_,
          .topic = options_.watchlists.status_topic,
          .outputs = outputs_,
          .status_of =
              [this](const std::string& id) -> std::optional<std::string> {
            const auto row = board_.Find(id);
            if (!row.has_value()) {
              return std::nullopt;
            }
            return StatusRecordJson(*row, instance_);
          },
          .is_defined =
              [this](const std::string& id) {
                return board_.Find(id).has_value();
              },
          .events = &kafka_events_}));
  workers_ = components_.Add(std::make_unique<Workers>(Workers::Parts{
      .options = &options_,
      .client_options = &client_options_,
      .events = &kafka_events_,
      .metrics = &metrics_,
      .outputs = outputs_,
      .generations = &generations_,
      .before_work = std::move(before_work),
      .on_failure = [this](const absl::Status& status) { Fail(status); }}));
  // Last: no article is fetched before all lists are there.
  AddLists();
}

// Before the outputs: with a file source the ledger is one of them.
void Service::AddDelivery(std::vector<AlertSink*>* extra_sinks) {
  if (!options_.delivery.has_value()) {
    return;
  }
  delivery_ = components_.Add(std::make_unique<DeliveryRole>(
      DeliveryRole::Parts{.options = &options_,
                          .client = &client_options_,
                          .events = &kafka_events_,
                          .metrics = &metrics_,
                          .tokens = &tokens_,
                          .instance = DeliveryInstance(options_.http.host,
                                                       options_.http.port)}));
  if (delivery_->sink() != nullptr) {
    extra_sinks->push_back(delivery_->sink());
  }
}

void Service::AddHttp() {
  http_ = components_.Add(std::make_unique<HttpPort>(HttpPort::Parts{
      .options = &options_.http,
      .metrics = &metrics_,
      .tokens = &tokens_,
      .add_routes = [this](HttpServer* server) { AddRoutes(server); },
      .before_stop =
          [this] {
            if (delivery_ != nullptr) {
              delivery_->EndWaits();
            }
          },
      // Its events ask the other components.
      .after_stop = [this] { routes_.reset(); }}));
}

void Service::AddRoutes(HttpServer* server) {
  routes_ = std::make_unique<ServiceRoutes>(
      ServiceRoutes::Parts{
          .metrics = [this] { return metrics_.Expose(); },
          .not_ready_reasons = [this] { return NotReadyReasons(); },
          .reload = [this] { return Reload(); },
          .status_json = [this] { return AnswerStatus(); },
          .watchlists_json =
              [this](const auto& parameters) {
                return WatchListsJson(parameters, list_tables());
              },
          .watchlist_json =
              [this](const std::string& id) {
                return WatchListJson(id, list_tables());
              },
          .board = &board_,
          .open_api = delivery_ != nullptr
                          ? MergeOpenApi(OpenApiJson(), DeliveryOpenApiJson())
                          : std::string(OpenApiJson())},
      server);
  if (delivery_ != nullptr) {
    delivery_->AddRoutes(server);
  }
}

void Service::AddLists() {
  lists_ = components_.Add(std::make_unique<Lists>(Lists::Parts{
      .options = &options_,
      .client_options = &client_options_,
      .events = &kafka_events_,
      .metrics = &metrics_,
      .generations = &generations_,
      .board = &board_,
      .on_generation =
          [this](bool can_work) { return workers_->SetCanWork(can_work); },
      .on_published =
          [this](const LiveLists::Update& update) { OnPublished(update); },
      .on_failure = [this](const absl::Status& status) { Fail(status); }}));
}

void Service::RegisterMetrics() {
  const auto add = [this](MetricsRegistry::Probe probe) {
    registrations_.push_back(metrics_.Register(std::move(probe)));
  };
  // Each metric is there from the start (SPEC METRIC-1), even while there is no
  // worker, sink or consumer that counts.
  add([](MetricWriter* writer) { WriteArticleMetrics({}, writer); });
  add([](MetricWriter* writer) { WriteConsumerMetrics({}, {}, writer); });
  add([](MetricWriter* writer) { WriteBrokerMetrics({}, writer); });
  add(WorkerMetrics::Declare);
  add(SinkMetrics::Declare);
  add([this](MetricWriter* writer) {
    WriteKafkaErrorMetrics(kafka_events_, writer);
  });
  add([this](MetricWriter* writer) {
    WriteReadyMetrics(NotReadyReasons().empty(), writer);
  });
  add([](MetricWriter* writer) {
    WriteBuildMetrics(PRESSHAWK_VERSION, writer);
  });
  add([this](MetricWriter* writer) {
    LookAtRates();
    WriteListRateMetrics(list_rates_, writer);
  });
  add([this](MetricWriter* writer) {
    certificates_.Write(absl::Now(), writer);
  });
  add(WriteProcessMetrics);
}

void Service::OnPublished(const LiveLists::Update& update) {
  routes_->events()->OnPublished(update);
  std::vector<std::string> changed;
  changed.reserve(update.changed.size());
  for (const ListStatus& list : update.changed) {
    changed.push_back(list.id);
  }
  status_topic_->Write(changed);
  status_topic_->Write(update.removed);
  workers_->ForgetLists(update.removed);
}

absl::Status Service::Reload() {
  if (!started_) {
    return absl::UnavailableError("reload: the service is starting");
  }
  absl::Status status = lists_->Reload();
  if (delivery_ != nullptr) {
    status.Update(delivery_->Reload());
  }
  return status;
}

void Service::OnHangup() {
  spdlog::info(
      "SIGHUP: reading the watch-lists again, looking at the files of sinks");
  outputs_->LookAtFiles();
  lists_->RequestReload();  // SIGTERM may come while it compiles.
  if (delivery_ != nullptr) {
    if (absl::Status status = delivery_->Reload(); !status.ok()) {
      LogEach(spdlog::level::err, "SIGHUP: ", status);
    }
  }
}

void Service::LookAtRates() {
  list_rates_.Look(workers_->counters(), absl::Now());
}

std::string Service::AnswerStatus() {
  LookAtRates();
  ServiceStatus status = {.version = PRESSHAWK_VERSION,
                          .instance = instance_,
                          .started = start_time_,
                          .not_ready = NotReadyReasons(),
                          .generation = board_.generation(),
                          .lists = lists_->state(),
                          .topic = options_.watchlists.topic,
                          .topic_status = lists_->topic_status(),
                          .active = board_.Count(ListState::kActive),
                          .stale = board_.Count(ListState::kStale),
                          .rejected = board_.Count(ListState::kRejected),
                          .noisiest = list_rates_.noisiest(),
                          .silent = list_rates_.silent(),
                          .workers = options_.workers,
                          .assignment = {},
                          .articles = counts(),
                          .kafka_errors = kafka_events_.error_counts(),
                          .last_errors = RecentLogLines()};
  uint32_t worker = 0;
  for (const auto& assignment : workers_->assignments()) {
    for (const PartitionLag& one : assignment) {
      status.assignment.push_back({.worker = worker,
                                   .topic = one.topic,
                                   .partition = one.partition,
                                   .lag = one.lag,
                                   .oldest_age = one.oldest_age});
    }
    ++worker;
  }
  return StatusJson(status, absl::Now());
}

ListTables Service::list_tables() const {
  return {.board = &board_,
          .counters = workers_->counters(),
          .since = start_time_,
          .topic = options_.watchlists.topic};
}

std::vector<std::string> Service::NotReadyReasons() const {
  return ToldOnce(components_.Problems());
}

void Service::Fail(const absl::Status& status) {
  {
    MutexLock lock(&failure_mutex_);
    failure_.Update(status);
  }
  gave_up_ = !workers_->begun();
  RequestStop();
}

void Service::WaitForArticles(uint64_t count,
                              absl::FunctionRef<bool()> gives_up) const {
  while (!workers_->stopping() && !finished() && !gives_up() &&
         counts().resolved() < count) {
    absl::SleepFor(absl::Milliseconds(20));
  }
}

void Service::RequestStop() {
  workers_->RequestStop(absl::Now() + options_.drain_timeout);
}

absl::Status Service::Wait() {
  lists_->RequestStop();  // From now on no worker begins.
  workers_->Join();
  absl::Time deadline = workers_->deadline();
  if (delivery_ != nullptr && !workers_->stopping()) {
    // The source came to its end: what it alerted is told before all stops.
    deadline = absl::Now() + options_.drain_timeout;
    delivery_->WaitUntilIdle(deadline);
  }
  components_.Stop(deadline);
  MutexLock lock(&failure_mutex_);
  return failure_;
}

}  // namespace presshawk
