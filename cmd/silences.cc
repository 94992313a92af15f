// SPDX-License-Identifier: Apache-2.0
// presshawk silences add|list|end: what nobody is to be told for a while.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cmd/command_options.h"
#include "cmd/commands.h"
#include "cmd/delivery/ledger_tool.h"
#include "cmd/exit_code.h"
#include "cmd/time_argument.h"
#include "core/delivery/envelope.h"

namespace presshawk {
namespace {

struct Arguments {
  std::string config, until, author, comment, where, tell, id;
  std::vector<std::string> watchlists, labels;
  bool json = false, dry_run = false;
};

int List(const Arguments& arguments) {
  return OnLedger("silences", arguments.config, [&](LedgerTool& tool) {
    return LedgerTool::Show(tool.api().Silences({}),
                            {.member = "silences",
                             .columns = {"id", "starts_at", "ends_at", "author",
                                         "match", "comment"}},
                            arguments.json);
  });
}

absl::StatusOr<int> AddOn(LedgerTool& tool, const Arguments& arguments,
                          const nlohmann::json& match) {
  nlohmann::json request = {{"match", match}, {"dry_run", arguments.dry_run}};
  if (!arguments.until.empty()) {
    const absl::StatusOr<absl::Time> until =
        ParseTimeArgument(arguments.until, absl::InfiniteFuture());
    if (!until.ok()) {
      return until.status();
    }
    request["ends_at"] = EnvelopeTime(*until);
  }
  for (const auto& [name, value] : {std::pair("author", &arguments.author),
                                    std::pair("comment", &arguments.comment),
                                    std::pair("tell", &arguments.tell)}) {
    if (!value->empty()) {
      request[name] = *value;
    }
  }
  return LedgerTool::ShowOne(tool.api().AddSilence(request.dump()));
}

int Add(const Arguments& arguments) {
  nlohmann::json match = nlohmann::json::object();
  if (!arguments.watchlists.empty()) {
    match["watchlists"] = arguments.watchlists;
  }
  for (const std::string& label : arguments.labels) {
    const size_t equals = label.find('=');
    if (equals == std::string::npos) {
      std::fprintf(stderr, "presshawk silences: --label %s: write NAME=VALUE\n",
                   label.c_str());
      return kExitUsage;
    }
    match["labels"][label.substr(0, equals)] = label.substr(equals + 1);
  }
  if (!arguments.where.empty()) {
    match["where"] = arguments.where;
  }
  return OnLedger("silences", arguments.config, [&](LedgerTool& tool) {
    return AddOn(tool, arguments, match);
  });
}
int End(const Arguments& arguments) {
  return OnLedger("silences", arguments.config, [&](LedgerTool& tool) {
    return LedgerTool::ShowOne(tool.api().ActOnSilence(arguments.id, "end"));
  });
}

}  // namespace

void AddSilencesCommand(Command program) {
  Command command =
      program.AddCommand("silences", "What nobody is to be told for a while");
  command.RequireCommand();
  auto list = std::make_shared<Arguments>();
  Command list_command = command.AddCommand("list", "A line for each silence");
  AddLedgerOption(list_command, &list->config);
  AddFormatOption(list_command, &list->json);
  list_command.OnRun([list] { return List(*list); });

  auto add = std::make_shared<Arguments>();
  Command add_command =
      command.AddCommand("add", "Hide alerts until a time; they are kept");
  AddLedgerOption(add_command, &add->config);
  add_command
      .Add("--watchlist", &add->watchlists,
           "Of this list (an id, or a pattern with * and ?); repeatable")
      .TypeName("ID")
      .OneValueEach();
  add_command
      .Add("--label", &add->labels, "Of lists with this label; repeatable")
      .TypeName("NAME=VALUE")
      .OneValueEach();
  add_command
      .Add("--where", &add->where, "Of articles for which this query holds")
      .TypeName("QUERY");
  add_command
      .Add("--until", &add->until,
           "Until this time, 90 days at most (2026-01-02, or with T03:04:05Z)")
      .TypeName("TIME");
  add_command.Add("--author", &add->author, "Who asks for it").TypeName("NAME");
  add_command.Add("--comment", &add->comment, "Why").TypeName("TEXT");
  add_command.Add("--tell", &add->tell, "Who is told an hour before it ends")
      .TypeName("RECEIVER");
  add_command.AddFlag(
      "--dry-run", &add->dry_run,
      "Only say how many alerts it would have hidden in the last 7 days");
  add_command.OnRun([add] { return Add(*add); });

  auto end = std::make_shared<Arguments>();
  Command end_command = command.AddCommand("end", "End a silence now");
  AddLedgerOption(end_command, &end->config);
  end_command.Add("ID", &end->id, "The silence").TypeName("").Required();
  end_command.OnRun([end] { return End(*end); });
}

}  // namespace presshawk
