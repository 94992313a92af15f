// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "cmd/matching/lists/list_counters.h"
#include "core/matching/article_outcome.h"
#include "core/matching/worker.h"
#include "core/metrics/metrics_registry.h"
#include "core/stream/offset_tracker.h"
#include "ingest/kafka/consume/kafka_source.h"

namespace presshawk {

// A worker with what only it uses.
struct WorkerUnit {
  OffsetTracker tracker;
  std::unique_ptr<Source> source;
  const KafkaSource* kafka_source = nullptr;  // `source`, where it is one.
  ListCounters counters;
  std::unique_ptr<WorkerObserver> observer;
  std::unique_ptr<Worker> worker;
  // Goes first: a scrape asks tracker and source.
  MetricsRegistry::Registration metrics;
};

}  // namespace presshawk
