// SPDX-License-Identifier: Apache-2.0
#include "cmd/list_options.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <tuple>
#include <utility>

#include "cmd/program_forms.h"
#include "core/base/sha256.h"
#include "core/base/str_cat.h"
#include "matchers/cache/cache_directory.h"
#include "matchers/watchlist.h"

namespace presshawk {
namespace {

// Files in the order in which they come first, each from its top.
void SortByPlace(std::vector<Diagnostic>* diagnostics) {
  std::map<std::string, size_t> order;
  for (const Diagnostic& diagnostic : *diagnostics) {
    order.try_emplace(diagnostic.file, order.size());
  }
  std::stable_sort(diagnostics->begin(), diagnostics->end(),
                   [&](const Diagnostic& a, const Diagnostic& b) {
                     return std::tuple(order[a.file], a.line, a.column) <
                            std::tuple(order[b.file], b.line, b.column);
                   });
}

CompiledLists WithCount(CompiledLists compiled) {
  for (const Diagnostic& diagnostic : compiled.diagnostics) {
    compiled.error_count += diagnostic.severity == Diagnostic::Severity::kError;
  }
  return compiled;
}

// Takes the diagnostics of `set`.
absl::StatusOr<CompiledLists> CompileSet(WatchListSet* set,
                                         QuerySet::Engine engine) {
  auto query_set = QuerySet::Compile(
      set->lists, {.engine = engine, .forms = ProgramForms()});
  if (!query_set.ok()) {
    return query_set.status();
  }
  CompiledLists compiled;
  compiled.query_set = *std::move(query_set);
  compiled.diagnostics = std::move(set->diagnostics);
  const std::vector<Diagnostic>& compile_diagnostics =
      compiled.query_set->diagnostics();
  compiled.diagnostics.insert(compiled.diagnostics.end(),
                              compile_diagnostics.begin(),
                              compile_diagnostics.end());
  SortByPlace(&compiled.diagnostics);
  return WithCount(std::move(compiled));
}

// Names count too: messages tell them, and they tell the format.
CacheKey KeyOf(const std::vector<WatchListFile>& files,
               QuerySet::Engine engine) {
  Sha256 key;
  key.Add(StrCat("files ", static_cast<int>(engine), " "));
  for (const WatchListFile& file : files) {
    key.AddTerminated(file.path)
        .AddTerminated(StrCat(file.content.size()))
        .Add(file.content);
    if (file.problem.has_value()) {
      key.AddTerminated(file.problem->message);
    }
  }
  return key.Finish();
}

}  // namespace

CommandOption AddListOption(Command command, std::vector<std::string>* paths) {
  return command
      .Add("-w,--watchlists", paths,
           "A watch-list file (.yaml, .yml; .csv, a term a row; all "
           "else NDJSON) or a directory of them; repeatable")
      .TypeName("LIST")
      .OneValueEach();
}

void AddEngineOption(Command command, QuerySet::Engine* engine) {
  static const std::map<std::string, QuerySet::Engine> kEngines = {
      {"auto", QuerySet::Engine::kAuto},
      {"hyperscan", QuerySet::Engine::kHyperscan},
      {"tokens", QuerySet::Engine::kTokens}};
  command
      .Add(
          "--engine",
          [engine](const std::string& name) { *engine = kEngines.at(name); },
          "How terms are found: auto, hyperscan or tokens; the answer is the "
          "same")
      .TypeName("ENGINE")
      .OneOf({"auto", "hyperscan", "tokens"}, "auto|hyperscan|tokens");
}

absl::StatusOr<CompiledLists> CompileLists(
    const std::vector<std::string>& paths, QuerySet::Engine engine,
    std::vector<WatchList>* lists,
    const std::vector<std::string>& default_forms) {
  WatchListSet set;
  if (absl::Status status = LoadWatchLists(paths, &set); !status.ok()) {
    return status;
  }
  SetDefaultForms(default_forms, &set.lists);
  absl::StatusOr<CompiledLists> compiled = CompileSet(&set, engine);
  if (lists != nullptr) {
    *lists = std::move(set.lists);
  }
  return compiled;
}

absl::StatusOr<CompiledLists> CompileListsCached(
    const std::vector<std::string>& paths, QuerySet::Engine engine,
    const std::string& cache, std::thread* storing) {
  auto files = ReadWatchListFiles(paths);
  if (!files.ok()) {
    return files.status();
  }
  const CacheKey key = KeyOf(*files, engine);
  const CacheDirectory directory(cache);
  absl::StatusOr<QuerySet::Opened> found =
      directory.Find(key, ProgramForms().get());
  if (found.ok()) {
    if (auto diagnostics = DecodeDiagnostics(found->notes)) {
      return WithCount({std::move(found->query_set), *std::move(diagnostics)});
    }
  } else if (!absl::IsNotFound(found.status())) {
    std::fprintf(stderr, "presshawk: cache not used: %s\n",
                 std::string(found.status().message()).c_str());
  }
  WatchListSet set = ParseWatchListFiles(*files);
  absl::StatusOr<CompiledLists> compiled = CompileSet(&set, engine);
  if (compiled.ok()) {
    *storing = std::thread([directory, key, query_set = compiled->query_set,
                            notes = EncodeDiagnostics(compiled->diagnostics)] {
      const absl::Status status = directory.Store(key, *query_set, notes);
      if (!status.ok()) {
        std::fprintf(stderr, "presshawk: cache not written: %s\n",
                     std::string(status.message()).c_str());
      }
    });
  }
  return compiled;
}

void PrintDiagnostics(const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) {
    std::fprintf(stderr, "%s\n", FormatText(diagnostic).c_str());
  }
}

}  // namespace presshawk
