// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/member_report.h"

#include <algorithm>

#include <librdkafka/rdkafka.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/client/connection_errors.h"

namespace presshawk {

absl::Status MemberReport::Ready() const {
  MutexLock lock(&mutex_);
  std::optional<MemberHealth::Problem> problem = health_.Find(absl::Now());
  return problem.has_value() ? absl::UnavailableError(std::move(problem)->text)
                             : absl::OkStatus();
}

std::vector<PartitionLag> MemberReport::assignment() const {
  MutexLock lock(&mutex_);
  std::vector<PartitionLag> partitions;
  for (const auto& [topic, partition] : assigned_) {
    const PartitionLag* const known = FindLag(topic, partition);
    partitions.push_back(
        known != nullptr
            ? *known
            : PartitionLag{.topic = topic, .partition = partition, .lag = -1});
  }
  return partitions;
}

const PartitionLag* MemberReport::FindLag(std::string_view topic,
                                          int32_t partition) const {
  const auto found =
      std::find_if(lags_.begin(), lags_.end(), [&](const PartitionLag& known) {
        return known.partition == partition && known.topic == topic;
      });
  return found != lags_.end() ? &*found : nullptr;
}

size_t MemberReport::assigned_partitions() const {
  MutexLock lock(&mutex_);
  return assigned_.size();
}

std::vector<BrokerState> MemberReport::brokers() const {
  MutexLock lock(&mutex_);
  return brokers_;
}

KafkaCommitCounts MemberReport::commits() const {
  MutexLock lock(&mutex_);
  return commits_;
}

void MemberReport::OnAssignment(bool joined,
                                std::vector<TopicPartition> partitions,
                                const CommitLedger& ledger) {
  MutexLock lock(&mutex_);
  assigned_ = std::move(partitions);
  std::sort(assigned_.begin(), assigned_.end());
  health_.OnAssignment(joined, assigned_);
  if (joined) {
    health_.OnBrokerAnswered();  // The coordinator gave it its place.
  }
  health_.OnCommits(ledger.LongestWaiting());
  KeepOwn(&lags_);
}

void MemberReport::OnCommits(const CommitLedger& ledger, absl::Time now) {
  MutexLock lock(&mutex_);
  health_.OnCommits(ledger.LongestWaiting());
  commits_.repeats = ledger.repeats();
  commits_.overdue = ledger.CountWaitingSince(now - commits_overdue_);
}

void MemberReport::OnCommitAnswer(bool confirmed, const CommitLedger& ledger,
                                  absl::Time now) {
  MutexLock lock(&mutex_);
  health_.OnCommitAnswer(confirmed, now);
  health_.OnCommits(ledger.LongestWaiting());
  if (confirmed) {
    health_.OnBrokerAnswered();
  }
}

bool MemberReport::OnStatistics(std::string_view json, bool holds_messages,
                                absl::Time now) {
  ConsumerStatistics statistics = ReadConsumerStatistics(json);
  MutexLock lock(&mutex_);
  KeepOwn(&statistics.lags);
  for (PartitionLag& lag : statistics.lags) {
    lag.all_given = lag.lag == 0 || (lag.all_given && !holds_messages);
    const PartitionLag* const before = FindLag(lag.topic, lag.partition);
    lag.all_given_at = lag.all_given       ? statistics.time
                       : before != nullptr ? before->all_given_at
                                           : absl::InfinitePast();
  }
  lags_ = std::move(statistics.lags);
  brokers_ = std::move(statistics.brokers);
  health_.OnGroupState(statistics.coordinator_is_up, statistics.join_state,
                       now);
  if (statistics.some_broker_is_up) {
    health_.OnBrokerAnswered();
  } else {
    health_.OnAllBrokersDown(now);
  }
  return statistics.some_broker_is_up;
}

void MemberReport::OnClientError(int error, std::string_view text,
                                 absl::Time now) {
  MutexLock lock(&mutex_);
  if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
    health_.OnAllBrokersDown(now);
  } else if (IsConnectionError(error)) {
    health_.OnConnectionError(error, text, now);
  }
}

void MemberReport::OnNoPosition(std::string_view topic, int32_t partition,
                                std::string_view text) {
  MutexLock lock(&mutex_);
  health_.OnNoPosition(topic, partition, text);
}

void MemberReport::OnTopics(const std::vector<MissingTopics::Answer>& answers,
                            absl::Time now) {
  MutexLock lock(&mutex_);
  for (const MissingTopics::Answer& answer : answers) {
    if (answer.status.ok()) {
      health_.OnTopicFound(answer.topic, now);
    } else {
      health_.OnTopicMissing(answer.topic, StatusText(answer.status));
    }
  }
}

void MemberReport::OnFenced(absl::Time now) {
  MutexLock lock(&mutex_);
  health_.OnFenced(now);
}

void MemberReport::OnExpired(uint64_t records) {
  MutexLock lock(&mutex_);
  commits_.expired += records;
}

void MemberReport::OnReconnect() {
  MutexLock lock(&mutex_);
  health_.OnReconnect();
}

std::string MemberReport::TakeReasonToReconnect(absl::Time now) {
  MutexLock lock(&mutex_);
  std::string why = health_.WhyReconnect(now);
  if (!why.empty()) {
    health_.OnGivenUp();
  }
  return why;
}

void MemberReport::KeepOwn(std::vector<PartitionLag>* lags) const {
  std::vector<PartitionLag> own;
  for (PartitionLag& lag : *lags) {
    if (std::binary_search(assigned_.begin(), assigned_.end(),
                           std::pair(lag.topic, lag.partition))) {
      own.push_back(std::move(lag));
    }
  }
  *lags = std::move(own);
}

}  // namespace presshawk
