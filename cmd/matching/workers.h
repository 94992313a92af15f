// SPDX-License-Identifier: Apache-2.0
// The workers of the service, each with a source, a tracker and a thread of its
// own.
//
//   SetCanWork(true) the first time ─► sources open, threads start
//   SetCanWork(false) ─► all of them hold: they stay in the group, and fetch
//                        nothing
//   RequestStop() ─► they fetch no more, drain, commit and leave
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cmd/app/component.h"
#include "cmd/matching/lists/list_counters.h"
#include "cmd/matching/metrics/delivery_metrics.h"
#include "cmd/matching/metrics/file_metrics.h"
#include "cmd/matching/outputs.h"
#include "cmd/matching/worker_unit.h"
#include "core/config/options.h"
#include "core/matching/generation_slot.h"
#include "core/metrics/metrics_registry.h"
#include "ingest/json/ignored_fields.h"
#include "ingest/json/mapping.h"
#include "ingest/kafka/client/client_config.h"
#include "ingest/kafka/client/kafka_events.h"

namespace presshawk {

// THREAD SAFETY. SetCanWork() is called by one thread at a time; all other
// methods may be called by any thread.
class Workers : public Component {
 public:
  // All must outlive the workers.
  struct Parts {
    const Options* options = nullptr;
    const KafkaClientOptions* client_options = nullptr;
    KafkaEvents* events = nullptr;
    MetricsRegistry* metrics = nullptr;
    const Outputs* outputs = nullptr;
    GenerationSlot* generations = nullptr;
    // Called once, before the first article is fetched; may be null.
    std::function<void()> before_work;
    // A worker could not go on; called on its thread.
    std::function<void(const absl::Status&)> on_failure;
  };
  explicit Workers(Parts parts);
  ~Workers() override;  // Stops and joins.

  // Reads the mapping. The workers begin with SetCanWork().
  absl::Status Start() override;
  void AppendProblems(std::vector<std::string>* problems) const override;
  // RequestStop(), unless that was called before, and Join().
  void Stop(absl::Time deadline) override;

  // Whether there is a generation to work with. An error where the workers were
  // to begin and could not.
  absl::Status SetCanWork(bool can_work);
  // Fetches no more. What is in flight may take until `deadline`.
  void RequestStop(absl::Time deadline);
  bool stopping() const { return control_.stop; }
  // Until when a stop waits; the infinite future before RequestStop().
  absl::Time deadline() const;
  // Waits until every worker has come to its end: after a stop, or because its
  // source is exhausted.
  void Join();

  bool begun() const { return begun_; }
  // Every worker has begun and come to its end.
  bool finished() const { return begun_ && running_ == 0; }
  // The articles of all workers since the start.
  ArticleCounts counts() const;
  // Nothing is kept for these lists any longer, as they are gone.
  void ForgetLists(const std::vector<std::string>& ids);
  // Empty before the workers have begun. The counters live as long as this.
  std::vector<const ListCounters*> counters() const;
  // The assignment of each worker, in their order; empty for files.
  std::vector<std::vector<PartitionLag>> assignments() const;

 private:
  absl::Status Begin();
  absl::Status OpenSource(uint32_t worker, WorkerUnit* unit);
  std::unique_ptr<Worker> MakeWorker(WorkerUnit* unit);
  void Run(WorkerUnit* unit);
  // The reasons of sources that are not ready, each with the numbers of the
  // workers that give it.
  void AppendSourceProblems(std::vector<std::string>* problems) const;

  const Parts parts_;
  DelayMetrics delay_metrics_;
  SourceFileMetrics source_file_metrics_;
  Mapping mapping_;
  IgnoredFields ignored_fields_;
  MetricsRegistry::Registration ignored_field_metrics_;
  Worker::Control control_;
  std::vector<std::unique_ptr<WorkerUnit>> units_;  // Constant once begun_.
  std::vector<std::thread> threads_;
  std::atomic<size_t> running_ = 0;
  std::atomic<bool> begun_ = false;
};

}  // namespace presshawk
