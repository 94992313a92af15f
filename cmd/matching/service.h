// SPDX-License-Identifier: Apache-2.0
// The service behind `presshawk run` and `presshawk demo`: a list of components
// put together from the configuration.
//
//   start: locks ─► HTTP ─► topics ─► start of the group ─► outputs ─► status
//          topic ─► workers (the mapping) ─► lists, which tell the workers to
//          begin
//   stop:  the same backwards: lists stay as they are, workers drain and leave,
//          then the outputs, then HTTP
//
//   auto service = Service::Start(options, /*extra_sink=*/nullptr);
//   if (!service.ok()) ...
//   ... (*service)->RequestStop() ...
//   absl::Status status = (*service)->Wait();
//
// With a topic of watch-lists the workers begin after Start(): once the topic
// was read to its end and a list is active. Until then NotReadyReasons() says
// what is waited for. While no list is active the workers fetch nothing.
// THREAD SAFETY. Wait() is the owner's; all other methods may be called by any
// thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cmd/app/component.h"
#include "cmd/app/http_port.h"
#include "cmd/delivery/delivery_role.h"
#include "cmd/matching/api/service_routes.h"
#include "cmd/matching/api/status_api.h"
#include "cmd/matching/lists/list_board.h"
#include "cmd/matching/lists/list_rates.h"
#include "cmd/matching/lists/lists.h"
#include "cmd/matching/lists/status_topic.h"
#include "cmd/matching/metrics/kafka_metrics.h"
#include "cmd/matching/outputs.h"
#include "cmd/matching/workers.h"
#include "core/base/mutex.h"
#include "core/config/options.h"
#include "core/http/access_tokens.h"
#include "core/matching/generation_slot.h"
#include "core/metrics/metrics_registry.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

class Service {
 public:
  // Runs until its source ends or RequestStop(). `extra_sink` (may be null,
  // must outlive the service) must acknowledge beside the configured ones.
  // `before_work` is called once before the first article is fetched, by this
  // call or later on a thread of the service. An error says why the service
  // cannot start: broker, topic, file, port.
  static absl::StatusOr<std::unique_ptr<Service>> Start(
      const Options& options, AlertSink* extra_sink,
      std::function<void()> before_work = nullptr);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Reads the files of watch-lists, and of subscriptions, again and returns when
  // what is good of them is in force. An error where a file cannot be read.
  // While the service starts there is nothing to read again.
  absl::Status Reload();
  // SIGHUP: asks for a reload without waiting for it, and checks whether the
  // files of sinks were rotated. The log tells when something changed.
  void OnHangup();
  // Why the service does not work at the moment; empty while it does.
  std::vector<std::string> NotReadyReasons() const;
  uint16_t http_port() const { return http_->port(); }
  // The articles of all workers since the start.
  ArticleCounts counts() const { return workers_->counts(); }
  // Returns when `count` articles were resolved, when the service stops, or when
  // `gives_up` says so, which is asked every few milliseconds.
  void WaitForArticles(uint64_t count,
                       absl::FunctionRef<bool()> gives_up) const;
  // All workers came to their end, or none can begin.
  bool finished() const { return gave_up_ || workers_->finished(); }
  // Fetches no more. What is in flight has the drain timeout.
  void RequestStop();
  // Waits until the workers have come to their end, and stops all components.
  // Returns the first error of a worker. A compile that is running is not
  // waited for here, but by the destructor.
  absl::Status Wait();
  // After Wait(): lists are still being compiled, for nobody.
  bool compiles() const { return lists_->compiles(); }

 private:
  Service(const Options& options, std::function<void()> before_work,
          AlertSink* extra_sink);

  void AddComponents(std::function<void()> before_work, AlertSink* extra_sink);
  void AddDelivery(std::vector<AlertSink*>* extra_sinks);
  void AddHttp();
  void AddRoutes(HttpServer* server);
  void AddLists();
  void RegisterMetrics();
  void OnPublished(const LiveLists::Update& update);
  void Fail(const absl::Status& status) ABSL_LOCKS_EXCLUDED(failure_mutex_);
  void LookAtRates();
  std::string AnswerStatus();
  ListTables list_tables() const;

  const Options options_;
  const KafkaClientOptions client_options_;
  const std::string instance_;  // In the status topic and the API.
  const absl::Time start_time_;
  KafkaEvents kafka_events_;
  AccessTokens tokens_;  // Of the ledger, for the port.
  MetricsRegistry metrics_;
  GenerationSlot generations_;
  ListBoard board_;
  ListRates list_rates_;
  const CertificateMetrics certificates_;
  std::atomic<bool> started_ = false;
  std::atomic<bool> gave_up_ = false;
  mutable Mutex failure_mutex_;
  absl::Status failure_ ABSL_GUARDED_BY(failure_mutex_);

  ComponentList components_;
  // Owned by components_.
  DeliveryRole* delivery_ = nullptr;  // Null without `delivery:`.
  Outputs* outputs_ = nullptr;
  StatusTopic* status_topic_ = nullptr;
  HttpPort* http_ = nullptr;
  // While the port is open, and until the components that it asks stop.
  std::unique_ptr<ServiceRoutes> routes_;
  Workers* workers_ = nullptr;
  Lists* lists_ = nullptr;
  std::vector<MetricsRegistry::Registration> registrations_;
};

}  // namespace presshawk
