// SPDX-License-Identifier: Apache-2.0
// The subscriptions that a configuration names, with everything that is wrong
// with them.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/config/options.h"
#include "matchers/diagnostic.h"
#include "matchers/subscriptions/subscription_files.h"

namespace presshawk {

// Reads the files of `delivery: subscriptions:` and warns of what hardly does
// what it is meant to (SPEC SUB-7). The topic is not read: nothing is connected
// to. `configuration` is the name of the file of `options`. An error says which
// file cannot be read.
absl::StatusOr<SubscriptionList> LoadConfiguredSubscriptions(
    const Options& options, const std::string& configuration, absl::Time now);

}  // namespace presshawk
