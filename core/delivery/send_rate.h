// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>

#include "absl/time/time.h"

namespace presshawk {

// At most `count` in every span of `period`, wherever the span begins. It keeps
// the times of the last `count`. One thread's.
class SendRate {
 public:
  // `count` 0: any number.
  SendRate(uint32_t count, absl::Duration period)
      : count_(count), period_(period) {}

  // Another limit; what was sent is remembered.
  void Set(uint32_t count, absl::Duration period) {
    count_ = count;
    period_ = period;
  }
  // How many may be sent now.
  uint32_t Allowance(absl::Time now) {
    if (count_ == 0) {
      return UINT32_MAX;
    }
    while (!sent_.empty() && sent_.front() + period_ <= now) {
      sent_.pop_front();
    }
    return count_ - std::min(count_, static_cast<uint32_t>(sent_.size()));
  }
  // When the next one may be sent.
  absl::Time NextAt() const {
    return count_ == 0 || sent_.size() < count_
               ? absl::InfinitePast()
               : sent_[sent_.size() - count_] + period_;
  }
  void Sent(absl::Time now) {
    if (count_ != 0) {
      sent_.push_back(now);
    }
  }

 private:
  uint32_t count_;
  absl::Duration period_;
  std::deque<absl::Time> sent_;
};

}  // namespace presshawk
