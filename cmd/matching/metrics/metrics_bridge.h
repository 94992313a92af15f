// SPDX-License-Identifier: Apache-2.0
// What the workers and the file sources say, as metrics and log lines.
#pragma once

#include <memory>

#include "cmd/matching/lists/list_counters.h"
#include "cmd/matching/metrics/file_metrics.h"
#include "core/matching/worker.h"
#include "core/metrics/metrics_registry.h"
#include "ingest/file/followed_file.h"

namespace presshawk {

// Counts a worker's batches, also by list; logs rejects and abandoned
// evaluations, of each kind one in ten seconds. Both must outlive it.
std::unique_ptr<WorkerObserver> MakeWorkerObserver(MetricsRegistry* metrics,
                                                   ListCounters* counters);

// Logs what a file source has to say, and counts what it could not find.
// `metrics` must outlive it. Thread-safe.
FileNewsHandler MakeFileNewsHandler(SourceFileMetrics* metrics);

}  // namespace presshawk
