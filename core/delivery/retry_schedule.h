// SPDX-License-Identifier: Apache-2.0
// How long is waited before something is tried again.
#pragma once

#include <cstdint>
#include <random>

#include "absl/time/time.h"

namespace presshawk {

// After the attempt `number`, from 1, of one delivery (SPEC SEND-6).
absl::Duration RetryDelay(uint32_t number);
// After `probes` probes of a receiver failed since its circuit opened (SPEC
// SEND-7).
absl::Duration ProbeDelay(uint32_t probes);
// After a receiver answered 429 `number` times in a row, from 1, without saying
// for how long (SPEC SEND-5).
absl::Duration ThrottleDelay(uint32_t number);
// After the answer 401, 403 or 404, from 1, within kUnauthorizedSpan (SPEC
// SEND-8). REQUIRES: number < kUnauthorizedMax.
absl::Duration UnauthorizedDelay(uint32_t number);
inline constexpr uint32_t kUnauthorizedMax = 3;
inline constexpr absl::Duration kUnauthorizedSpan = absl::Hours(1);

// Makes waits differ by up to 20 %, so that what failed together does not come
// back together. One thread's.
class Jitter {
 public:
  explicit Jitter(uint64_t seed) : random_(seed) {}

  absl::Duration Around(absl::Duration wait) {
    constexpr double kRange = 18'446'744'073'709'551'616.0;  // 2^64
    return wait * (0.8 + 0.4 * (static_cast<double>(random_()) / kRange));
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace presshawk
