// SPDX-License-Identifier: Apache-2.0
// presshawk deliver: the delivery role, until SIGTERM. SIGHUP reads
// subscriptions and secrets again.
#include <cstdio>
#include <memory>
#include <string>

#include <spdlog/spdlog.h>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cmd/app/logging.h"
#include "cmd/app/service_manager.h"
#include "cmd/app/signals.h"
#include "cmd/commands.h"
#include "cmd/delivery/delivery_service.h"
#include "cmd/exit_code.h"
#include "cmd/matching/judgement.h"
#include "cmd/time_argument.h"
#include "core/base/heap.h"

namespace presshawk {
namespace {

struct DeliverArguments {
  std::string config;
  bool rebuild = false;
  std::string from;
};

int Deliver(const DeliverArguments& arguments) {
  BlockServiceSignals();
  DeliveryService::Start start = {.rebuild = arguments.rebuild};
  if (!arguments.from.empty()) {
    const absl::StatusOr<absl::Time> from =
        ParseTimeArgument(arguments.from, absl::InfinitePast());
    if (!from.ok() || !arguments.rebuild) {
      std::fprintf(stderr, "presshawk deliver: --from: %s\n",
                   from.ok() ? "it belongs to --rebuild"
                             : std::string(from.status().message()).c_str());
      return kExitUsage;
    }
    start.rebuild_from = *from;
  }
  const LoadedOptions loaded =
      JudgeServiceOptions(arguments.config, ProcessEnvironment());
  if (!loaded.ok()) {
    std::fputs(FormatText(loaded.errors).c_str(), stderr);
    return kExitGaveUp;
  }
  if (!loaded.options.delivery.has_value()) {
    std::fprintf(stderr,
                 "presshawk deliver: %s has no `delivery:`; "
                 "deploy/SUBSCRIPTIONS.md shows one\n",
                 arguments.config.c_str());
    return kExitGaveUp;
  }
  if (loaded.options.delivery->from_topic.empty()) {
    std::fprintf(stderr,
                 "presshawk deliver: with a file source alerts come directly: "
                 "`presshawk run` delivers them itself\n");
    return kExitGaveUp;
  }
  ConfigureHeap(4);
  SetUpLogging(loaded.options.log);
  ServiceManager manager(ServiceManager::OfThisProcess());
  spdlog::info("presshawk {} delivers", PRESSHAWK_VERSION);
  for (const ConfigError& warning : loaded.warnings) {
    spdlog::warn("{}:{}:{}: {}{}{}", warning.file, warning.place.line,
                 warning.place.column, warning.message,
                 warning.fix.empty() ? "" : "; ", warning.fix);
  }
  auto service = DeliveryService::Create(loaded.options, start);
  if (!service.ok()) {
    LogEach(spdlog::level::err, "cannot start: ", service.status());
    return kExitGaveUp;
  }
  manager.Started();
  ServeUntilStopped({.finished = [] { return false; },
                     .on_hangup = [&] { (*service)->OnHangup(); },
                     .request_stop = [] {}});
  manager.Stopping(loaded.options.drain_timeout);
  (*service)->Stop(absl::Now() + loaded.options.drain_timeout);
  spdlog::info("stopped");
  return kExitGood;
}

}  // namespace

void AddDeliverCommand(Command program) {
  auto arguments = std::make_shared<DeliverArguments>();
  Command command = program.AddCommand(
      "deliver", "Tell subscribers: alerts in, messages out, until SIGTERM");
  command
      .Add("--config", &arguments->config,
           "The configuration (YAML), with `store:` and `delivery:`")
      .TypeName("FILE")
      .Required();
  command.AddFlag("--rebuild", &arguments->rebuild,
                  "The ledger was lost: read the alert topic again");
  command
      .Add("--from", &arguments->from,
           "With --rebuild: alerts from this time on (2026-01-02, or with "
           "T03:04:05Z)")
      .TypeName("TIME");
  command.Footer(
      "\nSIGTERM or SIGINT: accept no more, end what is in flight, leave.\n"
      "SIGHUP: read the subscriptions and the files of secrets again.\n\n"
      "Example:\n"
      "  presshawk check --config presshawk.yaml\n"
      "  presshawk deliver --config presshawk.yaml");
  command.OnRun([arguments] { return Deliver(*arguments); });
}

}  // namespace presshawk
