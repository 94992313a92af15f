// SPDX-License-Identifier: Apache-2.0
// The port through which one kind of receiver is sent to. A courier makes one
// attempt and says what came of it; it never tries again, and decides nothing.
//
//   courier->Send(receiver, {.delivery = ..., .body = ...},
//                 [](AttemptResult result) { ... });
#pragma once

#include <functional>
#include <string>

#include "absl/time/time.h"
#include "core/delivery/receiver.h"
#include "core/ledger/ledger_records.h"

namespace presshawk {

// What is sent. The texts are the courier's.
struct AttemptRequest {
  std::string delivery;      // 32 hex digits.
  std::string subscription;  // The key on Kafka.
  std::string type;          // "presshawk.alert.v1"
  std::string address = "";  // Email only.
  std::string body;          // As sealed.
  absl::Time at;             // Of this attempt: what it is signed with.
};

struct AttemptResult {
  AttemptOutcome outcome = AttemptOutcome::kTransient;
  int status = 0;
  absl::Duration took = absl::ZeroDuration();
  std::string peer = "";
  std::string answer = "";  // Its first KiB.
  std::string why = "";     // For a person; empty for a success.
  // How long the receiver has asked us to leave it alone, at most 24 hours.
  absl::Duration retry_after = absl::ZeroDuration();
};

// After which an attempt on Kafka or in a file is given up as unknown.
inline constexpr absl::Duration kSlowAttempt = absl::Seconds(30);

class Courier {
 public:
  using Done = std::function<void(AttemptResult)>;

  virtual ~Courier() = default;
  // Begins one attempt and returns. Calls `done` once, on a thread of the
  // courier or at once. The receiver's options as they are now; they are read
  // before Send() returns. Thread-safe.
  virtual void Send(const ReceiverOptions& receiver, AttemptRequest request,
                    Done done) = 0;
  // Finishes what is in flight, until `deadline`; what is not done by then ends
  // as kUnknown where bytes were sent, and kStopped where none were.
  virtual void Stop(absl::Time deadline) = 0;
};

}  // namespace presshawk
