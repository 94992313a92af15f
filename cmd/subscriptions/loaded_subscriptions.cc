// SPDX-License-Identifier: Apache-2.0
#include "cmd/subscriptions/loaded_subscriptions.h"

#include <optional>
#include <utility>

#include "matchers/subscriptions/subscription_lint.h"
#include "matchers/watchlist.h"

namespace presshawk {
namespace {

// All lists, where the files tell of all and can be read.
std::optional<std::vector<WatchList>> AllLists(const Options& options) {
  if (!options.watchlists.topic.empty()) {
    return std::nullopt;
  }
  const absl::StatusOr<std::vector<std::string>> paths =
      ExpandPatterns(options.watchlists.files);
  WatchListSet lists;
  if (!paths.ok() || !LoadWatchLists(*paths, &lists).ok()) {
    return std::nullopt;
  }
  return std::move(lists.lists);
}

}  // namespace

absl::StatusOr<SubscriptionList> LoadConfiguredSubscriptions(
    const Options& options, const std::string& configuration, absl::Time now) {
  SubscriptionList list;
  if (!options.delivery.has_value()) {
    return list;
  }
  const DeliveryOptions& delivery = *options.delivery;
  if (!delivery.subscription_files.empty()) {
    if (const absl::Status status = LoadSubscriptions(
            delivery.subscription_files, delivery.zone, &list);
        !status.ok()) {
      return status;
    }
  }
  const std::optional<std::vector<WatchList>> lists = AllLists(options);
  // Of receivers that a topic's subscriptions may name, nothing is known.
  const std::vector<Diagnostic> warnings = LintSubscriptions(
      list.subscriptions,
      {.receivers = options.receivers,
       .configuration =
           delivery.subscription_topic.empty() ? configuration : "",
       .operator_receiver = delivery.operator_receiver,
       .lists = lists.has_value() ? &*lists : nullptr,
       .now = now});
  list.diagnostics.insert(list.diagnostics.end(), warnings.begin(),
                          warnings.end());
  RejectUnbuilt(&list);
  return list;
}

}  // namespace presshawk
