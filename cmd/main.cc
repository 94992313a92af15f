// presshawk: picks the command. README.md describes the commands.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>

#include "CLI/CLI.hpp"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/standard_streams.h"
#include "ingest/kafka/library_version.h"

namespace presshawk {
namespace {

constexpr char kDescription[] =
    "Matches news articles against watch-lists and emits alerts.\n\n"
    "Start with:\n"
    "  presshawk demo                               the main job, nothing "
    "installed\n"
    "  presshawk match -w lists.yaml news.ndjson    articles in, alerts out\n"
    "  presshawk check -w lists.yaml                is every list good?\n"
    "  presshawk run --config presshawk.yaml        the service";

constexpr char kFooter[] =
    "\nAlerts go to standard output, everything else to standard error.\n"
    "Exit status: 0 good; 1 the answer is bad (invalid list, rejected input "
    "under\n--strict); 2 wrong usage; 3 could not start or had to give up.";

int Run(int argc, char** argv) {
  if (const absl::Status library = CheckKafkaLibrary(); !library.ok()) {
    std::fprintf(stderr, "presshawk: %s\n",
                 std::string(library.message()).c_str());
    return kExitGaveUp;
  }
  CLI::App program(kDescription, "presshawk");
  program.footer(kFooter);
  program.set_version_flag("--version", "presshawk " PRESSHAWK_VERSION);
  program.require_subcommand(1);
  program.get_formatter()->column_width(32);
  int exit_code = kExitGood;
  AddRunCommand(&program, &exit_code);
  AddMatchCommand(&program, &exit_code);
  AddCheckCommand(&program, &exit_code);
  AddBacktestCommand(&program, &exit_code);
  AddBenchCommand(&program, &exit_code);
  AddExplainCommand(&program, &exit_code);
  AddFmtCommand(&program, &exit_code);
  AddImportCommand(&program, &exit_code);
  AddTestCommand(&program, &exit_code);
  AddProduceCommand(&program, &exit_code);
  AddDeadLetterCommand(&program, &exit_code);
  AddStoriesCommand(&program, &exit_code);
  AddStatusCommand(&program, &exit_code);
  AddDemoCommand(&program, &exit_code);
  const auto commands = program.get_subcommands({});
  if (argc > 1 && argv[1][0] != '-' &&
      std::none_of(commands.begin(), commands.end(), [&](const CLI::App* app) {
        return app->get_name() == argv[1];
      })) {
    std::fprintf(stderr,
                 "presshawk: there is no command `%s`\n"
                 "Run with --help for more information.\n",
                 argv[1]);
    return kExitUsage;
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version.
    return program.exit(success);
  } catch (const CLI::ParseError& error) {
    program.exit(error);
    return kExitUsage;
  }
  return exit_code;
}

}  // namespace
}  // namespace presshawk

int main(int argc, char** argv) {
  presshawk::OpenStandardStreams();
  presshawk::EndOnSignalsAsProcessOne();
  try {
    return presshawk::FinishStandardOutput(presshawk::Run(argc, argv));
  } catch (const std::exception& error) {
    // Only memory exhaustion comes this far: no function of ours throws.
    std::fprintf(stderr, "presshawk: gave up: %s\n", error.what());
    return presshawk::kExitGaveUp;
  }
}
