// SPDX-License-Identifier: Apache-2.0
#include "cmd/subscriptions/command_input.h"

#include <cstdio>
#include <utility>

#include "absl/time/clock.h"
#include "cmd/exit_code.h"
#include "cmd/subscriptions/loaded_subscriptions.h"
#include "cmd/time_argument.h"
#include "core/base/str_cat.h"
#include "core/config/load_options.h"

namespace presshawk {

int UsageError(const std::string& what) {
  std::fprintf(stderr, "presshawk subscriptions: %s\n", what.c_str());
  return kExitUsage;
}

int GiveUp(const std::string& why) {
  std::fprintf(stderr, "presshawk subscriptions: %s\n", why.c_str());
  return kExitGaveUp;
}
int GiveUp(const absl::Status& status) {
  return GiveUp(std::string(status.message()));
}

std::optional<CommandInput> LoadInput(const SubscriptionArguments& arguments,
                                      int* exit_code) {
  const absl::StatusOr<absl::Time> now =
      ParseTimeArgument(arguments.at, absl::Now());
  if (!now.ok()) {
    *exit_code =
        UsageError(StrCat("--at: ", std::string(now.status().message())));
    return std::nullopt;
  }
  LoadedOptions options = LoadOptions(arguments.config, ProcessEnvironment());
  if (!options.errors.empty()) {
    std::fputs(FormatText(options.errors).c_str(), stderr);
    *exit_code = kExitGaveUp;
    return std::nullopt;
  }
  if (!options.options.delivery.has_value()) {
    *exit_code = GiveUp(StrCat(arguments.config,
                               " has no `delivery:`, which names the "
                               "subscriptions"));
    return std::nullopt;
  }
  absl::StatusOr<SubscriptionList> list =
      LoadConfiguredSubscriptions(options.options, arguments.config, *now);
  if (!list.ok()) {
    *exit_code = GiveUp(list.status());
    return std::nullopt;
  }
  if (!options.options.delivery->subscription_topic.empty()) {
    std::fprintf(stderr,
                 "The topic %s is not read: these are the subscriptions of "
                 "files.\n",
                 options.options.delivery->subscription_topic.c_str());
  }
  return CommandInput{.options = std::move(options.options),
                      .list = *std::move(list),
                      .now = *now};
}

}  // namespace presshawk
