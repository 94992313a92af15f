// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/metrics/metric_writer.h"

namespace presshawk {

// Writes `process_…` of this process, from /proc, under the names that every
// Prometheus client library uses. What cannot be read is left out.
void WriteProcessMetrics(MetricWriter* writer);

}  // namespace presshawk
