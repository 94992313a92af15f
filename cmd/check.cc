// SPDX-License-Identifier: Apache-2.0
// presshawk check: is the configuration good, and every watch-list?
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/list_options.h"
#include "cmd/matching/broker_judgement.h"
#include "cmd/matching/judgement.h"
#include "cmd/program_forms.h"
#include "cmd/sarif_report.h"
#include "cmd/subscriptions/loaded_subscriptions.h"
#include "core/base/str_cat.h"
#include "core/config/load_options.h"
#include "ingest/json/mapping.h"
#include "matchers/list_hints.h"

namespace presshawk {
namespace {

enum class ReportFormat { kText, kJson, kSarif };

struct CheckOptions {
  std::string config;
  bool config_only = false;
  bool connect = false;
  std::vector<std::string> lists;
  std::string mapping;
  ReportFormat format = ReportFormat::kText;
};

Diagnostic ErrorAt(const std::string& file, uint32_t line, uint32_t column,
                   std::string message, std::string fix = "") {
  Diagnostic error;
  error.file = file;
  error.line = line;
  error.column = column;
  error.message = std::move(message);
  error.fix = std::move(fix);
  return error;
}

// The subscriptions that the configuration names.
void CheckSubscriptionsOf(const Options& options, const std::string& path,
                          std::vector<Diagnostic>* diagnostics) {
  absl::StatusOr<SubscriptionList> list =
      LoadConfiguredSubscriptions(options, path, absl::Now());
  if (!list.ok()) {
    const OptionPlace place = options.delivery->files_place;
    diagnostics->push_back(
        ErrorAt(path, place.line, place.column,
                StrCat("delivery.subscriptions.files: ",
                       std::string(list.status().message()))));
    return;
  }
  for (Diagnostic& diagnostic : list->diagnostics) {
    if (!diagnostic.watchlist.empty()) {  // Else it would pass for a list's.
      diagnostic.message = StrCat("subscription ", diagnostic.watchlist, ": ",
                                  diagnostic.message);
      diagnostic.watchlist.clear();
    }
    diagnostics->push_back(std::move(diagnostic));
  }
}

void AddConfigErrors(const std::vector<ConfigError>& errors,
                     Diagnostic::Severity severity,
                     std::vector<Diagnostic>* diagnostics) {
  for (const ConfigError& error : errors) {
    diagnostics->push_back(ErrorAt(error.file, error.place.line,
                                   error.place.column, error.message,
                                   error.fix));
    diagnostics->back().severity = severity;
  }
}

// `*paths` gets the lists that the configuration names; null: nobody looks at
// them. `*forms` gets the languages of lists that say nothing of forms.
void CheckConfig(const std::string& path, bool connect,
                 std::vector<Diagnostic>* diagnostics,
                 std::vector<std::string>* paths,
                 std::vector<std::string>* forms) {
  const LoadedOptions loaded = JudgeServiceOptions(path, ProcessEnvironment());
  using Severity = Diagnostic::Severity;
  AddConfigErrors(loaded.errors, Severity::kError, diagnostics);
  AddConfigErrors(loaded.warnings, Severity::kWarning, diagnostics);
  if (connect && loaded.ok()) {  // Else nobody knows where to.
    const BrokerJudgement brokers = JudgeBrokers(loaded.options, path);
    AddConfigErrors(brokers.errors, Severity::kError, diagnostics);
    AddConfigErrors(brokers.warnings, Severity::kWarning, diagnostics);
  }
  if (paths == nullptr) {
    return;
  }
  const WatchListOptions& lists = loaded.options.watchlists;
  *forms = lists.forms;
  for (const std::string& pattern : lists.files) {
    const auto found = ExpandPatterns({pattern});
    if (!found.ok()) {
      continue;  // Among the errors.
    }
    for (const std::string& file : *found) {
      std::error_code none;
      if (std::filesystem::is_directory(file, none)) {
        paths->push_back(file);
      } else if (const auto read = ReadWatchListFile(file);
                 !read.problem.has_value()) {
        paths->push_back(file);
      } else if (file != pattern || access(file.c_str(), F_OK) == 0) {
        // (A name that is not there is among the errors.)
        diagnostics->push_back(ErrorAt(
            path, lists.files_place.line, lists.files_place.column,
            StrCat("watchlists.files: ", file, ": ", read.problem->message),
            read.problem->fix));
      }
    }
  }
  CheckSubscriptionsOf(loaded.options, path, diagnostics);
}

// A mapping file's mistakes, at their places.
void CheckMapping(const std::string& path,
                  std::vector<Diagnostic>* diagnostics) {
  std::vector<MappingMistake> mistakes;
  const auto mapping = LoadMapping(path, &mistakes);
  for (MappingMistake& mistake : mistakes) {
    diagnostics->push_back(ErrorAt(path, mistake.line, mistake.column,
                                   std::move(mistake.message)));
  }
  if (mistakes.empty() && !mapping.ok()) {
    diagnostics->push_back(
        ErrorAt(path, 1, 1, std::string(mapping.status().message())));
  }
}

void Print(const std::vector<Diagnostic>& diagnostics, ReportFormat format) {
  if (format == ReportFormat::kSarif) {
    std::fputs(SarifReport(diagnostics).c_str(), stdout);
    return;
  }
  for (const Diagnostic& diagnostic : diagnostics) {
    std::puts((format == ReportFormat::kText ? FormatText(diagnostic)
                                             : FormatJson(diagnostic))
                  .c_str());
  }
}

int RunCheck(const CheckOptions& options) {
  if (options.config.empty() && options.lists.empty() &&
      options.mapping.empty()) {
    std::fprintf(stderr,
                 "presshawk check: nothing to check: give --config, -w or "
                 "-m\nRun with --help for more information.\n");
    return kExitUsage;
  }
  std::vector<Diagnostic> diagnostics;
  std::vector<std::string> paths = options.lists;
  std::vector<std::string> default_forms;
  if (!options.config.empty()) {
    CheckConfig(options.config, options.connect, &diagnostics,
                options.config_only ? nullptr : &paths, &default_forms);
  }
  if (!options.mapping.empty()) {
    CheckMapping(options.mapping, &diagnostics);
  }
  size_t good = 0;
  if (!paths.empty()) {
    std::vector<WatchList> parsed;
    absl::StatusOr<CompiledLists> lists =
        CompileLists(paths, QuerySet::Engine::kAuto, &parsed, default_forms);
    if (!lists.ok()) {
      std::fprintf(stderr, "presshawk check: %s\n",
                   std::string(lists.status().message()).c_str());
      return kExitGaveUp;
    }
    good = lists->query_set->size();
    diagnostics.insert(diagnostics.end(), lists->diagnostics.begin(),
                       lists->diagnostics.end());
    const std::vector<Diagnostic> hints =
        HintsAboutForms(parsed, *ProgramForms());
    diagnostics.insert(diagnostics.end(), hints.begin(), hints.end());
  }
  Print(diagnostics, options.format);
  const auto errors = std::count_if(
      diagnostics.begin(), diagnostics.end(), [](const Diagnostic& d) {
        return d.severity == Diagnostic::Severity::kError;
      });
  const size_t warnings = diagnostics.size() - static_cast<size_t>(errors);
  if (options.config_only) {
    std::fprintf(stderr,
                 "%zu errors, %zu warnings; watch-lists were not looked at\n",
                 static_cast<size_t>(errors), warnings);
  } else {
    std::fprintf(stderr, "%zu good watch-lists, %zu errors, %zu warnings\n",
                 good, static_cast<size_t>(errors), warnings);
  }
  return errors > 0 ? kExitBadAnswer : kExitGood;
}

}  // namespace

void AddCheckCommand(Command program) {
  auto options = std::make_shared<CheckOptions>();
  Command command = program.AddCommand(
      "check",
      "Validate configuration, watch-lists and mapping; changes nothing, and "
      "without --connect it connects to nothing");
  const CommandOption config =
      command
          .Add("--config", &options->config,
               "The configuration of `presshawk run`, with all it names")
          .TypeName("FILE");
  command
      .AddFlag("--config-only", &options->config_only,
               "Judge the configuration alone and not its watch-lists: before "
               "a start, which a bad list must not keep from being made")
      .Needs(config);
  command
      .AddFlag("--connect", &options->connect,
               "Ask the brokers of the configuration as well: topics that are "
               "missing, and settings there that would break something later")
      .Needs(config);
  AddListOption(command, &options->lists);
  command.Add("-m,--mapping", &options->mapping, "A mapping file")
      .TypeName("MAPPING");
  static const std::map<std::string, ReportFormat> kFormats = {
      {"text", ReportFormat::kText},
      {"json", ReportFormat::kJson},
      {"sarif", ReportFormat::kSarif}};
  command
      .Add(
          "--format",
          [options](const std::string& name) {
            options->format = kFormats.at(name);
          },
          "text; json, one object a line; or sarif, for code review")
      .TypeName("text|json|sarif")
      .OneOf({"text", "json", "sarif"}, "");
  command.Footer(
      "\nExamples:\n"
      "  presshawk check -w lists.yaml\n"
      "  presshawk check --config presshawk.yaml --connect --format json");
  command.OnRun([options] { return RunCheck(*options); });
}

}  // namespace presshawk
