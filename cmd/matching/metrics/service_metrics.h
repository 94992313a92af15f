// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/metrics/metric_writer.h"

namespace presshawk {

// Writes which build this is.
void WriteBuildMetrics(std::string_view version, MetricWriter* writer);

// Writes whether the service is ready, as /readyz says it.
void WriteReadyMetrics(bool ready, MetricWriter* writer);

}  // namespace presshawk
