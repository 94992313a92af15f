// SPDX-License-Identifier: Apache-2.0
// Until when to wait, by the steady clock: once a deadline is made, nobody moves
// it by setting the clock of the system.
//
//   const Deadline deadline = Deadline::After(absl::Seconds(5));
//   MutexLock lock(&mutex_);
//   while (queue_.empty() && lock.WaitUntil(&changed_, deadline)) {
//   }
#pragma once

#include <algorithm>
#include <chrono>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace presshawk {

class Deadline {
 public:
  using Steady = std::chrono::steady_clock;

  // `time` is of the system's clock; it may be infinite.
  Deadline(absl::Time time)  // NOLINT(google-explicit-constructor)
      : Deadline(After(time - absl::Now())) {}
  Deadline(Steady::time_point time)  // NOLINT(google-explicit-constructor)
      : time_(time) {}

  // `timeout` from now; at once where it is not positive, and in a year where it
  // is longer than that, as the steady clock cannot hold an infinite time.
  static Deadline After(absl::Duration timeout) {
    constexpr absl::Duration kYear = absl::Hours(24 * 365);
    return Steady::now() + absl::ToChronoNanoseconds(std::clamp(
                               timeout, absl::ZeroDuration(), kYear));
  }

  Steady::time_point steady() const { return time_; }

 private:
  Steady::time_point time_;
};

}  // namespace presshawk
