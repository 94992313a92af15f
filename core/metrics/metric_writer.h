// SPDX-License-Identifier: Apache-2.0
// What one scrape shows, gathered from the probes that know it.
//
//   probe ──Counter(), Gauge(), Histogram()──► MetricWriter ──► text
//
// Several probes may write one metric: every worker counts its own articles,
// and the scrape shows their sum.
//
//   constexpr MetricName kAlerts = {"presshawk_alerts_total", "Alerts built."};
//   writer->Counter(kAlerts, alerts);
//   writer->Gauge(kOutbox, pending, {{"sink", "kafka"}});
//
// LIFE. One object for each scrape.
// THREAD SAFETY. None.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/metrics/bucket_histogram.h"

namespace presshawk {

// The name of a metric, and the sentence that explains it to whoever reads
// /metrics. Names are part of the contract (SPEC METRIC-1), because dashboards
// and alert rules read them. Times are in seconds, sizes in bytes. Both members
// have static storage.
struct MetricName {
  const char* name;
  const char* help;
};

// `{{"sink", "kafka"}, {"result", "success"}}`, in the order in which they are
// shown. No label has an unbounded number of values.
using MetricLabels =
    std::initializer_list<std::pair<std::string_view, std::string_view>>;

// Any number, without a cast at the call.
struct MetricValue {
  template <typename Number>
  requires std::is_arithmetic_v<Number> MetricValue(
      Number number)  // Implicit: that is what it is for.
      : value(static_cast<double>(number)) {}

  double value;
};

class MetricWriter {
 public:
  // --- A sample. What several probes write under one name with the same labels
  // is added up. One name must always be of one kind, and the bounds of one
  // histogram must always be the same: anything else is a bug, which ends the
  // process.
  void Counter(const MetricName& metric, MetricValue value,
               MetricLabels labels = {});
  void Gauge(const MetricName& metric, MetricValue value,
             MetricLabels labels = {});
  void Histogram(const MetricName& metric,
                 const BucketHistogram::Snapshot& snapshot,
                 MetricLabels labels = {});
  // Not added up: the largest of what is written is shown.
  void LargestGauge(const MetricName& metric, MetricValue value,
                    MetricLabels labels = {});

  // --- A metric that has no sample yet, because its labels are not known in
  // advance. Each metric is shown from the start (SPEC METRIC-1).
  void DeclareCounter(const MetricName& metric);
  void DeclareGauge(const MetricName& metric);
  void DeclareHistogram(const MetricName& metric);

  // --- For the registry, which turns it into text.
  enum class Kind : uint8_t { kCounter, kGauge, kHistogram };
  using Labels = std::vector<std::pair<std::string, std::string>>;
  struct Sample {
    double value = 0;                     // Of counters and gauges.
    BucketHistogram::Snapshot histogram;  // Of histograms.
  };
  struct Family {
    Kind kind = Kind::kCounter;
    const char* help = "";
    std::map<Labels, Sample> samples;
  };
  // By name. Thus the order of the text depends on no order of calls.
  const std::map<std::string_view, Family>& families() const {
    return families_;
  }

 private:
  Family* Declare(const MetricName& metric, Kind kind);
  // True where the sample is new.
  std::pair<Sample*, bool> Find(const MetricName& metric, Kind kind,
                                MetricLabels labels);

  std::map<std::string_view, Family> families_;
};

}  // namespace presshawk
