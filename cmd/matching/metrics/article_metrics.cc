// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/metrics/article_metrics.h"

namespace presshawk {
namespace {

constexpr MetricName kArticles = {
    "presshawk_articles_total",
    "Records or lines admitted; redeliveries count again."};
constexpr MetricName kProcessed = {
    "presshawk_articles_processed_total",
    "Articles all of whose alerts were acknowledged by every sink."};
constexpr MetricName kRejected = {
    "presshawk_articles_rejected_total",
    "Articles whose dead letter was acknowledged, by reason."};
constexpr MetricName kAbandoned = {
    "presshawk_articles_abandoned_total",
    "Articles given up at a revoke or stop; their offsets were not stored, so "
    "they are read again."};
constexpr MetricName kInFlight = {
    "presshawk_articles_in_flight",
    "Articles admitted and neither acknowledged nor given up yet."};
constexpr MetricName kFieldsIgnored = {
    "presshawk_article_fields_ignored_total",
    "Articles with a mapped value that is not used as it stands: an object, an "
    "array in an array, true or false, a text that is no id, url or list."};

}  // namespace

void WriteArticleMetrics(const ArticleCounts& counts, MetricWriter* writer) {
  writer->Counter(kArticles, counts.admitted);
  writer->Counter(kProcessed, counts.processed);
  for (size_t i = 0; i < kRejectReasonCount; ++i) {
    writer->Counter(
        kRejected, counts.rejected[i],
        {{"reason", RejectReasonName(static_cast<RejectReason>(i))}});
  }
  writer->Counter(kAbandoned, counts.abandoned);
  writer->Gauge(kInFlight, counts.in_flight());
}

void WriteIgnoredFieldMetrics(const IgnoredFields& fields,
                              MetricWriter* writer) {
  writer->DeclareCounter(kFieldsIgnored);
  fields.ForEach([&](ArticleKey key, IgnoredKind kind, uint64_t articles) {
    writer->Counter(
        kFieldsIgnored, articles,
        {{"field", ArticleKeyName(key)}, {"type", IgnoredKindName(kind)}});
  });
}

}  // namespace presshawk
