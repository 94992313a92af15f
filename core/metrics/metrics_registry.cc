// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/metrics_registry.h"

#include <limits>
#include <sstream>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace presshawk {
namespace {

prometheus::MetricType TypeOf(MetricWriter::Kind kind) {
  switch (kind) {
    case MetricWriter::Kind::kCounter:
      return prometheus::MetricType::Counter;
    case MetricWriter::Kind::kGauge:
      return prometheus::MetricType::Gauge;
    case MetricWriter::Kind::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

prometheus::ClientMetric::Histogram HistogramOf(
    const BucketHistogram::Snapshot& snapshot) {
  prometheus::ClientMetric::Histogram histogram;
  for (size_t i = 0; i < snapshot.counts.size(); ++i) {
    histogram.sample_count += snapshot.counts[i];
    histogram.bucket.push_back(
        {.cumulative_count = histogram.sample_count,
         .upper_bound = i < snapshot.bounds.size()
                            ? snapshot.bounds[i]
                            : std::numeric_limits<double>::infinity()});
  }
  histogram.sample_sum = snapshot.sum;
  return histogram;
}

prometheus::ClientMetric MetricOf(const MetricWriter::Labels& labels,
                                  const MetricWriter::Sample& sample) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : labels) {
    metric.label.push_back({name, value});
  }
  // The serializer reads the one that the type of the family names.
  metric.counter.value = sample.value;
  metric.gauge.value = sample.value;
  metric.histogram = HistogramOf(sample.histogram);
  return metric;
}

}  // namespace

void MetricsRegistry::Registration::Unregister() {
  if (MetricsRegistry* const registry = std::exchange(registry_, nullptr)) {
    MutexLock lock(&registry->mutex_);
    registry->probes_.erase(probe_);
  }
}

MetricsRegistry::Registration MetricsRegistry::Register(Probe probe) {
  MutexLock lock(&mutex_);
  return {this, probes_.insert(probes_.end(), std::move(probe))};
}

std::string MetricsRegistry::Expose() const {
  MetricWriter writer;
  {
    MutexLock lock(&mutex_);
    for (const Probe& probe : probes_) {
      probe(&writer);
    }
  }
  std::vector<prometheus::MetricFamily> families;
  for (const auto& [name, family] : writer.families()) {
    prometheus::MetricFamily& shown = families.emplace_back();
    shown.name = std::string(name);
    shown.help = family.help;
    shown.type = TypeOf(family.kind);
    for (const auto& [labels, sample] : family.samples) {
      shown.metric.push_back(MetricOf(labels, sample));
    }
  }
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(text, families);
  return text.str();
}

}  // namespace presshawk
