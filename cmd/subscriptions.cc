// SPDX-License-Identifier: Apache-2.0
// presshawk subscriptions list|check|explain|simulate: who is told about what.
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
  return command;
}

}  // namespace

void AddSubscriptionsCommand(Command program) {
  Command parent = program.AddCommand(
      "subscriptions",
      "Who is told about which alerts: list, check, or explain one alert");
  parent.RequireCommand();

  auto list = std::make_shared<SubscriptionArguments>();
  Command listing =
      AddAction(parent, "list",
                "A line for each subscription, and the next three times of its "
                "digest",
                list.get());
  AddFormatOption(listing, &list->json);
  listing.OnRun([list] { return ListSubscriptions(*list); });

  auto check = std::make_shared<SubscriptionArguments>();
  Command checking =
      AddAction(parent, "check",
                "Validate the subscriptions; changes nothing and connects to "
                "nothing",
                check.get());
  AddFormatOption(checking, &check->json);
  checking.OnRun([check] { return CheckSubscriptions(*check); });

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
  AddFormatOption(command, &explain->json);
  command.OnRun([explain] { return ExplainSubscriptions(*explain); });

  auto simulate = std::make_shared<SubscriptionArguments>();
  Command simulating =
      AddAction(parent, "simulate",
                "What past alerts would have told: a line (JSON) for each "
                "delivery; nothing is sent",
                simulate.get());
  simulating
      .Add("--from", &simulate->from,
           "The file of alerts (NDJSON), each at the time of its detected_at; "
           "- is standard input")
      .TypeName("FILE");
  simulating
      .Add("--last", &simulate->last,
           "Instead, what the ledger accepted in this time (7d, 12h)")
      .TypeName("TIME");
  simulating
      .Add("--until", &simulate->until,
           "Let time pass until then; without it until the last alert")
      .TypeName("TIME");
  simulating.OnRun([simulate] { return SimulateSubscriptions(*simulate); });
}

}  // namespace presshawk
