// SPDX-License-Identifier: Apache-2.0
// How often something may be logged: some lines at once, and then one more per
// interval. Counts the lines that it holds back.
//
//   LogLimiter limiter(/*burst=*/1, absl::Seconds(10));
//   if (limiter.Take(absl::Now())) {
//     Log(what, " (and ", limiter.TakeHeldBack(), " more)");
//   }
//
// THREAD SAFETY. None.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/time/time.h"

namespace presshawk {

class LogLimiter {
 public:
  // `burst` lines at once, at least 1; a line comes back every `interval`.
  LogLimiter(int burst, absl::Duration interval)
      : interval_(interval), full_after_(burst * interval) {}

  // Whether one line may be logged now; if not, counts it as held back.
  // `now` may go back.
  bool Take(absl::Time now) {
    if (!MayTake(now)) {
      ++held_back_;
      return false;
    }
    full_at_ = std::max(full_at_, now) + interval_;
    return true;
  }

  // How many lines were held back and not told of yet; forgets them.
  uint64_t TakeHeldBack() { return std::exchange(held_back_, 0); }
  // The same, but 0 as long as no line may be logged: to tell of a burst that is
  // over, after which no line comes that could.
  uint64_t TakeHeldBackIfOver(absl::Time now) {
    return MayTake(now) ? TakeHeldBack() : 0;
  }
  bool holds_back() const { return held_back_ > 0; }

 private:
  bool MayTake(absl::Time now) {
    if (full_at_ - now > full_after_) {
      full_at_ = now;  // The clock was set back.
    }
    return full_at_ - now <= full_after_ - interval_;
  }

  absl::Duration interval_;
  absl::Duration full_after_;  // How long all lines take to come back.
  absl::Time full_at_ = absl::InfinitePast();  // When all have come back.
  uint64_t held_back_ = 0;
};

}  // namespace presshawk
