// SPDX-License-Identifier: Apache-2.0
// presshawk subscriptions list|check|explain: who is told about what.
#include <memory>

#include "cmd/command_options.h"
#include "cmd/commands.h"
#include "cmd/subscriptions/actions.h"

namespace presshawk {
namespace {

Command AddAction(Command parent, const char* name, const char* help,
                  SubscriptionArguments* arguments) {
  Command command = parent.AddCommand(name, help);
  command
      .Add("--config", &arguments->config,
           "The configuration, whose delivery: names the subscriptions")
      .TypeName("FILE")
      .Required();
  command
      .Add("--at", &arguments->at,
           "The time that counts as now (2026-01-02, or with T03:04:05Z)")
      .TypeName("TIME");
  AddFormatOption(command, &arguments->json);
  return command;
}

}  // namespace

void AddSubscriptionsCommand(Command program) {
  Command parent = program.AddCommand(
      "subscriptions",
      "Who is told about which alerts: list, check, or explain one alert");
  parent.RequireCommand();

  auto list = std::make_shared<SubscriptionArguments>();
  AddAction(parent, "list",
            "A line for each subscription, and the next three times of its "
            "digest",
            list.get())
      .OnRun([list] { return ListSubscriptions(*list); });

  auto check = std::make_shared<SubscriptionArguments>();
  AddAction(parent, "check",
            "Validate the subscriptions; changes nothing and connects to "
            "nothing",
            check.get())
      .OnRun([check] { return CheckSubscriptions(*check); });

  auto explain = std::make_shared<SubscriptionArguments>();
  Command command =
      AddAction(parent, "explain",
                "Who is told about an alert, when, and why the others are not",
                explain.get());
  command.Add("ALERT_ID", &explain->alert, "The id of the alert").Required();
  command
      .Add("--from", &explain->from,
           "The file of alerts (NDJSON) that it is in; - is standard input")
      .TypeName("FILE")
      .Required();
  command.OnRun([explain] { return ExplainSubscriptions(*explain); });
}

}  // namespace presshawk
