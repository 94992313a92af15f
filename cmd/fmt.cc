// presshawk fmt: queries in their canonical, fully bracketed form.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/list_options.h"
#include "core/base/str_cat.h"
#include "matchers/query/parser.h"

namespace presshawk {
namespace {

// `name` is what messages begin with. False where there is an error.
bool Format(const std::string& name, const std::string& query,
            const std::string& prefix) {
  const ParsedQuery parsed = ParseQuery(query);
  for (const QueryProblem& problem : parsed.problems) {
    std::fprintf(stderr, "%s:%u: %s: %s%s%s\n", name.c_str(),
                 problem.span.begin + 1, problem.warning ? "warning" : "error",
                 problem.message.c_str(), problem.fix.empty() ? "" : "; ",
                 problem.fix.c_str());
  }
  if (parsed.root == nullptr) {
    return false;
  }
  std::printf("%s%s\n", prefix.c_str(), PrintQuery(*parsed.root).c_str());
  return true;
}

int FormatLists(const std::vector<std::string>& paths) {
  WatchListSet set;
  if (absl::Status status = LoadWatchLists(paths, &set); !status.ok()) {
    std::fprintf(stderr, "presshawk fmt: %s\n",
                 std::string(status.message()).c_str());
    return kExitGaveUp;
  }
  PrintDiagnostics(set.diagnostics);
  bool good = std::none_of(set.diagnostics.begin(), set.diagnostics.end(),
                           [](const Diagnostic& d) {
                             return d.severity == Diagnostic::Severity::kError;
                           });
  for (const WatchList& list : set.lists) {
    if (list.query.has_value()) {
      good &= Format(StrCat(list.file, ":", list.query->position.line, ": [",
                            list.id, "]"),
                     list.query->text, StrCat(list.id, "\t"));
    }
  }
  return good ? kExitGood : kExitBadAnswer;
}

int FormatQueries(const std::vector<std::string>& queries) {
  bool good = true;
  for (const std::string& query : queries) {
    good &= Format("query", query, "");
  }
  return good ? kExitGood : kExitBadAnswer;
}

int FormatInput() {
  bool good = true;
  size_t number = 0;
  for (std::string line; std::getline(std::cin, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") != std::string::npos) {
      good &= Format(StrCat("-:", number), line, "");
    }
  }
  return good ? kExitGood : kExitBadAnswer;
}

}  // namespace

void AddFmtCommand(CLI::App* program, int* exit_code) {
  auto paths = std::make_shared<std::vector<std::string>>();
  auto queries = std::make_shared<std::vector<std::string>>();
  CLI::App* const command = program->add_subcommand(
      "fmt", "Print queries in canonical form, fully bracketed");
  AddListOption(command, paths.get());
  command->add_option("QUERY", *queries,
                      "Queries; - or nothing: one a line of standard input");
  command->footer(
      "\nWith -w each line is a watch-list's id, a tab and its query.\n"
      "\nExample:\n"
      "  presshawk fmt '(Putin OR Kremlin) AND NOT museum'");
  command->callback([paths, queries, exit_code] {
    if (!paths->empty()) {
      *exit_code = FormatLists(*paths);
    } else if (queries->empty() ||
               (queries->size() == 1 && queries->front() == "-")) {
      *exit_code = FormatInput();
    } else {
      *exit_code = FormatQueries(*queries);
    }
  });
}

}  // namespace presshawk
