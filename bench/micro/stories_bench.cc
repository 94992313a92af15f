// What a signature costs, against canonicalizing the same article, and what it
// costs to group an article among a million: google-benchmark.
//
// Articles of $PRESSHAWK_BENCH_DATA (default ../shared/data); without them the
// samples of the demo.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/macro/corpus.h"
#include "cmd/samples/samples.h"
#include "core/base/str_cat.h"
#include "core/stories/story_index.h"
#include "ingest/json/article_decoder.h"

namespace presshawk {
namespace {

std::vector<std::string> Lines() {
  const char* const set = std::getenv("PRESSHAWK_BENCH_DATA");
  const std::string path =
      StrCat(std::string_view(set != nullptr ? set : "../shared/data"),
             "/articles/abp.ndjson.zst");
  if (std::filesystem::exists(path)) {
    return LoadCorpus(path, 8'000'000).lines;
  }
  const std::vector<std::string_view> lines = SampleArticleLines();
  return {lines.begin(), lines.end()};
}

// Calls visit(article) for each, which lives during the call.
template <typename Visit>
void ForEachArticle(Visit visit) {
  const Mapping mapping = *LoadMapping("generic");
  JsonArticleDecoder decoder(mapping);
  std::vector<Article> articles;
  std::vector<Reject> rejects;
  for (const std::string& line : Lines()) {
    const std::string_view view = line;
    decoder.Decode({&view, 1}, &articles, &rejects);
    if (!articles.empty()) {
      visit(articles[0]);
    }
  }
}

// Adds how long each call took.
class Stopwatch {
 public:
  template <typename Call>
  void Time(Call call) {
    const auto begin = std::chrono::steady_clock::now();
    call();
    seconds_ +=
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
            .count();
  }
  double Take() { return std::exchange(seconds_, 0); }

 private:
  double seconds_ = 0;
};

void Report(size_t articles, size_t bytes, benchmark::State* state) {
  state->counters["per_article"] = benchmark::Counter(
      static_cast<double>(articles),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state->counters["body_bytes"] =
      static_cast<double>(bytes) / static_cast<double>(articles);
}

// Canonicalizing an article, and its signature beside it.
void BM_Signature(benchmark::State& state) {
  const bool signature_only = state.range(0) == 1;
  ArticleText text;
  SignatureBuilder builder;
  Signature signature;
  Stopwatch canonicalizing, signing;
  size_t bytes = 0, count = 0;
  for (auto _ : state) {
    ForEachArticle([&](const Article& article) {
      bool good = false;
      canonicalizing.Time(
          [&] { good = text.Assign(article, size_t{1} << 26); });
      if (good) {
        signing.Time([&] { builder.Build(article, text, &signature); });
        benchmark::DoNotOptimize(signature);
      }
      bytes += article.text_of(Field::kBody).size();
      ++count;
    });
    const double signed_seconds = signing.Take();
    const double canonical_seconds = canonicalizing.Take();
    state.SetIterationTime(signature_only ? signed_seconds : canonical_seconds);
  }
  Report(count, bytes, &state);
}
BENCHMARK(BM_Signature)
    ->ArgName("signature")
    ->Arg(0)
    ->Arg(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

// Of random hashes, as unlike each other as articles are.
Signature RandomSignature(std::mt19937_64* random) {
  Signature signature;
  const auto fill = [&](auto* sketch) {
    using Hash = std::decay_t<decltype(sketch->hashes[0])>;
    for (Hash& hash : sketch->hashes) {
      hash = static_cast<Hash>((*random)());
    }
    std::sort(sketch->hashes.begin(), sketch->hashes.end());
    const auto end = std::unique(sketch->hashes.begin(), sketch->hashes.end());
    sketch->size = static_cast<uint32_t>(end - sketch->hashes.begin());
  };
  fill(&signature.body);
  fill(&signature.lead);
  fill(&signature.title);
  fill(&signature.numbers);
  signature.shingles = 900;
  signature.source = static_cast<uint32_t>((*random)() % 5000 + 1);
  signature.url = (*random)();
  return signature;
}

// One article more among `state.range(0)`, full texts of one window; every
// tenth is a copy of one of the last hundred.
void BM_Group(benchmark::State& state) {
  std::mt19937_64 random(1);
  StoryIndex index({.bytes_max = size_t{4} << 30});
  std::vector<Signature> last(100);
  uint64_t count = 0;
  Stopwatch adding;
  const auto add = [&] {
    const bool is_copy = count % 10 == 9;
    const Signature signature =
        is_copy ? last[random() % last.size()] : RandomSignature(&random);
    last[count % last.size()] = signature;
    const std::string id = StrCat("article-", count);
    const std::string site = StrCat("site-", random() % 5000, ".example");
    adding.Time([&] {
      benchmark::DoNotOptimize(
          index.Add({.id = id, .site = site, .signature = &signature},
                    absl::FromUnixMillis(static_cast<int64_t>(count) * 200)));
    });
    ++count;
  };
  while (count < static_cast<uint64_t>(state.range(0))) {
    add();
  }
  adding.Take();
  for (auto _ : state) {
    add();
    state.SetIterationTime(adding.Take());
  }
  state.counters["bytes_per_article"] =
      static_cast<double>(index.bytes()) / static_cast<double>(count);
}
BENCHMARK(BM_Group)
    ->ArgName("articles")
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->UseManualTime()
    ->Iterations(50'000);

}  // namespace
}  // namespace presshawk

BENCHMARK_MAIN();
