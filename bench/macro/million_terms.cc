// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "bench/macro/corpus.h"
#include "bench/macro/match_path.h"
#include "bench/macro/rounds.h"
#include "bench/macro/term_stages.h"
#include "core/text/canonicalize.h"
#include "ingest/json/article_decoder.h"

namespace presshawk {
namespace {

constexpr size_t kFew = 10'000;
constexpr size_t kMany = 1'000'000;

// Distinct canonical forms of at least three characters, filled up with pairs
// of words to enough for kMany that do not occur.
std::vector<std::string> Pool(const std::string& folder,
                              const std::vector<std::string>& terms) {
  absl::flat_hash_set<std::string> seen;
  std::vector<std::string> pool;
  const auto add = [&](const std::string& canonical) {
    if (canonical.size() >= 5 && seen.insert(canonical).second) {
      pool.push_back(canonical);
    }
  };
  for (const std::string& term : terms) {
    add(Canonicalize(term));
  }
  for (const std::string& pair :
       LoadWordPairs(folder + "/articles", 2 * kMany)) {
    add(pair);
  }
  return pool;
}

// One set beside the other, JSON to pairs, in one run.
void Compare(const Inputs& inputs, const Mapping& mapping, const char* title,
             const std::vector<std::string>& few,
             const std::vector<std::string>& many, int rounds) {
  std::vector<std::unique_ptr<ArticleProcessor>> processors;
  std::vector<PairCounter> counters(2);
  std::vector<Contestant> contestants;
  std::vector<double> pairs;
  for (const auto* terms : {&few, &many}) {
    PairCounter* const counter = &counters[processors.size()];
    processors.push_back(std::make_unique<ArticleProcessor>(
        std::make_unique<JsonArticleDecoder>(mapping), kArticleBytesMax));
    ArticleProcessor* const processor = processors.back().get();
    processor->UseGeneration(CompileTerms(*terms, QuerySet::Engine::kAuto));
    Process(inputs, processor, counter);
    pairs.push_back(static_cast<double>(counter->pairs) /
                    static_cast<double>(inputs.lines.size()));
    contestants.push_back({StrCat("JSON to pairs, ", terms->size(), " terms"),
                           [&inputs, processor, counter] {
                             Process(inputs, processor, counter);
                           }});
  }
  const std::vector<Timing> timings = RunRounds(contestants, rounds);
  std::printf(
      "\n%s: %.1f and %.1f pairs an article\n\n"
      "| | MB/s | of 10,000 terms |\n| --- | ---: | --- |\n",
      title, pairs[0], pairs[1]);
  PrintRow(timings[0], inputs.json_bytes, nullptr);
  PrintRow(timings[1], inputs.json_bytes, &timings[0]);
}

}  // namespace

void BenchMillionTerms(const Inputs& inputs, const Mapping& mapping,
                       const std::string& folder,
                       const std::vector<std::string>& terms, int rounds) {
  std::vector<std::string> texts;
  for (const ArticleText& text : inputs.canonical) {
    texts.emplace_back(text.canonical());
  }
  const std::vector<std::string> pool = Pool(folder, terms);
  {
    const std::vector<std::string> few = DrawOccurringTerms(terms, texts, kFew);
    std::vector<std::string> many = few;
    for (const std::string& other : NotOccurring(pool, texts)) {
      if (many.size() < kMany) {
        many.push_back(other);
      }
    }
    Compare(inputs, mapping, "as many hits an article", few, many, rounds);
  }
  const std::vector<std::string> many(
      pool.begin(),
      pool.begin() + static_cast<std::ptrdiff_t>(std::min(kMany, pool.size())));
  std::vector<std::string> few;
  for (size_t i = 0; i < many.size(); i += kMany / kFew) {
    few.push_back(many[i]);
  }
  Compare(inputs, mapping, "hits in proportion", few, many, rounds);
}

}  // namespace presshawk
