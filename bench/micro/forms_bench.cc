// SPDX-License-Identifier: Apache-2.0
// The forms of 10,000 terms, which is what a list with forms costs when it is
// compiled, and the reading of a table. Terms are made of syllables: rules go
// by endings, so names need not exist.
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/base/str_cat.h"
#include "matchers/forms/form_tables.h"

namespace presshawk {
namespace {

constexpr size_t kTerms = 10'000;
constexpr const char* kLanguages[] = {"ru", "pl", "sl", "ar", "de"};
constexpr const char* kCyrillic[] = {"ра", "мо", "ск", "ве",  "ль",
                                     "ин", "ов", "ка", "ний", "ия"};
constexpr const char* kLatin[] = {"ra", "mo", "sk", "ve", "le",
                                  "in", "ek", "ka", "ny", "ia"};
constexpr const char* kArabic[] = {"را", "مو", "سك", "في", "ال",
                                   "ين", "كا", "ية", "دا", "با"};

// Four syllables, and every third time a second word.
std::vector<std::string> Terms(std::string_view language) {
  const auto& syllables = language == "ru"   ? kCyrillic
                          : language == "ar" ? kArabic
                                             : kLatin;
  std::vector<std::string> terms;
  for (size_t i = 0; i < kTerms; ++i) {
    std::string& term = terms.emplace_back();
    for (size_t rest = i, k = 0; k < 4; ++k, rest /= 10) {
      StrAppend(&term, syllables[rest % 10]);
    }
    if (i % 3 == 0) {
      StrAppend(&term, " ", terms[i / 2]);
    }
  }
  return terms;
}

void BM_Forms(benchmark::State& state) {
  const std::string language = kLanguages[state.range(0)];
  const auto table = FormTables(DefaultFormsDirectory()).Get(language);
  if (!table.ok()) {
    state.SkipWithError(std::string(table.status().message()).c_str());
    return;
  }
  const std::vector<std::string> terms = Terms(language);
  size_t forms = 0;
  for ([[maybe_unused]] auto _ : state) {
    for (const std::string& term : terms) {
      forms += (*table)->Forms(term).size();
    }
  }
  state.SetLabel(language);
  state.counters["forms"] = benchmark::Counter(
      static_cast<double>(forms), benchmark::Counter::kAvgIterations);
}
BENCHMARK(BM_Forms)
    ->DenseRange(0, std::size(kLanguages) - 1)
    ->Unit(benchmark::kMillisecond);

void BM_OpenTable(benchmark::State& state) {
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(FormTables(DefaultFormsDirectory()).Get("ru"));
  }
}
BENCHMARK(BM_OpenTable)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace presshawk
