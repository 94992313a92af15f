// SPDX-License-Identifier: Apache-2.0
#include "cmd/cli/command.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "CLI/CLI.hpp"
#include "cmd/exit_code.h"

namespace presshawk {
namespace {

// Names the options that an option excludes in the order of their names. CLI11
// keeps them in a set of pointers, whose order differs from run to run.
class SortedFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string text = CLI::Formatter::make_option_opts(option);
    const std::string label = get_label("Excludes") + ":";
    const size_t at = text.rfind(label);
    if (at == std::string::npos) {
      return text;
    }
    std::set<std::string> names;
    for (const CLI::Option* excluded : option->get_excludes()) {
      names.insert(excluded->get_name());
    }
    text.resize(at + label.size());
    for (const std::string& name : names) {
      text += " " + name;
    }
    return text;
  }
};

}  // namespace

CommandOption CommandOption::Required() {
  option_->required();
  return *this;
}

CommandOption CommandOption::TypeName(const std::string& name) {
  option_->type_name(name);
  return *this;
}

CommandOption CommandOption::ShowDefault() {
  option_->capture_default_str();
  return *this;
}

CommandOption CommandOption::OneValueEach() {
  option_->allow_extra_args(false);
  return *this;
}

CommandOption CommandOption::Needs(CommandOption other) {
  option_->needs(other.option_);
  return *this;
}

CommandOption CommandOption::Excludes(CommandOption other) {
  option_->excludes(other.option_);
  return *this;
}

CommandOption CommandOption::OneOf(const std::vector<std::string>& values) {
  option_->check(CLI::IsMember(values));
  return *this;
}

CommandOption CommandOption::OneOf(const std::vector<std::string>& values,
                                   const std::string& shown) {
  option_->check(CLI::IsMember(values).description(shown));
  return *this;
}

CommandOption CommandOption::InRange(int min, int max) {
  option_->check(CLI::Range(min, max));
  return *this;
}

CommandOption CommandOption::NotNegative() {
  option_->check(CLI::NonNegativeNumber);
  return *this;
}

CommandOption CommandOption::Positive() {
  option_->check(CLI::PositiveNumber);
  return *this;
}

CommandOption CommandOption::InBytes() {
  option_->transform(CLI::AsSizeValue(/*kb_is_1000=*/false));
  return *this;
}

Command Command::AddCommand(const std::string& name, const std::string& help) {
  return {app_->add_subcommand(name, help), exit_code_};
}

void Command::RequireCommand() { app_->require_subcommand(1); }

CommandOption Command::Add(const std::string& names, std::string* value,
                           const std::string& help) {
  return CommandOption(app_->add_option(names, *value, help));
}

CommandOption Command::Add(const std::string& names,
                           std::vector<std::string>* values,
                           const std::string& help) {
  return CommandOption(app_->add_option(names, *values, help));
}

CommandOption Command::Add(const std::string& names, int* value,
                           const std::string& help) {
  return CommandOption(app_->add_option(names, *value, help));
}

CommandOption Command::Add(const std::string& names, uint64_t* value,
                           const std::string& help) {
  return CommandOption(app_->add_option(names, *value, help));
}

CommandOption Command::Add(const std::string& names, double* value,
                           const std::string& help) {
  return CommandOption(app_->add_option(names, *value, help));
}

CommandOption Command::Add(const std::string& names,
                           std::function<void(const std::string&)> take,
                           const std::string& help) {
  return CommandOption(
      app_->add_option_function<std::string>(names, std::move(take), help));
}

CommandOption Command::AddFlag(const std::string& names, bool* value,
                               const std::string& help) {
  return CommandOption(app_->add_flag(names, *value, help));
}

void Command::Footer(const std::string& text) { app_->footer(text); }

void Command::OnRun(std::function<int()> run) {
  app_->callback(
      [run = std::move(run), exit_code = exit_code_] { *exit_code = run(); });
}

CommandLine::CommandLine(const std::string& name,
                         const std::string& description,
                         const std::string& version)
    : app_(std::make_unique<CLI::App>(description, name)),
      exit_code_(kExitGood) {
  app_->set_version_flag("--version", version);
  app_->require_subcommand(1);
  app_->formatter(std::make_shared<SortedFormatter>());
  app_->get_formatter()->column_width(32);
}

CommandLine::~CommandLine() = default;

int CommandLine::Run(int argc, char** argv) {
  const auto commands = app_->get_subcommands({});
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
    app_->parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version.
    return app_->exit(success);
  } catch (const CLI::ParseError& error) {
    app_->exit(error);
    return kExitUsage;
  }
  return exit_code_;
}

}  // namespace presshawk
