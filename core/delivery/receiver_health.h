// SPDX-License-Identifier: Apache-2.0
// Whether one receiver is well, when it may be sent to again and with how many
// requests at once, and what of it the operator is told.
//
//   closed ──five failures──► open ──probe succeeds──► closed, one slot, then
//     │                        ↺ probe fails: later       2, 4, … slots
//     └──410, 3xx, 3 × 401──► gone, misconfigured ──Resume(), an edit──► closed
//
// A pure state machine: `now` and the randomness are given to it. One thread's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/delivery/courier.h"
#include "core/delivery/receiver_news.h"
#include "core/delivery/retry_schedule.h"
#include "core/ledger/ledger_records.h"

namespace presshawk {

class ReceiverHealth {
 public:
  // `record` as the ledger has it, or with a name only. `jitter` must outlive
  // it.
  ReceiverHealth(ReceiverRecord record, Jitter* jitter);

  const ReceiverRecord& record() const { return record_; }
  bool is_open() const { return record_.state == CircuitState::kOpen; }
  // Nothing is sent until a person acts.
  bool is_held() const {
    return record_.state != CircuitState::kClosed && !is_open();
  }
  absl::Time not_before() const { return record_.not_before; }
  uint32_t slots(uint32_t in_flight_max) const;

  struct Attempt {
    absl::Time began;
    bool is_probe = false;
    uint32_t in_flight_max = 1;
  };
  void OnAttempt(const Attempt& attempt, const AttemptResult& result,
                 absl::Time now);
  // An edit of the receiver ends kMisconfigured and kGone, and lets an open
  // circuit be probed at once.
  void Configure(const std::string& fingerprint, absl::Time now);
  void Pause(std::string why, absl::Time now);
  void Resume(absl::Time now);
  // What another instance or the command line wrote; nothing changes where it
  // is what is known already.
  void Learn(const ReceiverRecord& record);

  // The record where it differs from what was stored last, and is then taken as
  // stored.
  std::optional<ReceiverRecord> TakeChange();
  // It was not stored after all.
  void Unstored() { stored_ = stored_before_; }

  // Nothing that is due waits, and nothing is in flight.
  void OnDrained(absl::Time now);
  // The oldest of what could be sent was made then.
  void NoteOldest(absl::Time created_at, absl::Time now);
  // When CheckTime() has something to tell.
  absl::Time news_at() const;
  void CheckTime(absl::Time now);
  // What there is to tell since the last call.
  std::vector<ReceiverNews> TakeNews();

 private:
  void OnSuccess(const Attempt& attempt, absl::Time now);
  void OnAnswered(absl::Time now);
  void OnFailure(const Attempt& attempt, const AttemptResult& result,
                 absl::Time now);
  void OnUnauthorized(const Attempt& attempt, const AttemptResult& result,
                      absl::Time now);
  void Hold(CircuitState state, const std::string& why, absl::Time now);
  void Close(absl::Time now);
  void Wait(absl::Time until);
  void SetNotBefore();
  void Tell(ReceiverNews::Kind kind, absl::Time since, std::string text);

  ReceiverRecord record_;
  ReceiverRecord stored_;         // As the ledger has it, as far as is known.
  ReceiverRecord stored_before_;  // Before the last TakeChange().
  Jitter* jitter_;

  // What not_before is made from: the receiver's wish, and our own plan, which
  // a success ends.
  absl::Time asked_until_ = absl::InfinitePast();
  absl::Time planned_ = absl::InfinitePast();

  bool last_failed_ = false;
  bool last_slow_ = false;
  uint32_t round_ = 0;      // Successes since `slots` grew.
  uint32_t throttles_ = 0;  // In a row.
  std::vector<absl::Time> unauthorized_;

  // News.
  absl::Time failing_since_ = absl::InfiniteFuture();
  bool told_failing_ = false;
  bool told_held_ = false;
  bool told_old_ = false;
  absl::Time trouble_since_ = absl::InfiniteFuture();
  absl::Time recovering_since_ = absl::InfiniteFuture();
  uint64_t recovered_ = 0;
  std::vector<ReceiverNews> news_;
};

}  // namespace presshawk
