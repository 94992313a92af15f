// SPDX-License-Identifier: Apache-2.0
// Warnings about subscriptions that are good by themselves, but hardly do what
// they are meant to beside the lists and receivers that there are (SPEC SUB-7).
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/delivery/receiver.h"
#include "core/delivery/subscription.h"
#include "matchers/diagnostic.h"
#include "matchers/watchlist.h"

namespace presshawk {

struct SubscriptionSurroundings {
  // Those of the configuration.
  absl::Span<const ReceiverOptions> receivers;
  // The name of that file, and the receiver that is told about failures.
  std::string configuration;
  std::string operator_receiver;
  // Null where not all lists are known: then nothing is said of them.
  const std::vector<WatchList>* lists = nullptr;
  // From when on times that a day skips are looked for.
  absl::Time now;
};

// What is said of a subscription stands at its place, and has its id as
// `watchlist`; what is said of a receiver stands at that of the receiver.
std::vector<Diagnostic> LintSubscriptions(
    const std::vector<Subscription>& subscriptions,
    const SubscriptionSurroundings& around);

}  // namespace presshawk
