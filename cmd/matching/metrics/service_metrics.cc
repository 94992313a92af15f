// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/metrics/service_metrics.h"

namespace presshawk {
namespace {

constexpr MetricName kReady = {"presshawk_ready",
                               "1 while /readyz says ready, else 0."};
constexpr MetricName kBuildInfo = {"presshawk_build_info",
                                   "Always 1; the labels name the build."};

}  // namespace

void WriteBuildMetrics(std::string_view version, MetricWriter* writer) {
  writer->Gauge(kBuildInfo, 1, {{"version", version}});
}

void WriteReadyMetrics(bool ready, MetricWriter* writer) {
  writer->Gauge(kReady, ready ? 1 : 0);
}

}  // namespace presshawk
