// One function for each command: adds it, its options and its help to the
// program; the command leaves its exit status in *exit_code.
#pragma once

namespace CLI {
class App;
}

namespace presshawk {

void AddMatchCommand(CLI::App* program, int* exit_code);
void AddCheckCommand(CLI::App* program, int* exit_code);
void AddRunCommand(CLI::App* program, int* exit_code);
void AddBacktestCommand(CLI::App* program, int* exit_code);
void AddBenchCommand(CLI::App* program, int* exit_code);
void AddExplainCommand(CLI::App* program, int* exit_code);
void AddFmtCommand(CLI::App* program, int* exit_code);
void AddImportCommand(CLI::App* program, int* exit_code);
void AddTestCommand(CLI::App* program, int* exit_code);
void AddProduceCommand(CLI::App* program, int* exit_code);
void AddDeadLetterCommand(CLI::App* program, int* exit_code);
void AddStoriesCommand(CLI::App* program, int* exit_code);
void AddStatusCommand(CLI::App* program, int* exit_code);
void AddDemoCommand(CLI::App* program, int* exit_code);

}  // namespace presshawk
