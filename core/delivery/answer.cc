// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/answer.h"

#include <array>
#include <cstddef>

namespace presshawk {

AttemptOutcome OutcomeOfStatus(int status, bool has_retry_after) {
  switch (status) {
    case 429:
      return AttemptOutcome::kThrottled;
    case 503:
      return has_retry_after ? AttemptOutcome::kThrottled
                             : AttemptOutcome::kTransient;
    case 408:
    case 425:
      return AttemptOutcome::kTransient;
    case 401:
    case 403:
    case 404:
      return AttemptOutcome::kUnauthorized;
    case 410:
      return AttemptOutcome::kGone;
    case 413:
    case 422:
      return AttemptOutcome::kTooLarge;
    default:
      break;
  }
  switch (status / 100) {
    case 2:
      return AttemptOutcome::kDelivered;
    case 3:
      return AttemptOutcome::kMisconfigured;
    case 4:
      return AttemptOutcome::kRefused;
    default:
      return AttemptOutcome::kTransient;
  }
}

std::string_view AttemptOutcomeName(AttemptOutcome outcome) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "delivered",    "handed_over",   "transient", "throttled",
      "unauthorized", "misconfigured", "gone",      "too_large",
      "refused",      "unknown",       "stopped"};
  return kNames[static_cast<size_t>(outcome)];
}

bool IsSuccess(AttemptOutcome outcome) {
  return outcome == AttemptOutcome::kDelivered ||
         outcome == AttemptOutcome::kHandedOver;
}

}  // namespace presshawk
