// SPDX-License-Identifier: Apache-2.0
// Sends again what was sent before, under the same ids (SPEC DELIVERY-7).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/ledger/ledger_store.h"

namespace presshawk {

struct ReplayResult {
  uint64_t matched = 0;   // Deliveries that were asked for and are there.
  uint64_t replayed = 0;  // Of these, those that wait to be sent again.
};

// Replays these deliveries, or, where `ids` is empty, those of the filter (its
// `after` and `limit` do not count). What waits or is being sent already is not
// touched. A dry run only counts. The messages go through the same limits as all
// others and are marked `"replay":true`.
absl::StatusOr<ReplayResult> ReplayDeliveries(
    LedgerStore* store, const std::vector<std::string>& ids,
    const DeliveryFilter& filter, bool dry_run, absl::Time now);

// Tells everything that a subscription was told at `from` or later to one more
// receiver, which did not get it before.
absl::StatusOr<ReplayResult> ReplayToReceiver(LedgerStore* store,
                                              const std::string& subscription,
                                              const std::string& receiver,
                                              absl::Time from, bool dry_run,
                                              absl::Time now);

// The body with `"replay":true`.
std::string ReplayBody(std::string body);

}  // namespace presshawk
