// SPDX-License-Identifier: Apache-2.0
// What a signature costs, against canonicalizing the same article, and what it
// costs to group an article among a million: google-benchmark.
//
// Articles of $PRESSHAWK_BENCH_DATA (default ../shared/data); without them the
// samples of the demo.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <numeric>
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

// Canonicalizing an article, and its signature beside it. Each article counts
// with the least of its times in ten passes over all of them: another program's
// turn is not its cost, and by the next pass caches and branch predictors have
// forgotten it.
void BM_Signature(benchmark::State& state) {
  constexpr int kPasses = 10;
  ArticleText text;
  SignatureBuilder builder;
  Signature signature;
  Stopwatch watch;
  std::vector<double> canonicalizing, signing;
  size_t bytes = 0;
  for (auto _ : state) {
    bytes = 0;
    for (int pass = 0; pass < kPasses; ++pass) {
      size_t count = 0;
      ForEachArticle([&](const Article& article) {
        if (count == canonicalizing.size()) {
          canonicalizing.push_back(1);
          signing.push_back(1);
        }
        bool good = false;
        watch.Time([&] { good = text.Assign(article, size_t{1} << 26); });
        canonicalizing[count] = std::min(canonicalizing[count], watch.Take());
        if (good) {
          watch.Time([&] { builder.Build(article, text, &signature); });
          benchmark::DoNotOptimize(signature);
        }
        signing[count] = std::min(signing[count], watch.Take());
        bytes += pass == 0 ? article.text_of(Field::kBody).size() : 0;
        ++count;
      });
    }
  }
  const auto sum = [](const std::vector<double>& seconds) {
    return std::accumulate(seconds.begin(), seconds.end(), double{0});
  };
  const auto articles = static_cast<double>(signing.size());
  state.counters["body_bytes"] = static_cast<double>(bytes) / articles;
  state.counters["canonicalize_s"] = sum(canonicalizing) / articles;
  state.counters["signature_s"] = sum(signing) / articles;
  state.counters["ratio"] = sum(signing) / sum(canonicalizing);
}
BENCHMARK(BM_Signature)->Iterations(1);

// Of random hashes, as unlike each other as articles are: the smallest ones of
// 900 runs and of a lead, a title of ten words, twenty numbers.
Signature RandomSignature(std::mt19937_64* random) {
  Signature signature;
  const auto fill = [&](auto* sketch, size_t of) {
    using Hash = std::decay_t<decltype(sketch->hashes[0])>;
    std::vector<Hash> hashes(of);
    for (Hash& hash : hashes) {
      hash = static_cast<Hash>((*random)());
    }
    std::sort(hashes.begin(), hashes.end());
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    hashes.resize(std::min(hashes.size(), sketch->kSizeMax));
    std::copy(hashes.begin(), hashes.end(), sketch->hashes.begin());
    sketch->size = static_cast<uint32_t>(hashes.size());
  };
  signature.shingles = 900;
  fill(&signature.body, signature.shingles);
  fill(&signature.lead, 46);
  fill(&signature.title, 10);
  fill(&signature.numbers, 20);
  signature.source = static_cast<uint32_t>((*random)() % 5000 + 1);
  signature.url = (*random)();
  return signature;
}

// Full texts of one window; every tenth is a copy of one of the last hundred.
class Wire {
 public:
  struct Item {
    std::string id, site;
    Signature signature;
    absl::Time time;
  };

  Item Next() {
    const bool is_copy = count_ % 10 == 9;
    Item item = {
        .id = StrCat("article-", count_),
        .site = StrCat("site-", random_() % 5000, ".example"),
        .signature = is_copy ? last_[random_() % last_.size()]
                             : RandomSignature(&random_),
        .time = absl::FromUnixMillis(static_cast<int64_t>(count_) * 200)};
    last_[count_ % last_.size()] = item.signature;
    ++count_;
    return item;
  }

 private:
  std::mt19937_64 random_{1};
  std::vector<Signature> last_{100};
  uint64_t count_ = 0;
};

// Of this thread: another program's turn is not counted.
double CpuSeconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

double ResidentBytes() {
  double pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// One article more among `state.range(0)`: the median of 500 times 100.
void BM_Group(benchmark::State& state) {
  constexpr size_t kBatches = 500, kBatch = 100;
  const double bytes_before = ResidentBytes();
  // A window of 1,000,000 fits, and its furniture.
  StoryIndex index({.bytes_max = size_t{2} << 30});
  Wire wire;
  const auto add = [&](const Wire::Item& item) {
    benchmark::DoNotOptimize(index.Add(
        {.id = item.id, .site = item.site, .signature = &item.signature},
        item.time));
  };
  for (int64_t i = 0; i < state.range(0); ++i) {
    add(wire.Next());
  }
  const auto articles = static_cast<double>(state.range(0));
  state.counters["bytes_per_article"] =
      static_cast<double>(index.bytes()) / articles;
  state.counters["resident_per_article"] =
      (ResidentBytes() - bytes_before) / articles;
  std::vector<double> batches;
  for (auto _ : state) {
    for (size_t batch = 0; batch < kBatches; ++batch) {
      std::vector<Wire::Item> items(kBatch);
      std::generate(items.begin(), items.end(), [&] { return wire.Next(); });
      const double begin = CpuSeconds();
      for (const Wire::Item& item : items) {
        add(item);
      }
      batches.push_back(CpuSeconds() - begin);
    }
  }
  const auto median = batches.begin() + kBatches / 2;
  std::nth_element(batches.begin(), median, batches.end());
  state.counters["add_s"] = *median / kBatch;
  state.counters["closed_early"] = static_cast<double>(index.closed_early());
}
BENCHMARK(BM_Group)
    ->ArgName("articles")
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Iterations(1);

}  // namespace
}  // namespace presshawk

BENCHMARK_MAIN();
