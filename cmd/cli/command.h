// SPDX-License-Identifier: Apache-2.0
// The command line: a program that has commands, which have options and a help.
//
//   auto config = std::make_shared<std::string>();
//   Command run = line.root().AddCommand("run", "Run the service");
//   run.Add("--config", config.get(), "The configuration (YAML)")
//       .TypeName("FILE")
//       .Required();
//   run.OnRun([config] { return RunService(*config); });
//   return line.Run(argc, argv);
//
// Stands before CLI11, which takes most of ten seconds to compile wherever it is
// included: command.cc is the only place.
//
// LIFE. Command and CommandOption are handles of what the CommandLine owns; copy
// them freely. What options write to must live until CommandLine::Run() returned.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace presshawk {

// An option, a flag or an argument without a name. The functions return the
// option itself.
class CommandOption {
 public:
  explicit CommandOption(CLI::Option* option) : option_(option) {}

  CommandOption Required();
  // What its value is called in the help, in place of `TEXT` or `INT`.
  CommandOption TypeName(const std::string& name);
  // The help shows the value that the variable has now.
  CommandOption ShowDefault();
  // A repeatable option that takes one value each time: `-w a b` leaves `b` to
  // whom it belongs.
  CommandOption OneValueEach();

  CommandOption Needs(CommandOption other);
  CommandOption Excludes(CommandOption other);

  // What is no such value is wrong usage.
  CommandOption OneOf(const std::vector<std::string>& values);
  // The same; the help shows `shown` in place of `{a,b}`.
  CommandOption OneOf(const std::vector<std::string>& values,
                      const std::string& shown);
  CommandOption InRange(int min, int max);
  CommandOption NotNegative();
  CommandOption Positive();
  // A number of bytes may be written as `64MB` or `1GB`, of 1,024 each.
  CommandOption InBytes();

 private:
  CLI::Option* option_;
};

class Command {
 public:
  // `exit_code`: where OnRun() leaves what its function returns.
  Command(CLI::App* app, int* exit_code) : app_(app), exit_code_(exit_code) {}

  Command AddCommand(const std::string& name, const std::string& help);
  // One of its commands must be given.
  void RequireCommand();

  // `names`: "-m,--mapping"; without a dash, an argument that has no name. Once
  // given, *value is replaced.
  CommandOption Add(const std::string& names, std::string* value,
                    const std::string& help);
  CommandOption Add(const std::string& names, std::vector<std::string>* values,
                    const std::string& help);
  CommandOption Add(const std::string& names, int* value,
                    const std::string& help);
  CommandOption Add(const std::string& names, uint64_t* value,
                    const std::string& help);
  CommandOption Add(const std::string& names, double* value,
                    const std::string& help);
  // Calls `take` with the value.
  CommandOption Add(const std::string& names,
                    std::function<void(const std::string&)> take,
                    const std::string& help);
  CommandOption AddFlag(const std::string& names, bool* value,
                        const std::string& help);

  // Stands below the options in its help.
  void Footer(const std::string& text);
  // What the command does; the result is the exit status of the program.
  void OnRun(std::function<int()> run);

 private:
  CLI::App* app_;
  int* exit_code_;
};

class CommandLine {
 public:
  // `version`: what --version prints.
  CommandLine(const std::string& name, const std::string& description,
              const std::string& version);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  Command root() { return {app_.get(), &exit_code_}; }

  // Runs the command that the arguments name. Returns its exit status; kExitGood
  // after a help, and kExitUsage after a message where the usage is wrong.
  int Run(int argc, char** argv);

 private:
  const std::unique_ptr<CLI::App> app_;
  int exit_code_;
};

}  // namespace presshawk
