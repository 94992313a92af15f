// SPDX-License-Identifier: Apache-2.0
// presshawk bench: what one's own lists cost on one's own articles.
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cmd/bench/bench_report.h"
#include "cmd/bench/measurement.h"
#include "cmd/command_options.h"
#include "cmd/commands.h"
#include "cmd/exit_code.h"
#include "cmd/list_options.h"

namespace presshawk {
namespace {

struct BenchOptions {
  std::vector<std::string> lists;
  std::string mapping = "generic";
  std::vector<std::string> files;
  QuerySet::Engine engine = QuerySet::Engine::kAuto;
  bool compare = false;
  uint64_t bytes = 64UL << 20;
  int rounds = 5;
  size_t top = 10;
  bool json = false;
};

int GiveUp(const absl::Status& status) {
  std::fprintf(stderr, "presshawk bench: %s\n",
               std::string(status.message()).c_str());
  return kExitGaveUp;
}

const char* EngineName(QuerySet::Engine engine) {
  switch (engine) {
    case QuerySet::Engine::kAuto:
      return "auto";
    case QuerySet::Engine::kHyperscan:
      return "hyperscan";
    case QuerySet::Engine::kTokens:
      return "tokens";
  }
  return "";
}

// Compiles the lists for `engine`; *errors: of the lists.
absl::StatusOr<EngineMeasurement> Prepare(const BenchOptions& options,
                                          QuerySet::Engine engine,
                                          bool print_diagnostics,
                                          size_t* errors) {
  const int64_t resident = ResidentBytes();
  const auto begin = std::chrono::steady_clock::now();
  absl::StatusOr<CompiledLists> compiled = CompileLists(options.lists, engine);
  if (!compiled.ok()) {
    return compiled.status();
  }
  EngineMeasurement measurement;
  measurement.name = EngineName(engine);
  measurement.compile_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
          .count();
  if (print_diagnostics) {
    PrintDiagnostics(compiled->diagnostics);
  }
  *errors = compiled->error_count;
  measurement.query_set = std::move(compiled->query_set);
  measurement.resident_bytes = ResidentBytes() - resident;
  return measurement;
}

int RunBench(BenchOptions options) {
  const absl::StatusOr<Mapping> mapping = LoadMapping(options.mapping);
  if (!mapping.ok()) {
    return GiveUp(mapping.status());
  }
  if (options.files.empty()) {
    options.files.push_back("-");
  }
  const absl::StatusOr<Sample> sample =
      ReadSample(options.files, options.bytes);
  if (!sample.ok()) {
    return GiveUp(sample.status());
  }
  if (sample->lines.empty()) {
    return GiveUp(absl::NotFoundError("there is no article to measure on"));
  }
  std::vector<QuerySet::Engine> engines = {options.engine};
  if (options.compare) {
    for (const QuerySet::Engine engine :
         {QuerySet::Engine::kHyperscan, QuerySet::Engine::kTokens}) {
      if (engine != options.engine) {
        engines.push_back(engine);
      }
    }
  }
  std::vector<EngineMeasurement> measurements;
  size_t errors = 0;
  for (const QuerySet::Engine engine : engines) {
    auto prepared = Prepare(options, engine, measurements.empty(), &errors);
    if (!prepared.ok()) {
      return GiveUp(prepared.status());
    }
    measurements.push_back(*std::move(prepared));
  }
  Measure(*sample, *mapping, options.rounds, &measurements);
  const BenchReport report = {.sample = *sample,
                              .engines = measurements,
                              .bad_lists = errors,
                              .top = options.top};
  const std::string text = options.json ? BenchJson(report) : BenchText(report);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
      std::fflush(stdout) != 0) {
    return GiveUp(absl::UnavailableError("cannot write the output"));
  }
  return errors > 0 ? kExitBadAnswer : kExitGood;
}

}  // namespace

void AddBenchCommand(Command program) {
  auto options = std::make_shared<BenchOptions>();
  Command command =
      program.AddCommand("bench", "Measure your watch-lists on your articles");
  AddListOption(command, &options->lists).Required();
  AddMappingOption(command, &options->mapping);
  AddArticleFiles(command, &options->files);
  command
      .Add("--bytes", &options->bytes,
           "Measure on the first so many bytes of articles, held in "
           "memory: 64MB, 1GB (default: 64MB)")
      .InBytes()
      .TypeName("SIZE");
  command
      .Add("--rounds", &options->rounds,
           "Rounds that count, after one to warm up")
      .InRange(1, 1000)
      .TypeName("N")
      .ShowDefault();
  AddEngineOption(command, &options->engine);
  command.AddFlag("--compare", &options->compare,
                  "Measure the other engines too, in turn");
  command.Add("--top", &options->top, "How many of the dearest lists are named")
      .TypeName("N")
      .ShowDefault();
  AddFormatOption(command, &options->json);
  command.Footer(
      "\nExample:\n"
      "  presshawk bench -w lists.yaml --compare news.ndjson.zst");
  command.OnRun([options] { return RunBench(*options); });
}

}  // namespace presshawk
