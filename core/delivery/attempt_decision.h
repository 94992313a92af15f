// SPDX-License-Identifier: Apache-2.0
// What becomes of a delivery after an attempt (SPEC SEND-4 to SEND-9).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "core/delivery/courier.h"
#include "core/delivery/receiver.h"
#include "core/delivery/receiver_health.h"
#include "core/delivery/resealer.h"
#include "core/delivery/retry_schedule.h"
#include "core/ledger/ledger_records.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

struct EndedAttempt {
  ClaimedDelivery claimed;
  // As it was sent with; null where the receiver is not configured.
  std::shared_ptr<const ReceiverOptions> options;
  uint32_t number = 0;
  absl::Time began;
  uint64_t bytes = 0;
  std::string sha256;
};

// The rows to write: the delivery as it now is, and the attempt with its reason
// in words. `health` has seen the result.
std::pair<DeliveryRecord, AttemptRecord> DecideAttempt(
    const EndedAttempt& ended, const AttemptResult& result,
    const ReceiverHealth& health, Resealer* resealer, Jitter* jitter,
    absl::Time now);

}  // namespace presshawk
