// SPDX-License-Identifier: Apache-2.0
// presshawk fmt: queries in their canonical, fully bracketed form.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/list_options.h"
#include "core/base/str_cat.h"
#include "core/model/limits.h"
#include "ingest/file/line_reader.h"
#include "matchers/query/lexer.h"
#include "matchers/query/parser.h"

namespace presshawk {
namespace {

// Prints the query behind `prefix`. `place` names the query in messages: its
// first character's place (of its YAML or JSON string where that is not written
// as the query reads), and the list. False where there is an error.
bool Format(const std::string& query, const std::string& prefix,
            const Diagnostic& place, bool is_verbatim = true) {
  const ParsedQuery parsed = ParseQuery(query);
  const std::u32string code_points = ToCodePoints(query);
  for (const QueryProblem& problem : parsed.problems) {
    Diagnostic diagnostic = place;
    diagnostic.severity = problem.warning ? Diagnostic::Severity::kWarning
                                          : Diagnostic::Severity::kError;
    diagnostic.column += is_verbatim ? problem.span.begin : 0;
    diagnostic.offset = problem.span.begin;
    diagnostic.message = problem.message;
    diagnostic.span = ToUtf8(
        std::u32string_view(code_points)
            .substr(problem.span.begin, problem.span.end - problem.span.begin));
    diagnostic.fix = problem.fix;
    PrintDiagnostics({diagnostic});
  }
  if (parsed.root == nullptr) {
    return false;
  }
  std::printf("%s%s\n", prefix.c_str(), PrintQuery(*parsed.root).c_str());
  return true;
}

Diagnostic PlaceOf(std::string file, uint32_t line) {
  Diagnostic place;
  place.file = std::move(file);
  place.line = line;
  place.column = 1;
  return place;
}

int FormatLists(const std::vector<std::string>& paths) {
  WatchListSet set;
  if (absl::Status status = LoadWatchLists(paths, &set); !status.ok()) {
    std::fprintf(stderr, "presshawk fmt: %s\n",
                 std::string(status.message()).c_str());
    return kExitGaveUp;
  }
  // Each list by itself: one that refers to others is printed all the same.
  PrintDiagnostics(set.diagnostics);
  bool good = std::none_of(set.diagnostics.begin(), set.diagnostics.end(),
                           [](const Diagnostic& d) {
                             return d.severity == Diagnostic::Severity::kError;
                           });
  for (const WatchList& list : set.lists) {
    if (list.query.has_value()) {
      Diagnostic place = PlaceOf(list.file, list.query->position.line);
      place.column = list.query->position.column;
      place.watchlist = list.id;
      good &= Format(list.query->text, StrCat(list.id, "\t"), place,
                     list.query->position.verbatim);
    }
  }
  return good ? kExitGood : kExitBadAnswer;
}

int FormatQueries(const std::vector<std::string>& queries) {
  bool good = true;
  for (uint32_t i = 0; i < queries.size(); ++i) {
    good &= Format(queries[i], "", PlaceOf("query", i + 1));
  }
  return good ? kExitGood : kExitBadAnswer;
}

int FormatInput() {
  const auto give_up = [](const absl::Status& status) {
    std::fprintf(stderr, "presshawk fmt: %s\n",
                 std::string(status.message()).c_str());
    return kExitGaveUp;
  };
  auto stream = ByteStream::Open("-");
  if (!stream.ok()) {
    return give_up(stream.status());
  }
  LineReader reader(*std::move(stream), kArticleBytesMax);
  LineBatch batch;
  bool good = true;
  while (true) {
    const absl::StatusOr<bool> more = reader.ReadBatch(&batch);
    if (!more.ok()) {
      return give_up(more.status());
    }
    if (!*more) {
      return good ? kExitGood : kExitBadAnswer;
    }
    for (const Line& line : batch.lines) {
      // One that is cut is far over the limit of a query all the same.
      good &= Format(std::string(line.text), "",
                     PlaceOf("-", static_cast<uint32_t>(line.number)));
    }
  }
}

}  // namespace

void AddFmtCommand(Command program) {
  auto paths = std::make_shared<std::vector<std::string>>();
  auto queries = std::make_shared<std::vector<std::string>>();
  Command command = program.AddCommand(
      "fmt", "Print queries in canonical form, fully bracketed");
  AddListOption(command, paths.get());
  command.Add("QUERY", queries.get(),
              "Queries; - or nothing: one a line of standard input");
  command.Footer(
      "\nWith -w each line is a watch-list's id, a tab and its query.\n"
      "\nExample:\n"
      "  presshawk fmt '(Putin OR Kremlin) AND NOT museum'");
  command.OnRun([paths, queries] {
    if (!paths->empty()) {
      return FormatLists(*paths);
    }
    if (queries->empty() || (queries->size() == 1 && queries->front() == "-")) {
      return FormatInput();
    }
    return FormatQueries(*queries);
  });
}

}  // namespace presshawk
