// SPDX-License-Identifier: Apache-2.0
// presshawk deliveries list|show|replay|cancel: what was sent to whom, and what
// became of it.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "absl/time/clock.h"
#include "cmd/command_options.h"
#include "cmd/commands.h"
#include "cmd/delivery/ledger_tool.h"
#include "cmd/exit_code.h"
#include "cmd/time_argument.h"
#include "core/base/str_cat.h"
#include "core/delivery/envelope.h"
#include "core/delivery/replay.h"

namespace presshawk {
namespace {

struct Arguments {
  std::string config;
  bool json = false;
  std::string subscription, receiver, alert, article, story, state, from, until,
      after, to;
  int limit = 100;
  bool dry_run = false;
  std::vector<std::string> ids;
};

// A day or a time, as the API wants it.
absl::StatusOr<std::string> TimeOf(const std::string& text) {
  const absl::StatusOr<absl::Time> time =
      ParseTimeArgument(text, absl::InfinitePast());
  if (!time.ok()) {
    return time.status();
  }
  return EnvelopeTime(*time);
}

absl::StatusOr<DeliveryApi::Parameters> FilterOf(const Arguments& arguments) {
  DeliveryApi::Parameters filter;
  for (const auto& [name, value] :
       {std::pair("subscription", &arguments.subscription),
        std::pair("receiver", &arguments.receiver),
        std::pair("alert", &arguments.alert),
        std::pair("article", &arguments.article),
        std::pair("story", &arguments.story),
        std::pair("state", &arguments.state),
        std::pair("after", &arguments.after)}) {
    if (!value->empty()) {
      filter[name] = *value;
    }
  }
  for (const auto& [name, value] : {std::pair("from", &arguments.from),
                                    std::pair("until", &arguments.until)}) {
    if (value->empty()) {
      continue;
    }
    absl::StatusOr<std::string> time = TimeOf(*value);
    if (!time.ok()) {
      return time.status();
    }
    filter[name] = *std::move(time);
  }
  return filter;
}

absl::StatusOr<int> List(LedgerTool& tool, const Arguments& arguments) {
  auto filter = FilterOf(arguments);
  if (!filter.ok()) {
    return filter.status();
  }
  (*filter)["limit"] = std::to_string(arguments.limit);
  return LedgerTool::Show(
      tool.api().Deliveries(*filter),
      {.member = "deliveries",
       .columns = {"created_at", "state", "reason", "receiver", "subscription",
                   "sequence", "attempts", "id"}},
      arguments.json);
}

absl::StatusOr<int> ShowDelivery(LedgerTool& tool, const Arguments& arguments) {
  int exit_code = kExitGood;
  for (const std::string& id : arguments.ids) {
    exit_code =
        std::max(exit_code, LedgerTool::ShowOne(tool.api().OneDelivery(id)));
  }
  return exit_code;
}

absl::StatusOr<int> Cancel(LedgerTool& tool, const Arguments& arguments) {
  int exit_code = kExitGood;
  for (const std::string& id : arguments.ids) {
    exit_code = std::max(
        exit_code, LedgerTool::ShowOne(tool.api().ActOnDelivery(id, "cancel")));
  }
  return exit_code;
}

// Everything that a subscription was told goes to one more receiver.
absl::StatusOr<int> ReplayTo(LedgerTool& tool, const Arguments& arguments) {
  const absl::StatusOr<absl::Time> from =
      ParseTimeArgument(arguments.from, absl::InfinitePast());
  if (!from.ok()) {
    return from.status();
  }
  if (arguments.subscription.empty()) {
    return absl::InvalidArgumentError("--to needs --subscription");
  }
  const auto& receivers = tool.options().receivers;
  if (std::none_of(receivers.begin(), receivers.end(),
                   [&](const auto& one) { return one.name == arguments.to; })) {
    return absl::NotFoundError(
        StrCat("there is no receiver ", arguments.to,
               "; `presshawk receivers list` has them all"));
  }
  const auto result =
      ReplayToReceiver(&tool.store(), arguments.subscription, arguments.to,
                       *from, arguments.dry_run, absl::Now());
  if (!result.ok()) {
    return result.status();
  }
  std::printf("matched %llu, replayed %llu\n",
              static_cast<unsigned long long>(result->matched),
              static_cast<unsigned long long>(result->replayed));
  return kExitGood;
}

absl::StatusOr<int> Replay(LedgerTool& tool, const Arguments& arguments) {
  auto filter = FilterOf(arguments);
  if (!filter.ok()) {
    return filter.status();
  }
  if (!arguments.to.empty()) {
    return ReplayTo(tool, arguments);
  }
  nlohmann::json request = nlohmann::json::object();
  for (const auto& [name, value] : *filter) {
    request[name] = value;
  }
  if (!arguments.ids.empty()) {
    request["ids"] = arguments.ids;
  }
  request["dry_run"] = arguments.dry_run;
  return LedgerTool::ShowOne(tool.api().Replay(request.dump()));
}

void AddFilter(Command command, Arguments* arguments) {
  command
      .Add("--subscription", &arguments->subscription, "Of this subscription")
      .TypeName("ID");
  command.Add("--receiver", &arguments->receiver, "To this receiver")
      .TypeName("NAME");
  command.Add("--alert", &arguments->alert, "That tell of this alert")
      .TypeName("ID");
  command.Add("--article", &arguments->article, "That tell of this article")
      .TypeName("ID");
  command.Add("--story", &arguments->story, "That tell of this story")
      .TypeName("ID");
  command
      .Add("--state", &arguments->state,
           "waiting, sending, delivered, handed_over, unknown, failed or "
           "cancelled")
      .TypeName("STATE");
  command
      .Add("--from", &arguments->from,
           "Decided at this time or later (2026-01-02, or with T03:04:05Z)")
      .TypeName("TIME");
  command.Add("--until", &arguments->until, "Decided before this time")
      .TypeName("TIME");
}

using Work = absl::StatusOr<int> (*)(LedgerTool&, const Arguments&);

void Run(Command command, Work work, std::shared_ptr<Arguments> arguments) {
  command.OnRun([work, arguments = std::move(arguments)] {
    return OnLedger("deliveries", arguments->config,
                    [&](LedgerTool& tool) { return work(tool, *arguments); });
  });
}

}  // namespace

void AddDeliveriesCommand(Command program) {
  Command command = program.AddCommand(
      "deliveries", "What was sent to whom, and what became of it");
  command.RequireCommand();

  auto list = std::make_shared<Arguments>();
  Command list_command =
      command.AddCommand("list", "A line for each delivery, the last first");
  AddLedgerOption(list_command, &list->config);
  AddFilter(list_command, list.get());
  AddFormatOption(list_command, &list->json);
  list_command.Add("--limit", &list->limit, "So many at most")
      .InRange(1, 1000)
      .TypeName("N")
      .ShowDefault();
  list_command.Add("--after", &list->after, "The next page, as it was said")
      .TypeName("PLACE");
  Run(list_command, List, list);

  auto show = std::make_shared<Arguments>();
  Command show_command = command.AddCommand(
      "show", "One delivery whole: every attempt, and what was sent");
  AddLedgerOption(show_command, &show->config);
  show_command.Add("ID", &show->ids, "The delivery").TypeName("").Required();
  Run(show_command, ShowDelivery, show);

  auto replay = std::make_shared<Arguments>();
  Command replay_command =
      command.AddCommand("replay", "Send again, under the same ids");
  AddLedgerOption(replay_command, &replay->config);
  AddFilter(replay_command, replay.get());
  replay_command.Add("ID", &replay->ids, "These deliveries").TypeName("");
  replay_command
      .Add("--to", &replay->to,
           "What --subscription was told --from a time, to this receiver, "
           "which did not get it before")
      .TypeName("NAME");
  replay_command.AddFlag("--dry-run", &replay->dry_run, "Only count them");
  Run(replay_command, Replay, replay);

  auto cancel = std::make_shared<Arguments>();
  Command cancel_command =
      command.AddCommand("cancel", "Do not send what waits");
  AddLedgerOption(cancel_command, &cancel->config);
  cancel_command.Add("ID", &cancel->ids, "The delivery")
      .TypeName("")
      .Required();
  Run(cancel_command, Cancel, cancel);
  command.Footer(
      "\nThe commands work on the ledger, also while a service runs.\n\n"
      "Example:\n"
      "  presshawk deliveries list --config presshawk.yaml --state failed\n"
      "  presshawk deliveries replay --config presshawk.yaml --receiver crm "
      "--from 2026-01-02 --dry-run");
}

}  // namespace presshawk
