// presshawk deadletter list|show|replay: what could not be processed.
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "cmd/command_options.h"
#include "cmd/commands.h"
#include "cmd/deadletter/actions.h"

namespace presshawk {
namespace {

void AddPlaceOptions(CLI::App* command, DeadLetterArguments* arguments) {
  command
      ->add_option("--config", arguments->config,
                   "The configuration of `presshawk run`: its dead-letter "
                   "topic or file")
      ->type_name("FILE");
  command
      ->add_option("--file", arguments->file,
                   "A dead-letter file instead; .gz and .zst are unpacked")
      ->type_name("FILE");
}

void AddFilterOptions(CLI::App* command, DeadLetterArguments* arguments) {
  command
      ->add_option("--reason", arguments->reasons,
                   "With this reason (not_json, …); repeatable")
      ->type_name("REASON")
      ->allow_extra_args(false);
  command
      ->add_option("--topic", arguments->topic,
                   "Whose input came from this topic (or file)")
      ->type_name("TOPIC");
  command
      ->add_option("--partition", arguments->partition,
                   "From this partition of it")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  command
      ->add_option("--offset", arguments->offsets,
                   "At this offset of it (of files: line), or at these: 10..20")
      ->type_name("N[..M]");
  command
      ->add_option("--since", arguments->since,
                   "That died at this time or later (2026-01-02, or with "
                   "T03:04:05Z)")
      ->type_name("TIME");
  command->add_option("--until", arguments->until, "That died before this time")
      ->type_name("TIME");
  command->add_option("--key", arguments->key, "With this key")
      ->type_name("KEY");
  command
      ->add_option("--id", arguments->id,
                   "Of the article with this id: its key, or the id in its "
                   "JSON")
      ->type_name("ID");
  command->add_option("--limit", arguments->limit, "So many at most")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
}

void AddList(CLI::App* parent, int* exit_code) {
  auto arguments = std::make_shared<DeadLetterArguments>();
  CLI::App* const command =
      parent->add_subcommand("list", "A line for each dead letter");
  AddPlaceOptions(command, arguments.get());
  AddFilterOptions(command, arguments.get());
  AddFormatOption(command, &arguments->json);
  command->add_flag("--replayed", arguments->replayed,
                    "Say which were replayed: reads the article topic from "
                    "--since on");
  command->callback(
      [arguments, exit_code] { *exit_code = ListDeadLetters(*arguments); });
}

void AddShow(CLI::App* parent, int* exit_code) {
  auto arguments = std::make_shared<DeadLetterArguments>();
  CLI::App* const command = parent->add_subcommand(
      "show", "One dead letter whole: headers, key, value");
  AddPlaceOptions(command, arguments.get());
  AddFormatOption(command, &arguments->json);
  command->add_flag("--hex", arguments->hex, "The value in hexadecimal");
  command->add_flag("--raw", arguments->raw, "The bytes of the value, no more");
  command
      ->add_option("PLACE", arguments->places,
                   "PARTITION/OFFSET in the topic, or the line of the file, as "
                   "list shows it")
      ->type_name("")
      ->required();
  command->callback(
      [arguments, exit_code] { *exit_code = ShowDeadLetters(*arguments); });
}

void AddReplay(CLI::App* parent, int* exit_code) {
  auto arguments = std::make_shared<DeadLetterArguments>();
  CLI::App* const command = parent->add_subcommand(
      "replay", "Send dead letters to the article topic again");
  AddPlaceOptions(command, arguments.get());
  AddFilterOptions(command, arguments.get());
  command->add_flag("--all", arguments->all, "All of them");
  command
      ->add_option("PLACE", arguments->places,
                   "PARTITION/OFFSET in the topic, or the line of the file, as "
                   "list shows it")
      ->type_name("");
  CLI::Option* const to =
      command
          ->add_option("--to", arguments->to,
                       "To this topic (default: that where the input came "
                       "from, of the source's)")
          ->type_name("TOPIC");
  command
      ->add_option("--to-file", arguments->to_file,
                   "As lines to the end of this file (default with a file "
                   "source: its file)")
      ->type_name("FILE")
      ->excludes(to);
  command->add_flag("--dry-run", arguments->dry_run,
                    "Say what would be done with each; send nothing");
  command
      ->add_option("--max-replays", arguments->replays_max,
                   "Refuse what was replayed so often and died each time")
      ->type_name("N")
      ->capture_default_str();
  command->add_flag("--force", arguments->force,
                    "Replay also what was replayed too often");
  command->add_flag("--again", arguments->again,
                    "Replay also what was replayed already; does not read the "
                    "article topic to find out");
  command
      ->add_option("--timeout", arguments->timeout,
                   "Give up after so long without an acknowledgement")
      ->type_name("TIME")
      ->capture_default_str();
  command->footer(
      "\nKey and bytes are the original's. Headers say how often, why and from "
      "where it is\nreplayed; its next dead letter keeps them. A truncated "
      "dead letter is never replayed.\nExit status: 0 all replayed or skipped; "
      "1 some were refused; 3 not all acknowledged.");
  command->callback(
      [arguments, exit_code] { *exit_code = ReplayDeadLetters(*arguments); });
}

}  // namespace

void AddDeadLetterCommand(CLI::App* program, int* exit_code) {
  CLI::App* const command = program->add_subcommand(
      "deadletter", "Read and re-submit inputs that could not be processed");
  command->require_subcommand(1);
  AddList(command, exit_code);
  AddShow(command, exit_code);
  AddReplay(command, exit_code);
  command->footer(
      "\nReading commits nothing and joins no group.\n\nExample:\n"
      "  presshawk deadletter list --config presshawk.yaml --reason not_json\n"
      "  presshawk deadletter show --config presshawk.yaml 0/17\n"
      "  presshawk deadletter replay --config presshawk.yaml --reason "
      "engine_failure --dry-run");
}

}  // namespace presshawk
