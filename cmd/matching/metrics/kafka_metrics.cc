// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/metrics/kafka_metrics.h"

#include <string>

#include "core/base/certificate.h"

namespace presshawk {
namespace {

constexpr MetricName kErrors = {
    "presshawk_kafka_errors_total",
    "Errors that the Kafka clients reported, by librdkafka's code."};
constexpr MetricName kListRecordsRejected = {
    "presshawk_watchlist_records_rejected_total",
    "Records of the watch-list topic that are ignored: their key is no id."};
constexpr MetricName kConsumerLag = {
    "presshawk_consumer_lag",
    "Records between the end of an assigned partition and what is committed."};
constexpr MetricName kOldestRecord = {
    "presshawk_oldest_record_seconds",
    "Age of the first record of an assigned partition that was not processed; "
    "0 where all are."};
constexpr MetricName kBrokerUp = {
    "presshawk_broker_up",
    "1 while this broker answers a consumer of the process, 0 while it does "
    "not."};
constexpr MetricName kRetentionMargin = {
    "presshawk_retention_margin",
    "Records between the beginning of an assigned partition and what is "
    "committed: what retention can delete before it deletes what is unread."};
constexpr MetricName kExpired = {
    "presshawk_articles_expired_total",
    "Records that the brokers deleted before they were read."};
constexpr MetricName kCertificateEnd = {
    "presshawk_certificate_end_timestamp_seconds",
    "When the first certificate in a file of the Kafka properties ends."};
constexpr absl::Duration kCertificatesReadEvery = absl::Minutes(1);
constexpr MetricName kCommitsOverdue = {
    "presshawk_commits_overdue",
    "Partitions whose resolved positions the group has not confirmed for ten "
    "commit intervals; the instance is not ready meanwhile."};
constexpr MetricName kCommitRepeats = {
    "presshawk_commit_repeats_total",
    "Positions committed again, as no confirmation came or they were refused."};

}  // namespace

void WriteKafkaErrorMetrics(const KafkaEvents& events, MetricWriter* writer) {
  writer->DeclareCounter(kErrors);
  for (const auto& [code, count] : events.error_counts()) {
    writer->Counter(kErrors, count, {{"code", code}});
  }
}

void WriteConsumerMetrics(const std::vector<PartitionLag>& partitions,
                          const KafkaCommitCounts& commits,
                          MetricWriter* writer) {
  writer->DeclareGauge(kConsumerLag);
  writer->DeclareGauge(kRetentionMargin);
  writer->DeclareGauge(kOldestRecord);
  for (const PartitionLag& one : partitions) {
    const std::string partition = std::to_string(one.partition);
    const MetricLabels labels = {{"topic", one.topic},
                                 {"partition", partition}};
    if (one.lag >= 0) {
      writer->LargestGauge(kConsumerLag, one.lag, labels);
    }
    if (one.margin >= 0) {
      writer->LargestGauge(kRetentionMargin, one.margin, labels);
    }
    if (one.oldest_age.has_value()) {
      writer->LargestGauge(kOldestRecord,
                           absl::ToDoubleSeconds(*one.oldest_age), labels);
    }
  }
  writer->Counter(kExpired, commits.expired);
  writer->Gauge(kCommitsOverdue, commits.overdue);
  writer->Counter(kCommitRepeats, commits.repeats);
}

void WriteBrokerMetrics(const std::vector<BrokerState>& brokers,
                        MetricWriter* writer) {
  writer->DeclareGauge(kBrokerUp);
  for (const BrokerState& broker : brokers) {
    writer->LargestGauge(kBrokerUp, broker.is_up ? 1 : 0,
                         {{"broker", broker.address}});
  }
}

void CertificateMetrics::Write(absl::Time now, MetricWriter* writer) const {
  MutexLock lock(&mutex_);
  if (now - read_ >= kCertificatesReadEvery) {
    read_ = now;
    ends_.clear();
    for (const std::string& file : files_) {
      if (const auto end = CertificateEnd(file); end.ok()) {
        ends_.emplace_back(file, *end);
      }
    }
  }
  writer->DeclareGauge(kCertificateEnd);
  for (const auto& [file, end] : ends_) {
    writer->Gauge(kCertificateEnd, absl::ToUnixSeconds(end), {{"file", file}});
  }
}

void WriteListTopicMetrics(uint64_t rejected_records, MetricWriter* writer) {
  writer->Counter(kListRecordsRejected, rejected_records);
}

}  // namespace presshawk
