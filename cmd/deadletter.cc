// SPDX-License-Identifier: Apache-2.0
// presshawk deadletter list|show|replay: what could not be processed.
#include <memory>
#include <string>

#include "cmd/command_options.h"
#include "cmd/commands.h"
#include "cmd/deadletter/actions.h"

namespace presshawk {
namespace {

void AddPlaceOptions(Command command, DeadLetterArguments* arguments) {
  command
      .Add("--config", &arguments->config,
           "The configuration of `presshawk run`: its dead-letter "
           "topic or file")
      .TypeName("FILE");
  command
      .Add("--file", &arguments->file,
           "A dead-letter file instead; .gz and .zst are unpacked")
      .TypeName("FILE");
}

void AddFilterOptions(Command command, DeadLetterArguments* arguments) {
  command
      .Add("--reason", &arguments->reasons,
           "With this reason (not_json, …); repeatable")
      .TypeName("REASON")
      .OneValueEach();
  command
      .Add("--topic", &arguments->topic,
           "Whose input came from this topic (or file)")
      .TypeName("TOPIC");
  command.Add("--partition", &arguments->partition, "From this partition of it")
      .NotNegative()
      .TypeName("N");
  command
      .Add("--offset", &arguments->offsets,
           "At this offset of it (of files: line), or at these: 10..20")
      .TypeName("N[..M]");
  command
      .Add("--since", &arguments->since,
           "That died at this time or later (2026-01-02, or with "
           "T03:04:05Z)")
      .TypeName("TIME");
  command.Add("--until", &arguments->until, "That died before this time")
      .TypeName("TIME");
  command.Add("--key", &arguments->key, "With this key").TypeName("KEY");
  command
      .Add("--id", &arguments->id,
           "Of the article with this id: its key, or the id in its "
           "JSON")
      .TypeName("ID");
  command.Add("--limit", &arguments->limit, "So many at most")
      .Positive()
      .TypeName("N");
}

void AddList(Command parent) {
  auto arguments = std::make_shared<DeadLetterArguments>();
  Command command = parent.AddCommand("list", "A line for each dead letter");
  AddPlaceOptions(command, arguments.get());
  AddFilterOptions(command, arguments.get());
  AddFormatOption(command, &arguments->json);
  command.AddFlag("--replayed", &arguments->replayed,
                  "Say which were replayed: reads the article topic from "
                  "--since on");
  command.OnRun([arguments] { return ListDeadLetters(*arguments); });
}

void AddShow(Command parent) {
  auto arguments = std::make_shared<DeadLetterArguments>();
  Command command =
      parent.AddCommand("show", "One dead letter whole: headers, key, value");
  AddPlaceOptions(command, arguments.get());
  AddFormatOption(command, &arguments->json);
  command.AddFlag("--hex", &arguments->hex, "The value in hexadecimal");
  command.AddFlag("--raw", &arguments->raw, "The bytes of the value, no more");
  command
      .Add("PLACE", &arguments->places,
           "PARTITION/OFFSET in the topic, or the line of the file, as "
           "list shows it")
      .TypeName("")
      .Required();
  command.OnRun([arguments] { return ShowDeadLetters(*arguments); });
}

void AddReplay(Command parent) {
  auto arguments = std::make_shared<DeadLetterArguments>();
  Command command = parent.AddCommand(
      "replay", "Send dead letters to the article topic again");
  AddPlaceOptions(command, arguments.get());
  AddFilterOptions(command, arguments.get());
  command.AddFlag("--all", &arguments->all, "All of them");
  command
      .Add("PLACE", &arguments->places,
           "PARTITION/OFFSET in the topic, or the line of the file, as "
           "list shows it")
      .TypeName("");
  const CommandOption to =
      command
          .Add("--to", &arguments->to,
               "To this topic (default: that where the input came "
               "from, of the source's)")
          .TypeName("TOPIC");
  command
      .Add("--to-file", &arguments->to_file,
           "As lines to the end of this file (default with a file "
           "source: its file)")
      .TypeName("FILE")
      .Excludes(to);
  command.AddFlag("--dry-run", &arguments->dry_run,
                  "Say what would be done with each; send nothing");
  command
      .Add("--max-replays", &arguments->replays_max,
           "Refuse what was replayed so often and died each time")
      .TypeName("N")
      .ShowDefault();
  command.AddFlag("--force", &arguments->force,
                  "Replay also what was replayed too often");
  command.AddFlag("--again", &arguments->again,
                  "Replay also what was replayed already; does not read the "
                  "article topic to find out");
  command
      .Add("--timeout", &arguments->timeout,
           "Give up after so long without an acknowledgement")
      .TypeName("TIME")
      .ShowDefault();
  command.Footer(
      "\nKey and bytes are the original's. Headers say how often, why and from "
      "where it is\nreplayed; its next dead letter keeps them. A truncated "
      "dead letter is never replayed.\nExit status: 0 all replayed or skipped; "
      "1 some were refused; 3 not all acknowledged.");
  command.OnRun([arguments] { return ReplayDeadLetters(*arguments); });
}

}  // namespace

void AddDeadLetterCommand(Command program) {
  Command command = program.AddCommand(
      "deadletter", "Read and re-submit inputs that could not be processed");
  command.RequireCommand();
  AddList(command);
  AddShow(command);
  AddReplay(command);
  command.Footer(
      "\nReading commits nothing and joins no group.\n\nExample:\n"
      "  presshawk deadletter list --config presshawk.yaml --reason not_json\n"
      "  presshawk deadletter show --config presshawk.yaml 0/17\n"
      "  presshawk deadletter replay --config presshawk.yaml --reason "
      "engine_failure --dry-run");
}

}  // namespace presshawk
