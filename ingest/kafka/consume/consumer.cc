// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/consumer.h"

#include <algorithm>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

constexpr int kLeavePollMillis = 50;
// The coordinator has just spoken.
constexpr absl::Duration kCommittedTimeout = absl::Seconds(2);

absl::Status Refused(std::string_view what, rd_kafka_resp_err_t error) {
  return absl::UnavailableError(
      StrCat("kafka: cannot ", what, ": ", rd_kafka_err2str(error)));
}

}  // namespace

absl::StatusOr<std::shared_ptr<Consumer>> Consumer::Create(
    absl::StatusOr<KafkaConf> conf, KafkaEvents* events,
    ConsumerListener* listener) {
  if (!conf.ok()) {
    return conf.status();
  }
  std::shared_ptr<Consumer> consumer(new Consumer(events, listener));
  consumer->Install(conf->get());
  // PITFALL 3: with a rebalance callback of its own, the batch call is safe; it
  // and all other calls are made by one thread alone.
  rd_kafka_conf_set_rebalance_cb(
      conf->get(),
      [](rd_kafka_t*, rd_kafka_resp_err_t kind,
         rd_kafka_topic_partition_list_t* partitions, void* opaque) {
        static_cast<Consumer*>(static_cast<KafkaCallbacks*>(opaque))
            ->OnRebalance(kind, partitions);
      });
  rd_kafka_conf_set_stats_cb(
      conf->get(), [](rd_kafka_t*, char* json, size_t size, void* opaque) {
        const auto* self =
            static_cast<Consumer*>(static_cast<KafkaCallbacks*>(opaque));
        if (self->listener_ != nullptr) {
          self->listener_->OnStatistics({json, size});
        }
        return 0;  // librdkafka frees it.
      });
  absl::StatusOr<KafkaHandle> handle = NewConsumer(*std::move(conf));
  if (!handle.ok()) {
    return handle.status();
  }
  consumer->handle_ = *std::move(handle);
  consumer->queue_.reset(rd_kafka_queue_get_consumer(consumer->handle()));
  return consumer;
}

Consumer::~Consumer() {
  queue_.reset();
  if (handle_ != nullptr) {
    // A member has left its group; closing the handle here would wait.
    rd_kafka_destroy_flags(handle_.release(),
                           RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  }
}

absl::Status Consumer::Subscribe(const std::vector<std::string>& topics) {
  std::vector<PartitionOffset> list;
  for (const std::string& topic : topics) {
    list.push_back({.topic = topic, .partition = RD_KAFKA_PARTITION_UA});
  }
  const rd_kafka_resp_err_t error =
      rd_kafka_subscribe(handle(), ToKafka(list).get());
  return error == RD_KAFKA_RESP_ERR_NO_ERROR
             ? absl::OkStatus()
             : absl::InvalidArgumentError(StrCat("kafka: cannot subscribe: ",
                                                 rd_kafka_err2str(error)));
}

absl::Status Consumer::Assign(std::span<const PartitionOffset> offsets) {
  const rd_kafka_resp_err_t error =
      rd_kafka_assign(handle(), ToKafka(offsets).get());
  return error == RD_KAFKA_RESP_ERR_NO_ERROR
             ? absl::OkStatus()
             : Refused("read the partitions", error);
}

bool Consumer::Poll(absl::Duration timeout, size_t max) {
  raw_.resize(std::max(raw_.size(), max));
  // The batch call waits until its array is full: so first for one message,
  // then for whatever is there already.
  ssize_t count = rd_kafka_consume_batch_queue(
      queue_.get(), Millis(timeout), raw_.data(), std::min<size_t>(max, 1));
  if (count == 1 && max > 1 && rebalance_kind_ == 0) {
    count +=
        std::max<ssize_t>(0, rd_kafka_consume_batch_queue(
                                 queue_.get(), 0, raw_.data() + 1, max - 1));
  }
  for (ssize_t i = 0; i < count; ++i) {
    HandOver(KafkaMessage(raw_[static_cast<size_t>(i)]));
  }
  if (rebalance_kind_ == 0) {
    return true;
  }
  const int kind = std::exchange(rebalance_kind_, 0);
  const KafkaPartitions partitions = std::move(rebalance_partitions_);
  HandleRebalance(kind, *partitions);
  return false;
}

void Consumer::HandOver(KafkaMessage message) {
  if (listener_ == nullptr) {
    return;
  }
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    listener_->OnMessage(std::move(message));
  } else {
    listener_->OnMessageError(*message);
  }
}

void Consumer::OnRebalance(int kind,
                           rd_kafka_topic_partition_list_s* partitions) {
  if (leaving_) {
    HandleRebalance(kind, *partitions);
    return;
  }
  // PITFALL 3: the array that the batch call is filling may hold messages of
  // these partitions. So it is ended here and now, and the rebalance handled
  // when it has returned.
  rebalance_kind_ = kind;
  rebalance_partitions_.reset(rd_kafka_topic_partition_list_copy(partitions));
  rd_kafka_yield(handle());
}

