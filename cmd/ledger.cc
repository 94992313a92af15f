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

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "presshawk ledger: %s\n",
               std::string(status.message()).c_str());
  return kExitGaveUp;
}

int Status(const Arguments& arguments) {
  auto tool = LedgerTool::Open(arguments.config);
  if (!tool.ok()) {
    return Fail(tool.status());
  }
  return LedgerTool::ShowOne((*tool)->api().Status({}));
}

int Backup(const Arguments& arguments) {
  auto tool = LedgerTool::Open(arguments.config);
  if (!tool.ok()) {
    return Fail(tool.status());
  }
  if (absl::Status status = (*tool)->store().Backup(arguments.path);
      !status.ok()) {
    return Fail(status);
  }
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
  auto tool = LedgerTool::Open(arguments.config);
  if (!tool.ok()) {
    return Fail(tool.status());
  }
  const char* const user = getlogin();
  const absl::StatusOr<uint64_t> blanked = (*tool)->store().Forget(
      {.article = arguments.article,
       .source = arguments.source,
       .address = arguments.address,
       .who = user != nullptr ? user : "presshawk ledger"},
      absl::Now());
  if (!blanked.ok()) {
    return Fail(blanked.status());
  }
  std::printf("blanked %llu rows\n", static_cast<unsigned long long>(*blanked));
  return kExitGood;
}

void AddConfig(Command command, Arguments* arguments) {
  command
      .Add("--config", &arguments->config,
           "The configuration of `presshawk deliver`")
      .TypeName("FILE")
      .Required();
}

}  // namespace

void AddLedgerCommand(Command program) {
  Command command =
      program.AddCommand("ledger", "The record of everything owed and told");
  command.RequireCommand();
  auto status = std::make_shared<Arguments>();
  Command status_command =
      command.AddCommand("status", "How much there is, by state");
  AddConfig(status_command, status.get());
  status_command.OnRun([status] { return Status(*status); });

  auto backup = std::make_shared<Arguments>();
  Command backup_command =
      command.AddCommand("backup", "Copy it to a new file while it is in use");
  AddConfig(backup_command, backup.get());
  backup_command.Add("PATH", &backup->path, "The copy").TypeName("").Required();
  backup_command.OnRun([backup] { return Backup(*backup); });

  auto forget = std::make_shared<Arguments>();
  Command forget_command = command.AddCommand(
      "forget", "Blank stored texts; ids and hashes stay, and a note of it");
  AddConfig(forget_command, forget.get());
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
