// The service behind `presshawk run` and `presshawk demo`: its parts, put
// together from the configuration, and their life.
//
//   Start: Kafka there? ─► sinks ─► HTTP ─► lists (topic to its end) ─► workers
//   end:   lists stay as they are ─► workers drain and leave ─► HTTP ─► sinks
//
// With a topic of watch-lists, workers begin after Start(): once the topic was
// read to its end and a list is active. Until then NotReadyReasons() says what
// is waited for. While the last list is gone they fetch nothing. THREAD SAFETY.
// Reload(), RequestReload(), RequestStop() and what reads state: any thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cmd/service/delivery_metrics.h"
#include "cmd/service/file_metrics.h"
#include "cmd/service/list_board.h"
#include "cmd/service/list_keeper.h"
#include "cmd/service/list_metrics.h"
#include "cmd/service/outputs.h"
#include "cmd/service/service_routes.h"
#include "cmd/service/topic_list_feed.h"
#include "cmd/service/worker_unit.h"
#include "core/base/mutex.h"
#include "core/config/options.h"
#include "core/http/http_server.h"
#include "core/matching/generation_slot.h"
#include "core/metrics/metrics_registry.h"
#include "ingest/file/owned_file.h"
#include "ingest/json/ignored_fields.h"
#include "ingest/json/mapping.h"
#include "ingest/kafka/kafka_events.h"
#include "ingest/kafka/watchlist_status_writer.h"

namespace presshawk {

class Service {
 public:
  // Runs until its source ends or RequestStop(). `extra_sink` (may be null,
  // must outlive the service) must acknowledge beside the configured ones.
  // `before_work` is called once, before the first article is fetched: by this
  // call or, later, on a thread of the service. An error when it cannot start:
  // broker, topic, file, port.
  static absl::StatusOr<std::unique_ptr<Service>> Start(
      const Options& options, AlertSink* extra_sink,
      std::function<void()> before_work = nullptr);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Reads the files of watch-lists again; returns when the workers have what is
  // good of them. An error, and nothing changes, where one cannot be read.
  absl::Status Reload() { return keeper_->Reload(); }
  // Looks soon whether the files of sinks were rotated.
  void LookAtSinkFiles() { outputs_->LookAtFiles(); }
  // The same without the wait; the log tells the result.
  void RequestReload() { keeper_->RequestReload(); }
  // Why it does not work at the moment; empty when it does.
  std::vector<std::string> NotReadyReasons() const;
  uint16_t http_port() const { return http_->port(); }
  // Of all workers, since the start.
  ArticleCounts counts() const;
  // Returns when `count` articles were resolved, or the service stops.
  void WaitForArticles(uint64_t count) const;
  // All workers came to their end, or none can begin.
  bool finished() const {
    return gave_up_ || (running_workers_ == 0 && started_);
  }
  // Fetches no more; what is in flight has the drain timeout.
  void RequestStop();
  // Ends everything, in order, but for a compile that is running: the
  // destructor waits for that. The first error of a worker.
  absl::Status Wait();
  // After Wait(): lists are being compiled, for nobody any more.
  bool compiles() const { return keeper_->working(); }

 private:
  Service(const Options& options, std::function<void()> before_work);

  absl::Status Prepare(AlertSink* extra_sink);
  absl::Status LockCache();
  absl::Status LockCheckpoints();
  absl::Status CheckTopics();
  void RegisterMetrics();
  absl::Status StartHttp();
  void MakeKeeper();
  absl::Status OnGeneration(bool can_work);
  void OnUpdate(const LiveLists::Update& update, std::string_view generation);
  void OnPublished(const LiveLists::Update& update);
  absl::Status StartWorkers();
  absl::Status OpenSource(uint32_t worker, WorkerUnit* unit);
  void RunWorker(WorkerUnit* unit);
  void Fail(const absl::Status& status) ABSL_LOCKS_EXCLUDED(failure_mutex_);
  // For /api/v1.
  std::string AnswerStatus() const;
  JsonAnswer AnswerWatchLists(
      const std::map<std::string, std::string>& parameters) const;
  std::vector<const ListCounters*> Counters() const;

  const Options options_;
  const std::function<void()> before_work_;  // May be null.
  const KafkaClientOptions client_options_;
  KafkaEvents kafka_events_;
  MetricsRegistry metrics_;
  DelayMetrics delay_metrics_;
  ListMetrics list_metrics_;
  SourceFileMetrics source_file_metrics_;
  Mapping mapping_;
  IgnoredFields ignored_fields_;
  Worker::Control control_;
  GenerationSlot generations_;
  const std::string instance_;
  std::unique_ptr<OwnedFile> cache_lock_;  // Null without a cache.
  std::vector<std::unique_ptr<OwnedFile>> checkpoint_locks_;
  const absl::Time start_time_;
  ListBoard board_;
  bool writes_statuses_ = true;  // Constant after CheckTopics().
  // Trackers live in the units: they go after the clients that resolve.
  std::vector<std::unique_ptr<WorkerUnit>> units_;
  // The producer, which goes first, holds what the status writer sent.
  std::unique_ptr<WatchlistStatusWriter> status_writer_;
  std::unique_ptr<Outputs> outputs_;
  std::unique_ptr<ListKeeper> keeper_;
  TopicListFeed* topic_feed_ = nullptr;  // The keeper's; null without a topic.
  std::unique_ptr<ServiceRoutes> routes_;  // Goes when http_ has stopped.
  std::unique_ptr<HttpServer> http_;
  std::vector<MetricsRegistry::Registration> registrations_;
  std::vector<std::thread> threads_;
  std::atomic<size_t> running_workers_ = 0;
  std::atomic<bool> started_ = false;
  std::atomic<bool> gave_up_ = false;
  mutable Mutex failure_mutex_;
  absl::Status failure_ ABSL_GUARDED_BY(failure_mutex_);
};

}  // namespace presshawk
