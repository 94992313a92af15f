// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/metric_writer.h"

#include <algorithm>

#include "core/base/check.h"

namespace presshawk {

void MetricWriter::Counter(const MetricName& metric, MetricValue value,
                           MetricLabels labels) {
  Find(metric, Kind::kCounter, labels).first->value += value.value;
}

void MetricWriter::Gauge(const MetricName& metric, MetricValue value,
                         MetricLabels labels) {
  Find(metric, Kind::kGauge, labels).first->value += value.value;
}

void MetricWriter::LargestGauge(const MetricName& metric, MetricValue value,
                                MetricLabels labels) {
  const auto [sample, is_new] = Find(metric, Kind::kGauge, labels);
  sample->value = is_new ? value.value : std::max(sample->value, value.value);
}

void MetricWriter::Histogram(const MetricName& metric,
                             const BucketHistogram::Snapshot& snapshot,
                             MetricLabels labels) {
  Find(metric, Kind::kHistogram, labels).first->histogram.Add(snapshot);
}

void MetricWriter::DeclareCounter(const MetricName& metric) {
  Declare(metric, Kind::kCounter);
}

void MetricWriter::DeclareGauge(const MetricName& metric) {
  Declare(metric, Kind::kGauge);
}

void MetricWriter::DeclareHistogram(const MetricName& metric) {
  Declare(metric, Kind::kHistogram);
}

MetricWriter::Family* MetricWriter::Declare(const MetricName& metric,
                                            Kind kind) {
  const auto [at, is_new] = families_.try_emplace(metric.name);
  Family& family = at->second;
  if (is_new) {
    family.kind = kind;
    family.help = metric.help;
  }
  // A name belongs to one owner, which writes it as one kind.
  PRESSHAWK_CHECK(family.kind == kind);
  return &family;
}

std::pair<MetricWriter::Sample*, bool> MetricWriter::Find(
    const MetricName& metric, Kind kind, MetricLabels labels) {
  const auto [at, is_new] =
      Declare(metric, kind)
          ->samples.try_emplace(Labels(labels.begin(), labels.end()));
  return {&at->second, is_new};
}

}  // namespace presshawk
