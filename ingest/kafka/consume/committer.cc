// SPDX-License-Identifier: Apache-2.0
#include "ingest/kafka/consume/committer.h"

#include <utility>

#include <librdkafka/rdkafka.h>

#include "absl/time/clock.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// What the last round refuses is refused for good, and what was overtaken is
// repaired by then.
constexpr int kWaitRounds = 3;

}  // namespace

Committer::Committer(Consumer* consumer, CommitLedger* ledger,
                     AnswerHandler on_answer)
    : consumer_(consumer),
      ledger_(ledger),
      on_answer_(std::move(on_answer)),
      answers_(rd_kafka_queue_new(consumer->handle())) {}

void Committer::AskForDue() { Ask(ledger_->TakeDue(absl::Now())); }

void Committer::AskForAllAndWait() {
  const absl::Time deadline = absl::Now() + kWaitTimeout;
  Ask(ledger_->TakeAll(absl::Now()));
  for (int round = 0; round < kWaitRounds; ++round) {
    // Also for those that were asked for before: one of them may be taken last.
    while (ledger_->AwaitsAnswers(absl::Now()) && absl::Now() < deadline) {
      TakeAnswers(deadline - absl::Now());
    }
    if (absl::Now() >= deadline) {
      break;
    }
    Ask(ledger_->TakeDue(absl::Now()));
  }
  if (ledger_->LongestWaiting().has_value()) {
    consumer_->Report(
        RD_KAFKA_RESP_ERR__TIMED_OUT,
        "the last commit is not confirmed; some messages will be worked on "
        "again");
  }
}

void Committer::Ask(const std::vector<PartitionOffset>& positions) {
  if (positions.empty()) {
    return;
  }
  const KafkaPartitions offsets = ToKafka(positions);
  // PITFALL 18: not rd_kafka_commit(), which waits without a limit, or answers
  // in the queue of the messages, which cannot be asked for answers alone.
  const rd_kafka_resp_err_t error = rd_kafka_commit_queue(
      consumer_->handle(), offsets.get(), answers_.get(),
      [](rd_kafka_t*, rd_kafka_resp_err_t code,
         rd_kafka_topic_partition_list_t* committed, void* opaque) {
        static_cast<Committer*>(opaque)->OnAnswer(code, committed);
      },
      this);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    OnAnswer(error, offsets.get());
  }
}

void Committer::TakeAnswers(absl::Duration timeout) {
  rd_kafka_queue_poll_callback(answers_.get(), Millis(timeout));
}

void Committer::OnAnswer(int error,
                         const rd_kafka_topic_partition_list_s* offsets) {
  if (error == RD_KAFKA_RESP_ERR__NO_OFFSET || offsets == nullptr) {
    return;
  }
  const absl::Time now = absl::Now();
  bool is_confirmed = false;
  for (int i = 0; i < offsets->cnt; ++i) {
    const rd_kafka_topic_partition_t& offset = offsets->elems[i];
    const int failure = offset.err != RD_KAFKA_RESP_ERR_NO_ERROR
                            ? static_cast<int>(offset.err)
                            : error;
    ledger_->Answer(offset.topic, offset.partition, offset.offset,
                    /*confirmed=*/failure == RD_KAFKA_RESP_ERR_NO_ERROR, now);
    if (failure == RD_KAFKA_RESP_ERR_NO_ERROR) {
      is_confirmed = true;
      continue;
    }
    // PITFALL 9: ILLEGAL_GENERATION and REBALANCE_IN_PROGRESS only mean
    // duplicates. Where the partition is still ours it is tried again.
    consumer_->Report(
        failure,
        StrCat("commit of ", offset.topic, "[", offset.partition, "]: ",
               rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(failure))));
  }
  on_answer_(is_confirmed);
}

}  // namespace presshawk
