// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/start_positions.h"

#include <array>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"
#include "ingest/kafka/client/connection_errors.h"
#include "ingest/kafka/client/handles.h"
#include "ingest/kafka/client/topic_shape.h"

namespace presshawk {
namespace {

// A coordinator that has just started says for a while that it is loading.
constexpr absl::Duration kRetry = absl::Milliseconds(200);

bool MayPass(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__TIMED_OUT ||
         error == RD_KAFKA_RESP_ERR__WAIT_COORD ||
         error == RD_KAFKA_RESP_ERR__TRANSPORT ||
         error == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS ||
         error == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
         error == RD_KAFKA_RESP_ERR_NOT_COORDINATOR;
}

// The group has members, which alone may commit.
bool HasMembers(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
         error == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ||
         error == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS;
}

class Settler {
 public:
  Settler(const StartQuestion& question, absl::Time deadline,
          KafkaEvents* events)
      : question_(question), deadline_(deadline), callbacks_(events) {}

  absl::Status Connect() {
    absl::StatusOr<KafkaConf> conf = MakeReaderConf(question_.client);
    if (!conf.ok()) {
      return conf.status();
    }
    callbacks_.Install(conf->get());
    std::array<char, 256> error = {};
    if (rd_kafka_conf_set(conf->get(), "group.id", question_.group.c_str(),
                          error.data(), error.size()) != RD_KAFKA_CONF_OK) {
      return absl::InvalidArgumentError(error.data());
    }
    absl::StatusOr<KafkaHandle> handle = NewConsumer(*std::move(conf));
    if (!handle.ok()) {
      return handle.status();
    }
    handle_ = *std::move(handle);
    return absl::OkStatus();
  }

  absl::StatusOr<TopicStart> Settle(const std::string& topic) {
    TopicStart start = {.topic = topic, .positions = {}};
    const auto shape = DescribeTopic(handle_.get(), topic, Left());
    if (!shape.ok()) {
      return shape.status();
    }
    const auto has_positions = HasPositions(topic, shape->partitions);
    if (!has_positions.ok()) {
      return has_positions.status();
    }
    if (*has_positions) {
      return start;
    }
    if (!question_.begin.has_value()) {
      start.kind = TopicStart::Kind::kIsNew;
      return start;
    }
    auto positions = FindPositions(topic, shape->partitions);
    if (!positions.ok()) {
      return positions.status();
    }
    start.positions = *std::move(positions);
    if (absl::Status status = Commit(&start); !status.ok()) {
      return status;
    }
    if (start.kind == TopicStart::Kind::kJoined) {
      // Whoever was first may have settled it just now.
      const auto settled = HasPositions(topic, shape->partitions);
      if (settled.ok() && *settled) {
        start.kind = TopicStart::Kind::kGoesOn;
      }
    }
    return start;
  }

 private:
  absl::Duration Left() const {
    return std::max(deadline_ - absl::Now(), absl::Milliseconds(1));
  }

  absl::Status Failure(std::string_view what, rd_kafka_resp_err_t error) const {
    return absl::UnavailableError(StrCat("kafka: group ", question_.group, ": ",
                                         what, ": ", rd_kafka_err2str(error)));
  }

  // Calls it until it says something else than that it may pass.
  template <typename Call>
  rd_kafka_resp_err_t Retry(const Call& call) {
    while (true) {
      const rd_kafka_resp_err_t error = call();
      if (!MayPass(error) || absl::Now() + kRetry > deadline_) {
        return error;
      }
      absl::SleepFor(kRetry);
    }
  }

  static std::vector<PartitionOffset> AllPartitions(const std::string& topic,
                                                    size_t count,
                                                    int64_t offset) {
    std::vector<PartitionOffset> all;
    for (size_t i = 0; i < count; ++i) {
      all.push_back({.topic = topic,
                     .partition = static_cast<int32_t>(i),
                     .offset = offset});
    }
    return all;
  }

  absl::StatusOr<bool> HasPositions(const std::string& topic, size_t count) {
    const KafkaPartitions list =
        ToKafka(AllPartitions(topic, count, RD_KAFKA_OFFSET_INVALID));
    const rd_kafka_resp_err_t error = Retry([&] {
      return rd_kafka_committed(handle_.get(), list.get(), Millis(Left()));
    });
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Failure("its positions cannot be asked for", error);
    }
    for (int i = 0; i < list->cnt; ++i) {
      if (list->elems[i].offset >= 0) {
        return true;
      }
    }
    return false;
  }

  // A topic that was just made has no leaders for a moment.
  absl::StatusOr<std::pair<int64_t, int64_t>> OffsetsOf(
      const std::string& topic, int32_t partition) {
    while (true) {
      const auto offsets =
          QueryOffsets(handle_.get(), topic, partition, Left());
      if (!absl::IsUnavailable(offsets.status()) ||
          absl::Now() + kRetry > deadline_) {
        return offsets;
      }
      absl::SleepFor(kRetry);
    }
  }

  absl::StatusOr<std::vector<PartitionOffset>> FindPositions(
      const std::string& topic, size_t count) {
    std::vector<PartitionOffset> positions = AllPartitions(topic, count, 0);
    for (PartitionOffset& position : positions) {
      const auto offsets = OffsetsOf(topic, position.partition);
      if (!offsets.ok()) {
        return offsets.status();
      }
      position.offset = question_.begin->kind == StartPosition::Kind::kEarliest
                            ? offsets->first
                            : offsets->second;
    }
    if (question_.begin->kind != StartPosition::Kind::kTime) {
      return positions;
    }
    // No record so late: the end that was just found.
    const KafkaPartitions list = ToKafka(
        AllPartitions(topic, count, absl::ToUnixMillis(question_.begin->time)));
    const rd_kafka_resp_err_t error = Retry([&] {
      return rd_kafka_offsets_for_times(handle_.get(), list.get(),
                                        Millis(Left()));
    });
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Failure("no position of a time can be found", error);
    }
    for (int i = 0; i < list->cnt; ++i) {
      if (list->elems[i].offset >= 0) {
        positions[static_cast<size_t>(i)].offset = list->elems[i].offset;
      }
    }
    return positions;
  }

  absl::Status Commit(TopicStart* start) {
    const KafkaPartitions list = ToKafka(start->positions);
    rd_kafka_resp_err_t error = Retry([&] {
      return rd_kafka_commit(handle_.get(), list.get(), /*async=*/0);
    });
    for (int i = 0; i < list->cnt && error == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
      error = list->elems[i].err;
    }
    if (HasMembers(error)) {
      start->kind = TopicStart::Kind::kJoined;
      start->positions.clear();
      return absl::OkStatus();
    }
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return Failure("its first positions are refused", error);
    }
    start->kind = TopicStart::Kind::kSettled;
    return absl::OkStatus();
  }

  const StartQuestion& question_;
  const absl::Time deadline_;
  ConnectionErrors callbacks_;
  KafkaHandle handle_;
};

}  // namespace

absl::StatusOr<std::vector<TopicStart>> SettleStartPositions(
    const StartQuestion& question, absl::Duration timeout,
    KafkaEvents* events) {
  Settler settler(question, absl::Now() + timeout, events);
  if (absl::Status status = settler.Connect(); !status.ok()) {
    return status;
  }
  std::vector<TopicStart> starts;
  for (const std::string& topic : question.topics) {
    absl::StatusOr<TopicStart> start = settler.Settle(topic);
    if (!start.ok()) {
      return start.status();
    }
    starts.push_back(*std::move(start));
  }
  return starts;
}

}  // namespace presshawk
