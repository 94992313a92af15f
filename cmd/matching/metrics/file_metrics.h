// SPDX-License-Identifier: Apache-2.0
// What happened to the files that are read and written. Each object is one
// probe; its registry must outlive it, and so must it outlive whoever reports
// to it.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/mutex.h"
#include "core/metrics/metrics_registry.h"

namespace presshawk {

// Counts source files that could not be read to their end. Thread-safe.
class SourceFileMetrics {
 public:
  explicit SourceFileMetrics(MetricsRegistry* registry);

  // A source file was gone before it was certain that all of it was read;
  // `lost_bytes` of it had been seen and were not read.
  void CountGap(uint64_t lost_bytes);

 private:
  std::atomic<uint64_t> gaps_ = 0;
  std::atomic<uint64_t> lost_bytes_ = 0;
  MetricsRegistry::Registration registration_;  // Goes first.
};

// Counts what somebody did to the files of sinks and dead letters while they
// were written. Thread-safe.
class SinkFileMetrics {
 public:
  explicit SinkFileMetrics(MetricsRegistry* registry);

  // `change` is a FileChangeName(). `lost_bytes` of acknowledged lines went
  // with the file.
  void CountChange(std::string_view change, uint64_t lost_bytes)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Write(MetricWriter* writer) const ABSL_LOCKS_EXCLUDED(mutex_);

  mutable Mutex mutex_;
  // By change: how often, and the bytes that were lost.
  std::map<std::string, std::pair<uint64_t, uint64_t>, std::less<>> changes_
      ABSL_GUARDED_BY(mutex_) = {
          {"deleted", {}}, {"renamed", {}}, {"truncated", {}}};
  MetricsRegistry::Registration registration_;  // Goes first.
};

}  // namespace presshawk
