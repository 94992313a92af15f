// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/metrics/file_metrics.h"

namespace presshawk {
namespace {

constexpr MetricName kGaps = {
    "presshawk_source_file_gaps_total",
    "Source files that were gone or written anew before it was certain that "
    "all of them was read."};
constexpr MetricName kGapLostBytes = {
    "presshawk_source_file_lost_bytes_total",
    "Bytes that were seen in such files and not read."};
constexpr MetricName kChanges = {
    "presshawk_sink_file_changes_total",
    "Files of sinks and dead letters that somebody renamed, deleted or cut "
    "while they were written (unlocked: whose file system has no locks)."};
constexpr MetricName kChangeLostBytes = {
    "presshawk_sink_file_lost_bytes_total",
    "Bytes of acknowledged lines that were in such a file when it was deleted "
    "or cut."};

}  // namespace

SourceFileMetrics::SourceFileMetrics(MetricsRegistry* registry) {
  registration_ = registry->Register([this](MetricWriter* writer) {
    writer->Counter(kGaps, gaps_.load(std::memory_order_relaxed));
    writer->Counter(kGapLostBytes, lost_bytes_.load(std::memory_order_relaxed));
  });
}

void SourceFileMetrics::CountGap(uint64_t lost_bytes) {
  gaps_.fetch_add(1, std::memory_order_relaxed);
  lost_bytes_.fetch_add(lost_bytes, std::memory_order_relaxed);
}

SinkFileMetrics::SinkFileMetrics(MetricsRegistry* registry) {
  registration_ =
      registry->Register([this](MetricWriter* writer) { Write(writer); });
}

void SinkFileMetrics::CountChange(std::string_view change,
                                  uint64_t lost_bytes) {
  MutexLock lock(&mutex_);
  auto& [times, lost] = changes_[std::string(change)];
  ++times;
  lost += lost_bytes;
}

void SinkFileMetrics::Write(MetricWriter* writer) const {
  MutexLock lock(&mutex_);
  for (const auto& [change, counts] : changes_) {
    writer->Counter(kChanges, counts.first, {{"change", change}});
    writer->Counter(kChangeLostBytes, counts.second, {{"change", change}});
  }
}

}  // namespace presshawk
