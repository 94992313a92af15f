// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/retry_schedule.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/base/check.h"

namespace presshawk {
namespace {

// The step `index`; the last one for all that follow.
template <size_t kSize>
absl::Duration StepOf(const std::array<absl::Duration, kSize>& steps,
                      size_t index) {
  return steps[std::min(index, kSize - 1)];
}

}  // namespace

absl::Duration RetryDelay(uint32_t number) {
  static constexpr std::array kSteps = {absl::Seconds(1),  absl::Seconds(5),
                                        absl::Seconds(30), absl::Minutes(2),
                                        absl::Minutes(5),  absl::Minutes(10)};
  PRESSHAWK_DCHECK(number > 0);
  return StepOf(kSteps, number - 1);
}

absl::Duration ProbeDelay(uint32_t probes) {
  static constexpr std::array kSteps = {absl::Seconds(5), absl::Seconds(30),
                                        absl::Minutes(2), absl::Minutes(5),
                                        absl::Minutes(8)};
  return StepOf(kSteps, probes);
}

absl::Duration ThrottleDelay(uint32_t number) {
  static constexpr std::array kSteps = {absl::Seconds(1), absl::Seconds(5),
                                        absl::Seconds(30), absl::Minutes(2),
                                        absl::Minutes(5)};
  PRESSHAWK_DCHECK(number > 0);
  return StepOf(kSteps, number - 1);
}

absl::Duration UnauthorizedDelay(uint32_t number) {
  // With 20 % more and three requests of 30 s, all three are within an hour.
  static constexpr std::array kSteps = {absl::Minutes(5), absl::Minutes(40)};
  PRESSHAWK_DCHECK(number > 0 && number < kUnauthorizedMax);
  return StepOf(kSteps, number - 1);
}

}  // namespace presshawk