void Consumer::HandleRebalance(
    int kind, const rd_kafka_topic_partition_list_s& partitions) {
  // PITFALL 10: the protocol reads NONE during close; the last known one
  // counts.
  const std::string_view protocol = rd_kafka_rebalance_protocol(handle());
  if (protocol == "COOPERATIVE" || protocol == "EAGER") {
    cooperative_ = protocol == "COOPERATIVE";
  }
  if (kind == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && listener_ != nullptr) {
    listener_->OnAssign(partitions);
  } else if (kind == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS &&
             listener_ != nullptr) {
    listener_->OnRevoke(partitions, rd_kafka_assignment_lost(handle()) != 0);
  } else {
    Report(kind, "rebalance failed");
    rd_kafka_assign(handle(), nullptr);
  }
}

void Consumer::Take(const rd_kafka_topic_partition_list_s& partitions) {
  if (cooperative_) {
    ReportAndDestroy(rd_kafka_incremental_assign(handle(), &partitions));
  } else if (const rd_kafka_resp_err_t error =
                 rd_kafka_assign(handle(), &partitions)) {
    Report(error, rd_kafka_err2str(error));
  }
}

void Consumer::GiveBack(const rd_kafka_topic_partition_list_s& partitions) {
  if (cooperative_) {
    ReportAndDestroy(rd_kafka_incremental_unassign(handle(), &partitions));
  } else if (const rd_kafka_resp_err_t error =
                 rd_kafka_assign(handle(), nullptr)) {
    Report(error, rd_kafka_err2str(error));
  }
}

KafkaPartitions Consumer::Committed(
    const rd_kafka_topic_partition_list_s& partitions) {
  KafkaPartitions list(rd_kafka_topic_partition_list_copy(&partitions));
  for (int i = 0; i < list->cnt; ++i) {
    list->elems[i].offset = RD_KAFKA_OFFSET_INVALID;
  }
  rd_kafka_committed(handle(), list.get(), Millis(kCommittedTimeout));
  return list;
}

int64_t Consumer::BeginOf(const std::string& topic, int32_t partition) const {
  int64_t begin = 0;
  int64_t end = 0;
  return rd_kafka_get_watermark_offsets(handle(), topic.c_str(), partition,
                                        &begin,
                                        &end) == RD_KAFKA_RESP_ERR_NO_ERROR
             ? begin
             : RD_KAFKA_OFFSET_INVALID;
}

void Consumer::SetPaused(std::span<const PartitionOffset> partitions,
                         bool paused) {
  const KafkaPartitions list = ToKafka(partitions);
  if (paused) {
    rd_kafka_pause_partitions(handle(), list.get());
  } else {
    rd_kafka_resume_partitions(handle(), list.get());
  }
}

void Consumer::ReportAndDestroy(rd_kafka_error_s* error) {
  if (error != nullptr) {
    Report(rd_kafka_error_code(error), rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
  }
}

void Consumer::OnError(int error, std::string_view text) {
  Remember(error, text);
  if (listener_ != nullptr) {
    listener_->OnClientError(error, text);
    Report(error, text);
  }
}

void Consumer::Report(int error, std::string_view text) {
  KafkaCallbacks::OnError(error, text);
  fatal_ = fatal_ || error == RD_KAFKA_RESP_ERR__FATAL;
  NoteFatalError();
}

void Consumer::NoteFatalError() {
  // Null while the handle is being made, when it already has something to say.
  const rd_kafka_resp_err_t fatal =
      handle_ == nullptr ? RD_KAFKA_RESP_ERR_NO_ERROR
                         : rd_kafka_fatal_error(handle(), nullptr, 0);
  fatal_ = fatal_ || fatal != RD_KAFKA_RESP_ERR_NO_ERROR;
  fenced_ = fenced_ || fatal == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
}

// Not rd_kafka_consumer_close(), which waits without a limit: with the broker
// gone in the wrong moment, for ever.
bool Consumer::LeaveGroup(absl::Duration timeout) {
  leaving_ = true;
  const KafkaQueue queue(rd_kafka_queue_new(handle()));
  if (rd_kafka_error_t* error =
          rd_kafka_consumer_close_queue(handle(), queue.get())) {
    ReportAndDestroy(error);
    leaving_ = false;
    return true;
  }
  const absl::Time deadline = absl::Now() + timeout;
  bool has_left = false;
  while (!(has_left = rd_kafka_consumer_closed(handle()) != 0) &&
         absl::Now() <= deadline) {
    // Calls back for what is revoked; messages are not wanted any more.
    // (rd_kafka_queue_poll_callback() aborts on ops that have no callback.)
    const KafkaMessage dropped(
        rd_kafka_consume_queue(queue.get(), kLeavePollMillis));
  }
  leaving_ = false;
  return has_left;
}

}  // namespace presshawk
