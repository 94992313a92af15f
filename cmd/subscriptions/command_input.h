// SPDX-License-Identifier: Apache-2.0
// What each action of `presshawk subscriptions` begins with.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cmd/subscriptions/actions.h"
#include "core/config/options.h"
#include "matchers/subscriptions/subscription_files.h"

namespace presshawk {

struct CommandInput {
  Options options;
  SubscriptionList list;
  absl::Time now;
};

// Nothing where that is impossible: it has said why, and *exit_code is the exit
// status.
std::optional<CommandInput> LoadInput(const SubscriptionArguments& arguments,
                                      int* exit_code);

// Each says what is wrong, and returns the exit status.
int UsageError(const std::string& what);
int GiveUp(const std::string& why);
int GiveUp(const absl::Status& status);

}  // namespace presshawk
