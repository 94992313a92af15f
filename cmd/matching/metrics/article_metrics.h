// SPDX-License-Identifier: Apache-2.0
// What became of the articles, and of values in them that are not used.
#pragma once

#include "core/metrics/metric_writer.h"
#include "core/model/article_counts.h"
#include "ingest/json/ignored_fields.h"

namespace presshawk {

// Writes the counts of one worker, OffsetTracker::counts(). They are taken at
// one moment, so that in each scrape articles = processed + rejected +
// abandoned + in flight (SPEC METRIC-2).
void WriteArticleMetrics(const ArticleCounts& counts, MetricWriter* writer);

void WriteIgnoredFieldMetrics(const IgnoredFields& fields,
                              MetricWriter* writer);

}  // namespace presshawk
