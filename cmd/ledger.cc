// SPDX-License-Identifier: Apache-2.0
// presshawk ledger status|backup|forget: the record of everything owed and told.
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "cmd/commands.h"
#include "cmd/delivery/ledger_tool.h"
#include "cmd/exit_code.h"

namespace presshawk {
namespace {

struct Arguments {
  std::string config, path, article, source, address;
};

int Status(const Arguments& arguments) {
  return OnLedger("ledger", arguments.config, [](LedgerTool& tool) {
    return LedgerTool::ShowOne(tool.api().Status({}));
  });
}

int Backup(const Arguments& arguments) {
  return OnLedger(
      "ledger", arguments.config, [&](LedgerTool& tool) -> absl::StatusOr<int> {
        if (absl::Status status = tool.store().Backup(arguments.path);
            !status.ok()) {
          return status;
        }
        return kExitGood;
      });
}

absl::StatusOr<int> ForgetOn(LedgerTool& tool, const Arguments& arguments) {
  const char* const user = getlogin();
  const absl::StatusOr<uint64_t> blanked =
      tool.store().Forget({.article = arguments.article,
                           .source = arguments.source,
                           .address = arguments.address,
                           .who = user != nullptr ? user : "presshawk ledger"},
                          absl::Now());
  if (!blanked.ok()) {
    return blanked.status();
  }
  std::printf("blanked %llu rows\n", static_cast<unsigned long long>(*blanked));
  return kExitGood;
}

int Forget(const Arguments& arguments) {
  const int given = (arguments.article.empty() ? 0 : 1) +
                    (arguments.source.empty() ? 0 : 1) +
                    (arguments.address.empty() ? 0 : 1);
  if (given != 1) {
    std::fprintf(stderr,
                 "presshawk ledger forget: name one of --article, --source "
                 "and --address\n");
    return kExitUsage;
  }
  return OnLedger("ledger", arguments.config,
                  [&](LedgerTool& tool) { return ForgetOn(tool, arguments); });
}

}  // namespace

void AddLedgerCommand(Command program) {
  Command command =
      program.AddCommand("ledger", "The record of everything owed and told");
  command.RequireCommand();
  auto status = std::make_shared<Arguments>();
  Command status_command =
      command.AddCommand("status", "How much there is, by state");
  AddLedgerOption(status_command, &status->config);
  status_command.OnRun([status] { return Status(*status); });

  auto backup = std::make_shared<Arguments>();
  Command backup_command =
      command.AddCommand("backup", "Copy it to a new file while it is in use");
  AddLedgerOption(backup_command, &backup->config);
  backup_command.Add("PATH", &backup->path, "The copy").TypeName("").Required();
  backup_command.OnRun([backup] { return Backup(*backup); });

  auto forget = std::make_shared<Arguments>();
  Command forget_command = command.AddCommand(
      "forget", "Blank stored texts; ids and hashes stay, and a note of it");
  AddLedgerOption(forget_command, &forget->config);
  forget_command.Add("--article", &forget->article, "Of this article")
      .TypeName("ID");
  forget_command.Add("--source", &forget->source, "Of this site or source")
      .TypeName("NAME");
  forget_command.Add("--address", &forget->address, "To this address")
      .TypeName("ADDRESS");
  forget_command.OnRun([forget] { return Forget(*forget); });
  command.Footer(
      "\nA copy that is used as a ledger has another epoch: `presshawk deliver "
      "--rebuild` confirms it.");
}

}  // namespace presshawk
