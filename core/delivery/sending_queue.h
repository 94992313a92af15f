// SPDX-License-Identifier: Apache-2.0
// Decides what is sent when: which deliveries an instance claims from the
// ledger, and what becomes of each attempt.
//
//   while (running) {
//     if (const SenderStep* step = queue.Prepare(now); step != nullptr) {
//       auto result = store->Step(*step, now);
//       if (!result.ok()) { queue.Abort(); … wait, and try again }
//       for (Dispatch& one : queue.Commit(*std::move(result), now)) {
//         courier->Send(*one.receiver, std::move(one.request), [&](auto result) {
//           … back on this thread: queue.Finish(id, one.number, result, now);
//         });
//       }
//     }
//     … wait until queue.next_call(), an answer, or a Hint()
//   }
//
// Only what is claimed in a committed step is sent, and every answer is written
// with the next one. While the ledger is away, answers are kept and nothing is
// sent.
//
// COST. A call costs what is ready and not what there is: a receiver that fails
// costs a step for each probe, and one that is idle costs a step for each
// `poll`. Memory is per receiver and per delivery in flight, of which there are
// at most `in_flight_max`; what waits stays in the ledger.
//
// A pure state machine: no clock, no I/O; the same seed and calls give the same
// decisions. One thread's. `now` must not go back.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/delivery/attempt_decision.h"
#include "core/delivery/courier.h"
#include "core/delivery/receiver.h"
#include "core/delivery/receiver_health.h"
#include "core/delivery/receiver_news.h"
#include "core/delivery/resealer.h"
#include "core/delivery/retry_schedule.h"
#include "core/delivery/send_rate.h"
#include "core/ledger/ledger_records.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

struct SendingOptions {
  std::string instance;
  uint64_t seed = 0;              // Of the deviations of waits.
  uint32_t in_flight_max = 1024;  // Of all receivers together.
  absl::Duration lease = absl::Seconds(60);
  // How often a receiver is asked for that nobody has hinted at: what another
  // instance has sealed is found by it.
  absl::Duration poll = absl::Seconds(1);
};

// What a courier is to send now.
struct Dispatch {
  std::shared_ptr<const ReceiverOptions> receiver;
  AttemptRequest request;
  uint32_t number = 0;  // Of the attempt; Finish() gets it back.
  // What the message was made of, where it was made now (SPEC MESSAGE-2).
  std::string envelope = {};
};

class SendingQueue {
 public:
  // `known`: LedgerStore::Receivers(). `resealer` must outlive the queue.
  SendingQueue(SendingOptions options, Resealer* resealer,
               absl::Span<const ReceiverRecord> known);
  ~SendingQueue();
  SendingQueue(const SendingQueue&) = delete;
  SendingQueue& operator=(const SendingQueue&) = delete;

  // The receivers of the configuration. What waits for others is kept, and
  // nothing is sent to them.
  void SetReceivers(std::vector<ReceiverOptions> receivers, absl::Time now);
  // False where there is no such receiver.
  bool Pause(std::string_view receiver, std::string why, absl::Time now);
  bool Resume(std::string_view receiver, absl::Time now);
  // The circuits as the ledger has them: what other instances and the command
  // line did.
  void Learn(absl::Span<const ReceiverRecord> records, absl::Time now);
  // Something new waits for the receiver. Without it a delivery waits for the
  // next poll.
  void Hint(std::string_view receiver, absl::Time now);
  // From LedgerStore::TakeOrphans(): their outcome is unknown (SPEC SEND-9).
  void TakeOver(std::vector<ClaimedDelivery> orphans, absl::Time now);
  // From LedgerStore::Waiting(), once a minute or so: for the age of queues.
  void NoteWaiting(absl::Span<const WaitingCount> waiting, absl::Time now);
  // Nothing more is claimed: before a stop.
  void StopClaiming();

  // What is to be written and claimed now, or null. It belongs to the queue and
  // holds until Commit() or Abort(), one of which must follow.
  const SenderStep* Prepare(absl::Time now);
  std::vector<Dispatch> Commit(SenderStepResult result, absl::Time now);
  // The step has failed: its answers are offered again by the next Prepare().
  void Abort();
  // The answer to a Dispatch. An answer that comes after its attempt was given
  // up as unknown is ignored.
  void Finish(const std::string& delivery, uint32_t number,
              const AttemptResult& result, absl::Time now);

  // When Prepare() is to be called again, if nothing else happens before.
  absl::Time next_call() const;
  size_t in_flight() const { return in_flight_.size(); }
  // Whether answers are still to be written.
  bool has_answers() const {
    return !answers_.empty() || !step_.finished.empty();
  }
  // What the operator is to be told since the last call (SPEC SEND-13).
  std::vector<ReceiverNews> TakeNews();
  // All known receivers, also those that are not configured.
  std::vector<ReceiverRecord> Circuits() const;

 private:
  struct Receiver;
  struct InFlight {
    EndedAttempt attempt;  // As it will have been.
    Receiver* receiver = nullptr;
    bool is_probe = false;
    absl::Time limit = absl::InfiniteFuture();  // Then its outcome is unknown.
  };
  using Timeline = std::set<std::pair<absl::Time, Receiver*>>;

  Receiver* Find(std::string_view name);
  Receiver* FindOrAdd(const std::string& name);
  // Puts the receiver to its place in the timeline.
  void Schedule(Receiver* receiver);
  void Want(Receiver* receiver, absl::Time now);
  void Renew(absl::Time now);
  void EndLateAttempts(absl::Time now);
  void Changed(Receiver* receiver);
  std::optional<Dispatch> Begin(ClaimedDelivery claimed, Receiver* receiver,
                                absl::Time now);
  absl::Status SealForPeople(const Receiver& receiver, ClaimedDelivery* claimed,
                             std::string* envelope);
  void NoteClaims(Receiver* receiver, uint32_t claimed,
                  const absl::Time* next_due, absl::Time now);
  void CheckDrained(Receiver* receiver, absl::Time now);
  // What became of it is known and is still to be written.
  bool HasAnswer(const std::string& delivery) const;
  static EndedAttempt AttemptOf(ClaimedDelivery claimed,
                                const Receiver* receiver, absl::Time now);
  // Keeps what became of an attempt for the next step.
  void Write(const EndedAttempt& ended, const AttemptResult& result,
             Receiver* receiver, absl::Time now);
  uint32_t FreeSlots() const;

  const SendingOptions options_;
  Resealer* const resealer_;
  Jitter jitter_;
  absl::flat_hash_map<std::string, std::unique_ptr<Receiver>> receivers_;
  Timeline timeline_;
  absl::flat_hash_map<std::string, InFlight> in_flight_;
  std::vector<Receiver*> changed_;  // Whose circuit may have changed.
  // Since the last Prepare(); the step has those before it.
  std::vector<std::pair<DeliveryRecord, AttemptRecord>> answers_;
  SenderStep step_;
  bool is_committing_ = false;
  bool claims_ = true;
  uint32_t reserved_ = 0;  // Slots that the step in progress wants.
  absl::Time renew_at_ = absl::InfiniteFuture();
  absl::Time limit_at_ = absl::InfiniteFuture();
  std::vector<ReceiverNews> news_;
};

}  // namespace presshawk
