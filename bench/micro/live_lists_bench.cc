// SPDX-License-Identifier: Apache-2.0
// What a change of one list costs beside many others (matchers/live).
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "core/base/str_cat.h"
#include "matchers/live/live_lists.h"

namespace presshawk {
namespace {

std::string ListJson(size_t number, size_t word) {
  return StrCat(R"({"id":"list-)", number, R"(","name":"List )", number,
                R"(","labels":{"desk":"news"},"terms":["word)", word,
                R"( of list","another )", number, R"("]})");
}

std::unique_ptr<LiveLists> MakeLists(size_t lists) {
  auto live = std::make_unique<LiveLists>(LiveLists::Options());
  for (size_t i = 0; i < lists; ++i) {
    live->SetRecord(StrCat("list-", i), ListJson(i, i), "");
  }
  return live;
}

void BM_FirstApply(benchmark::State& state) {
  for (auto _ : state) {
    auto live = MakeLists(static_cast<size_t>(state.range(0)));
    benchmark::DoNotOptimize(live->Apply());
  }
}
BENCHMARK(BM_FirstApply)
    ->Arg(100'000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

void BM_ChangeOneList(benchmark::State& state) {
  auto live = MakeLists(static_cast<size_t>(state.range(0)));
  benchmark::DoNotOptimize(live->Apply());
  size_t word = 0;
  for (auto _ : state) {
    live->SetRecord("list-7", ListJson(7, ++word), "");
    benchmark::DoNotOptimize(live->Apply());
  }
}
BENCHMARK(BM_ChangeOneList)->Arg(100'000)->Unit(benchmark::kMillisecond);

void BM_Merge(benchmark::State& state) {
  auto live = MakeLists(static_cast<size_t>(state.range(0)));
  benchmark::DoNotOptimize(live->Apply());
  for (auto _ : state) {
    auto job = live->StartMerge();
    job->Run();
    benchmark::DoNotOptimize(live->FinishMerge(std::move(job)));
  }
}
BENCHMARK(BM_Merge)->Arg(100'000)->Iterations(2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace presshawk
