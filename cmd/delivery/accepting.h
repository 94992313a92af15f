// SPDX-License-Identifier: Apache-2.0
// The decider's thread: takes alerts in, decides who is told, and commits both
// with the positions in one transaction (SPEC DELIVERY-6).
//
//   standby ─lease─► load ─► Begin() ─► Poll ─► decide ─► Commit ─► Accepted ─┐
//      ▲                                 ▲                                    │
//      └────────── lease lost ───────────┴────────────────────────────────────┘
//
// One instance per ledger does this. The others wait for the lease, ready as
// standbys, and send like all. Nothing begins before the subscriptions are
// complete: an alert whose position is committed is not looked at again.
// ERRORS. While the ledger is away or full nothing is accepted, positions stay,
// and AppendProblems() names the cause. The same batch is committed again.
// THREAD SAFETY. All of it, but for Start() and Stop().
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cmd/app/component.h"
#include "cmd/delivery/alert_intake.h"
#include "cmd/delivery/live_receivers.h"
#include "cmd/delivery/live_subscriptions.h"
#include "core/base/mutex.h"
#include "core/delivery/decider.h"
#include "core/delivery/digest_clock.h"
#include "core/ledger/ledger_store.h"
#include "core/stories/story_index.h"

namespace presshawk {

class Accepting : public Component {
 public:
  struct Parts {
    LedgerStore* store = nullptr;
    AlertIntake* intake = nullptr;
    LiveSubscriptions* subscriptions = nullptr;
    LiveReceivers* receivers = nullptr;
    std::string instance;           // "host:4711"
    std::string operator_receiver;  // Who is told of trouble; may be empty.
    bool keep_all = true;
    bool rebuilt = false;
    absl::Duration retention = absl::Hours(24 * 30);
    // What was accepted may be sent: wakes the senders.
    std::function<void()> on_accepted;
    // How long a transaction took; may be null.
    std::function<void(absl::Duration)> on_commit;
  };
  struct Counts {
    Decider::Counts decided;
    uint64_t clock_jumps = 0;
    size_t zones_changed = 0;  // Whose rules are others than at the start.
    // When the next digest is to be told; in the past where it is late.
    absl::Time next_slot = absl::InfiniteFuture();
    uint64_t alerts = 0;   // Taken in.
    uint64_t batches = 0;  // Committed.
  };

  explicit Accepting(Parts parts);
  ~Accepting() override;

  absl::Status Start() override;
  void AppendProblems(std::vector<std::string>* problems) const override;
  void Stop(absl::Time deadline) override;

  // An operator has understood that alerts were lost. False where another
  // instance decides: it is the one to be told.
  bool AcknowledgeLoss();

  Counts counts() const;
  bool is_decider() const { return is_decider_; }

 private:
  class Reign;  // From getting the lease to losing it (reign.h).

  void Run();
  bool stopping() const { return stop_; }
  void SleepUnlessStopping(absl::Duration duration);
  void SetProblem(const absl::Status& status);

  const Parts parts_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> is_decider_ = false;
  // It waits as a standby, or has loaded what the ledger knows.
  std::atomic<bool> is_settled_ = false;
  std::atomic<bool> loss_acknowledged_ = false;

  mutable Mutex mutex_;
  std::condition_variable changed_;
  std::string problem_ ABSL_GUARDED_BY(mutex_);
  uint64_t loss_ ABSL_GUARDED_BY(mutex_) = 0;  // Not acknowledged yet.
  Counts counts_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace presshawk
