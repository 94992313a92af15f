// SPDX-License-Identifier: Apache-2.0
// The options that name watch-lists, and what every command does with them.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "cmd/cli/command.h"
#include "matchers/query_set.h"

namespace presshawk {

// `-w LIST`: one value, repeatable.
CommandOption AddListOption(Command command, std::vector<std::string>* paths);
// `--engine auto|hyperscan|tokens`.
void AddEngineOption(Command command, QuerySet::Engine* engine);

struct CompiledLists {
  std::shared_ptr<const QuerySet> query_set;
  std::vector<Diagnostic> diagnostics;  // Of reading and of compiling.
  size_t error_count = 0;
};

// Reads and compiles the lists. Bad lists are diagnostics; an error status
// means that a file cannot be read or that the machine is exhausted. Each file
// is read once; where `lists` is not null, it gets the well-formed lists.
// `default_forms` are the languages of lists that say nothing of forms.
absl::StatusOr<CompiledLists> CompileLists(
    const std::vector<std::string>& paths, QuerySet::Engine engine,
    std::vector<WatchList>* lists = nullptr,
    const std::vector<std::string>& default_forms = {});

// The same, from the cache directory `cache` where it has a generation of just
// these files; then nothing is parsed. Says on standard error why a file of the
// cache is refused. `storing` keeps what had to be compiled, beside the
// caller's work; join it.
absl::StatusOr<CompiledLists> CompileListsCached(
    const std::vector<std::string>& paths, QuerySet::Engine engine,
    const std::string& cache, std::thread* storing);

// Errors and warnings as text on standard error.
void PrintDiagnostics(const std::vector<Diagnostic>& diagnostics);

}  // namespace presshawk
