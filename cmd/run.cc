// SPDX-License-Identifier: Apache-2.0
// presshawk run: the service, until SIGTERM. SIGHUP reads the watch-lists
// again.
#include <signal.h>

#include <cstdio>
#include <ctime>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "cmd/app/logging.h"
#include "cmd/app/service_manager.h"
#include "cmd/app/signals.h"
#include "cmd/app/start_guard.h"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/matching/judgement.h"
#include "cmd/matching/service.h"
#include "core/base/heap.h"
#include "core/config/load_options.h"
#include "spdlog/spdlog.h"

namespace presshawk {
namespace {

void LogEnd(const absl::Status& status, const ArticleCounts& counts,
            uint64_t abandoned_before, absl::Duration patience) {
  const uint64_t unfinished =
      counts.abandoned - abandoned_before + counts.in_flight();
  if (unfinished > 0) {
    spdlog::warn(
        "{} articles were not finished within drain_timeout ({}): their "
        "positions stay where they were, and whoever reads next works on them "
        "again",
        unfinished, absl::FormatDuration(patience));
  }
  if (status.ok()) {
    spdlog::info("stopped");
  }
}

int RunService(const std::string& config) {
  // Before any thread starts, as all of them inherit it, and before anything
  // that takes time.
  BlockServiceSignals();
  const LoadedOptions loaded =
      JudgeServiceOptions(config, ProcessEnvironment());
  if (!loaded.ok()) {
    std::fputs(FormatText(loaded.errors).c_str(), stderr);
    return kExitGaveUp;
  }
  // One for each worker, and two for the threads of Kafka clients.
  ConfigureHeap(loaded.options.workers + 2);
  SetUpLogging(loaded.options.log);
  ServiceManager manager(ServiceManager::OfThisProcess());
  spdlog::info("presshawk {} starts", PRESSHAWK_VERSION);
  for (const ConfigError& warning : loaded.warnings) {
    spdlog::warn("{}:{}:{}: {}{}{}", warning.file, warning.place.line,
                 warning.place.column, warning.message,
                 warning.fix.empty() ? "" : "; ", warning.fix);
  }
  LogEach(spdlog::level::debug,
          "configuration in force: ", DumpOptions(loaded.options));
  StartGuard guard;
  auto service =
      Service::Start(loaded.options, nullptr, [&guard] { guard.Disarm(); });
  guard.Disarm();
  if (!service.ok()) {
    LogEach(spdlog::level::err, "cannot start: ", service.status());
    return kExitGaveUp;
  }
  manager.Started();
  ServeUntilStopped({.finished = [&] { return (*service)->finished(); },
                     .on_hangup = [&] { (*service)->OnHangup(); },
                     .request_stop = [&] { (*service)->RequestStop(); }});
  manager.Stopping(loaded.options.drain_timeout);
  const uint64_t abandoned_before = (*service)->counts().abandoned;
  const absl::Status status = (*service)->Wait();
  LogEnd(status, (*service)->counts(), abandoned_before,
         loaded.options.drain_timeout);
  const int exit_code = status.ok() ? kExitGood : kExitGaveUp;
  if ((*service)->compiles()) {
    // All is written and left; what still compiles is for nobody, and cannot be
    // broken off.
    EndProcessNow(exit_code);
  }
  return exit_code;
}

}  // namespace

void AddRunCommand(Command program) {
  auto config = std::make_shared<std::string>();
  Command command = program.AddCommand(
      "run", "Run the service: articles in, alerts out, until SIGTERM");
  command.Add("--config", config.get(), "The configuration (YAML)")
      .TypeName("FILE")
      .Required();
  command.Footer(
      "\nSIGTERM or SIGINT: fetch no more, finish, commit, leave.\n"
      "SIGHUP: read the watch-lists again, look at rotated files of sinks.\n\n"
      "Example:\n"
      "  presshawk check --config presshawk.yaml\n"
      "  presshawk run --config presshawk.yaml");
  command.OnRun([config] { return RunService(*config); });
}

}  // namespace presshawk
