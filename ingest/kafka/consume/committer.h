// SPDX-License-Identifier: Apache-2.0
// Commits of a group member: asks for the positions of a CommitLedger without
// waiting for answers, and takes the answers when they are there.
//
//   ledger().Resolve() ─► AskForDue() ─► coordinator ─► TakeAnswers() ─► ledger
//
// LIFE. One per consumer, which must outlive it.
// THREAD SAFETY. None: the thread that polls the consumer.
#pragma once

#include <functional>
#include <vector>

#include "absl/time/time.h"
#include "ingest/kafka/client/handles.h"
#include "ingest/kafka/client/partition_offset.h"
#include "ingest/kafka/consume/commit_ledger.h"
#include "ingest/kafka/consume/consumer.h"

namespace presshawk {

class Committer {
 public:
  // An answer came, and some position was confirmed by it or none was.
  using AnswerHandler = std::function<void(bool confirmed)>;

  // The ledger outlives the committers of clients that come and go.
  Committer(Consumer* consumer, CommitLedger* ledger, AnswerHandler on_answer);
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // Asks for what is due.
  void AskForDue();
  // Asks for all, and waits until the group has confirmed it, for
  // kWaitTimeout at most. An error of the consumer says what was not confirmed.
  void AskForAllAndWait();
  static constexpr absl::Duration kWaitTimeout = absl::Seconds(5);
  // Takes the answers that came; waits for one up to `timeout`.
  void TakeAnswers(absl::Duration timeout);

 private:
  void Ask(const std::vector<PartitionOffset>& positions);
  void OnAnswer(int error, const rd_kafka_topic_partition_list_s* offsets);

  Consumer* const consumer_;
  CommitLedger* const ledger_;
  const AnswerHandler on_answer_;
  const KafkaQueue answers_;
};

}  // namespace presshawk
