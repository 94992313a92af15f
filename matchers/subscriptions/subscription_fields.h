// SPDX-License-Identifier: Apache-2.0
// The keys of a subscription and the checks of their values (SPEC SUB-1 to
// SUB-6), for files and for records of a topic.
#pragma once

#include <string>
#include <vector>

#include "core/config/config_section.h"
#include "core/delivery/subscription.h"
#include "matchers/diagnostic.h"

namespace presshawk {

// Reads one subscription. What is wrong is told to the section; the values that
// are good are there in any case. `zone` is for schedules and quiet hours that
// name none; empty for no such zone.
Subscription ReadSubscription(ConfigSection* section, const std::string& zone);

// Reads `match`, of a subscription or of a silence (SPEC SUB-2).
AlertMatch ReadMatch(ConfigSection match);

// "08:00" as minutes since midnight; 24 hours and more are nothing.
std::optional<uint32_t> ParseTimeOfDay(std::string_view text);

}  // namespace presshawk
