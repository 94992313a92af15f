// SPDX-License-Identifier: Apache-2.0
// The thread that sends: claims deliveries from the ledger, hands them to the
// couriers of their receivers, and writes what became of them. Which ones and
// when is the SendingQueue's decision.
//
// Every instance sends, whoever decides.
// ERRORS. While the ledger is away nothing is sent, answers are kept, and
// AppendProblems() names the cause.
// THREAD SAFETY. All of it, but for Start() and Stop().
#pragma once

#include <array>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "cmd/app/component.h"
#include "cmd/delivery/body_resealer.h"
#include "cmd/delivery/live_receivers.h"
#include "core/base/mutex.h"
#include "core/delivery/courier.h"
#include "core/delivery/sending_queue.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

class Sending : public Component {
 public:
  struct Parts {
    LedgerStore* store = nullptr;
    LiveReceivers* receivers = nullptr;
    // By kind of receiver. What waits for a kind without a courier is kept.
    std::map<ReceiverKind, Courier*> couriers;
    std::string instance;
    std::string operator_receiver;  // Who is told of trouble; may be empty.
    BodyResealer::Parts messages;   // To people.
    // Each attempt that ended: its receiver's kind, the outcome, and how long
    // after detection an instant was delivered, or nothing.
    std::function<void(ReceiverKind, AttemptOutcome,
                       std::optional<absl::Duration>)>
        on_attempt;
  };

  explicit Sending(Parts parts);
  ~Sending() override;

  absl::Status Start() override;
  void AppendProblems(std::vector<std::string>* problems) const override;
  // What is in flight has until `deadline`.
  void Stop(absl::Time deadline) override;

  // Something waits, or a circuit was changed by somebody else.
  void Wake();
  // The secrets of receivers changed.
  void ReceiversChanged();
  std::vector<ReceiverRecord> circuits() const;
  // Nothing is being sent, and nothing waits that could be sent now.
  bool IsIdle() const;

 private:
  struct Answer {
    std::string delivery;
    uint32_t number;
    AttemptResult result;
  };

  void Run();
  void TakeAnswers(absl::Time now);
  void LookAround(absl::Time now);
  absl::Status Look(absl::Time now);
  absl::Status LearnCircuits(absl::Time now);
  bool Exchange(absl::Time now);
  void SetStepProblem(std::string problem);
  void Send(Dispatch dispatch);
  void TellOperator(const ReceiverNews& news, absl::Time now);
  void WaitUntil(absl::Time time, bool ignore_stop);
  bool IsOpenTo(const std::string& receiver) const;

  const Parts parts_;
  BodyResealer resealer_;
  std::unique_ptr<SendingQueue> queue_;  // The thread's.
  absl::Time next_look_ = absl::InfinitePast();
  absl::Time next_count_ = absl::InfinitePast();
  absl::Time retry_at_ = absl::InfinitePast();

  mutable Mutex mutex_;
  std::condition_variable changed_;
  std::vector<Answer> answers_ ABSL_GUARDED_BY(mutex_);
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_busy_ ABSL_GUARDED_BY(mutex_) = true;  // Attempts are open.
  bool receivers_changed_ ABSL_GUARDED_BY(mutex_) = false;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time deadline_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  // Why the last LookAround() and the last Exchange() failed; empty where they
  // did not.
  std::string look_problem_ ABSL_GUARDED_BY(mutex_);
  std::string step_problem_ ABSL_GUARDED_BY(mutex_);
  std::vector<ReceiverRecord> circuits_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace presshawk
