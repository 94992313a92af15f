// The service behind `presshawk run` and `presshawk demo`: its parts, put
// together from the configuration, and their life.
//
//   Start: Kafka there? ─► lists ─► sinks ─► HTTP ─► workers
//   end:   workers drain and leave ─► sinks flush ─► HTTP ─► clients
//
// THREAD SAFETY. Reload(), RequestStop() and what reads state: any thread.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cmd/service/list_loader.h"
#include "cmd/service/metrics_bridge.h"
#include "cmd/service/outputs.h"
#include "cmd/service/worker_unit.h"
#include "core/base/mutex.h"
#include "core/config/options.h"
#include "core/http/http_server.h"
#include "core/pipeline/generation_slot.h"
#include "ingest/json/mapping.h"
#include "ingest/kafka/kafka_events.h"

namespace presshawk {

class Service {
 public:
  // Runs until its source ends or RequestStop(). `extra_sink` (may be null,
  // must outlive the service) must acknowledge beside the configured ones. An
  // error when it cannot start: broker, topic, file, port.
  static absl::StatusOr<std::unique_ptr<Service>> Start(const Options& options,
                                                        AlertSink* extra_sink);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Reads the watch-lists again; between two batches the workers take what is
  // good. An error, and nothing changes, where a file cannot be read.
  absl::Status Reload() ABSL_LOCKS_EXCLUDED(reload_mutex_);
  // Why it does not work at the moment; empty when it does.
  std::vector<std::string> NotReadyReasons() const;
  uint16_t http_port() const { return http_->port(); }
  // For /api/v1/status.
  std::string StatusJson() const;
  // Of all workers, since the start.
  ArticleCounts counts() const;
  // Returns when `count` articles were resolved, or the service stops.
  void WaitForArticles(uint64_t count) const;
  // All workers came to their end.
  bool finished() const { return running_workers_ == 0 && started_; }
  // Fetches no more; what is in flight has the drain timeout.
  void RequestStop();
  // Ends everything, in order. The first error of a worker.
  absl::Status Wait();

 private:
  explicit Service(const Options& options);

  absl::Status Prepare(AlertSink* extra_sink);
  absl::Status StartHttp();
  absl::Status StartWorkers();
  absl::Status OpenSource(uint32_t worker, WorkerUnit* unit);
  void RunWorker(WorkerUnit* unit);

  const Options options_;
  const KafkaClientOptions client_options_;
  KafkaEvents kafka_events_;
  Metrics metrics_;
  DelayListener delay_listener_;
  Mapping mapping_;
  Worker::Control control_;
  GenerationSlot generations_;
  mutable Mutex reload_mutex_;
  ListLoader list_loader_ ABSL_GUARDED_BY(reload_mutex_);
  // Trackers live in the units: they go after the clients that resolve.
  std::vector<std::unique_ptr<WorkerUnit>> units_;
  std::unique_ptr<Outputs> outputs_;
  std::unique_ptr<HttpServer> http_;
  std::vector<std::thread> threads_;
  std::atomic<size_t> running_workers_ = 0;
  std::atomic<bool> started_ = false;
  mutable Mutex failure_mutex_;
  absl::Status failure_ ABSL_GUARDED_BY(failure_mutex_);
};

}  // namespace presshawk
