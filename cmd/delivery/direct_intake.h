// SPDX-License-Identifier: Apache-2.0
// The direct path from the matchers of this process into the ledger: a sink that
// acknowledges an alert once the ledger has it.
//
//   worker ─Deliver()─► queue ─Poll()─► accepting thread ─► ledger
//      ▲                                      │
//      └──────── origin->Resolve() ◄──────────┘ Accepted()
//
// BOUNDED. At kQueueBytesMax Deliver() waits.
// THREAD SAFETY. All of it, as its two ports say.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/delivery/alert_intake.h"
#include "core/base/mutex.h"
#include "core/matching/sinks.h"

namespace presshawk {

class DirectIntake : public AlertSink, public AlertIntake {
 public:
  static constexpr size_t kQueueBytesMax = size_t{16} << 20;

  // --- For the workers.
  std::string_view name() const override { return "ledger"; }
  bool carries_signatures() const override { return true; }
  bool carries_retractions() const override { return true; }
  bool Deliver(const AlertBatch& batch, WhileBlocked while_blocked) override;
  // The role says why the ledger takes nothing.
  absl::Status Health() const override { return absl::OkStatus(); }
  void Flush(absl::Time deadline) override;

  // --- For the accepting thread.
  absl::Status Begin(const std::vector<PositionRecord>& positions,
                     const std::string& epoch) override;
  absl::Status Poll(absl::Duration timeout,
                    std::vector<IntakeItem>* items) override;
  std::vector<PositionRecord> positions() const override { return {}; }
  void Accepted() override;

 private:
  struct Queued {
    IntakeItem item;
    std::shared_ptr<InFlightBatch> origin;
    uint32_t message = 0;
  };

  // False when `while_blocked` ended the wait for room.
  bool Queue(Queued queued, WhileBlocked while_blocked);

  Mutex mutex_;
  std::condition_variable changed_;
  std::vector<Queued> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queue_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // What is not in the ledger yet.
  size_t pending_ ABSL_GUARDED_BY(mutex_) = 0;
  // The accepting thread's: what Poll() gave and is not accepted.
  std::vector<Queued> taken_;
};

}  // namespace presshawk
