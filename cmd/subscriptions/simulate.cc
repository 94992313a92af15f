// SPDX-License-Identifier: Apache-2.0
// `presshawk subscriptions simulate`: who would have been told what, and when
// (SPEC SUB-9).
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cmd/delivery/ledger_opening.h"
#include "cmd/delivery/subscription_set.h"
#include "cmd/exit_code.h"
#include "cmd/subscriptions/actions.h"
#include "cmd/subscriptions/alert_player.h"
#include "cmd/subscriptions/command_input.h"
#include "cmd/time_argument.h"
#include "core/base/json_writer.h"
#include "core/base/str_cat.h"
#include "core/config/quantities.h"
#include "core/delivery/envelope.h"
#include "core/delivery/simulation.h"

namespace presshawk {
namespace {

void Print(const SimulatedDelivery& delivery) {
  std::string line;
  JsonWriter json(&line);
  json.BeginObject()
      .Member("at", EnvelopeTime(delivery.at))
      .Member("subscription", delivery.subscription)
      .Member("receiver", delivery.receiver)
      .Member("type", delivery.type)
      .Key("slot");
  if (delivery.slot.empty()) {
    json.Null();
  } else {
    json.Value(delivery.slot);
  }
  json.Key("alerts").BeginArray();
  for (const std::string& alert : delivery.alerts) {
    json.Value(alert);
  }
  json.EndArray()
      .Member("state", "delivered")
      .Member("why", delivery.why)
      .EndObject();
  std::puts(line.c_str());
}

absl::Status PlayLast(const StoreOptions& options, absl::Time since,
                      absl::Time now, AlertPlayer* player) {
  if (options.kind == StoreOptions::Kind::kSqlite &&
      !std::filesystem::exists(options.path)) {
    return absl::NotFoundError(StrCat("there is no ledger at ", options.path));
  }
  const auto store = OpenLedger(options, now);
  return store.ok() ? player->PlayLedger(store->get(), since) : store.status();
}

}  // namespace

int SimulateSubscriptions(const SubscriptionArguments& arguments) {
  int exit_code = kExitGood;
  std::optional<CommandInput> input = LoadInput(arguments, &exit_code);
  if (!input.has_value()) {
    return exit_code;
  }
  if (arguments.from.empty() == arguments.last.empty()) {
    return UsageError("write --from FILE, or --last 7d for the ledger");
  }
  const absl::StatusOr<absl::Time> until =
      ParseTimeArgument(arguments.until, absl::InfinitePast());
  if (!until.ok()) {
    return UsageError(
        StrCat("--until: ", std::string(until.status().message())));
  }
  auto set = SubscriptionSet::Make(std::move(input->list.subscriptions), {});
  if (!set.ok()) {
    return GiveUp(set.status());
  }
  size_t deliveries = 0;
  Simulation simulation((*set)->all(), input->options.receivers,
                        [&](const SimulatedDelivery& delivery) {
                          ++deliveries;
                          Print(delivery);
                        });
  AlertPlayer player(**set, &simulation);
  absl::Status status;
  if (!arguments.from.empty()) {
    status = player.PlayFile(arguments.from);
  } else {
    const auto last = ParseConfigDuration(arguments.last);
    if (!last.has_value()) {
      return UsageError(StrCat("--last: `", arguments.last,
                               "` is no duration: write 7d or 12h"));
    }
    status = PlayLast(*input->options.store, input->now - *last, input->now,
                      &player);
  }
  if (!status.ok()) {
    return GiveUp(status);
  }
  if (const absl::Time end = std::max(*until, player.latest());
      end != absl::InfinitePast()) {
    simulation.RunUntil(end);
  }
  std::fprintf(stderr, "%zu deliveries of %zu alerts\n", deliveries,
               player.alerts());
  return kExitGood;
}

}  // namespace presshawk
