// SPDX-License-Identifier: Apache-2.0
// The events of a subscription as an Atom feed (RFC 4287), for feed readers.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "core/delivery/subscription.h"
#include "core/ledger/ledger_records.h"

namespace presshawk {

// `self` is the feed's own address. `events` come with the JSON of their alerts,
// the newest first; those whose alert was forgotten have no title and no link.
// Texts are escaped, and what XML does not allow is left out.
std::string AtomFeed(
    const Subscription& subscription, const std::string& self,
    const std::vector<std::pair<EventRecord, std::string>>& events,
    absl::Time now);

}  // namespace presshawk
