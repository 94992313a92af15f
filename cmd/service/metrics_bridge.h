// What the workers and deliveries say, as metrics and log lines.
#pragma once

#include <memory>

#include "cmd/service/list_counters.h"
#include "core/matching/worker.h"
#include "core/metrics/metrics.h"
#include "ingest/file/followed_file.h"

namespace presshawk {

// Counts a worker's batches, also by list; logs rejects and abandoned
// evaluations, of each kind one in ten seconds. Both must outlive it.
std::unique_ptr<WorkerObserver> MakeWorkerObserver(Metrics* metrics,
                                                   ListCounters* counters);

// Logs what a file source has to say, and counts what it could not find.
// `metrics` must outlive it. Thread-safe.
FileNewsHandler MakeFileNewsHandler(Metrics* metrics);

// Observes the alerts' delays. Thread-safe.
class DelayListener : public DeliveryListener {
 public:
  explicit DelayListener(Metrics* metrics) : metrics_(metrics) {}
  void OnAlertsAcknowledged(uint32_t alerts, absl::Time consumed,
                            std::optional<absl::Time> published) override;

 private:
  Metrics* const metrics_;
};

}  // namespace presshawk
