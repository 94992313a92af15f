// SPDX-License-Identifier: Apache-2.0
// presshawk: picks the command. README.md describes the commands.
#include <cstdio>
#include <exception>
#include <string>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/standard_streams.h"
#include "ingest/kafka/client/library_version.h"

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
  CommandLine line("presshawk", kDescription, "presshawk " PRESSHAWK_VERSION);
  Command root = line.root();
  root.Footer(kFooter);
  AddRunCommand(root);
  AddMatchCommand(root);
  AddCheckCommand(root);
  AddBacktestCommand(root);
  AddBenchCommand(root);
  AddExplainCommand(root);
  AddFmtCommand(root);
  AddImportCommand(root);
  AddTestCommand(root);
  AddProduceCommand(root);
  AddDeadLetterCommand(root);
  AddDeliverCommand(root);
  AddDeliveriesCommand(root);
  AddReceiversCommand(root);
  AddSilencesCommand(root);
  AddTokensCommand(root);
  AddLedgerCommand(root);
  AddFormsCommand(root);
  AddStoriesCommand(root);
  AddSubscriptionsCommand(root);
  AddStatusCommand(root);
  AddDemoCommand(root);
  return line.Run(argc, argv);
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
