// SPDX-License-Identifier: Apache-2.0
#include "bench/macro/term_stages.h"

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "bench/macro/match_path.h"
#include "bench/macro/raw_primitives.h"
#include "bench/macro/rounds.h"
#include "ingest/json/article_decoder.h"

namespace presshawk {

void BenchTerms(const Inputs& inputs, const Mapping& mapping,
                const std::vector<std::string>& terms, int rounds) {
  const std::shared_ptr<const QuerySet> set =
      CompileTerms(terms, QuerySet::Engine::kAuto);
  const std::shared_ptr<const QuerySet> by_hyperscan =
      CompileTerms(terms, QuerySet::Engine::kHyperscan);
  const std::shared_ptr<const QuerySet> by_tokens =
      CompileTerms(terms, QuerySet::Engine::kTokens);
  RawHyperscan raw(terms);
  const std::unique_ptr<Matcher> matcher = set->NewMatcher();
  const std::unique_ptr<Matcher> hyperscan_matcher = by_hyperscan->NewMatcher();
  const std::unique_ptr<Matcher> token_matcher = by_tokens->NewMatcher();
  const auto scan_all = [&inputs](Matcher* which) {
    uint64_t scanned = 0;
    for (const ArticleText& t : inputs.canonical) {
      scanned += which->Scan(t) ? 1 : 0;
    }
    return scanned;
  };
  std::vector<ListSlot> slots;
  std::vector<ListSlot> other_slots;
  const Article none;

  // Answers first. Ours finds what raw matching on bytes cannot see (U.S. for
  // us, é for e), never less than it.
  uint64_t our_pairs = 0;
  uint64_t raw_pairs = 0;
  uint64_t fewer = 0;
  for (size_t i = 0; i < inputs.canonical.size(); ++i) {
    bool scanned = matcher->Scan(inputs.canonical[i]);
    matcher->Evaluate(none, inputs.canonical[i], &slots);
    for (Matcher* const other :
         {hyperscan_matcher.get(), token_matcher.get()}) {
      scanned &= other->Scan(inputs.canonical[i]);
      other->Evaluate(none, inputs.canonical[i], &other_slots);
      if (other_slots != slots) {
        std::fprintf(stderr, "the engines differ on article %zu\n", i);
        std::exit(1);
      }
    }
    const uint64_t by_raw = raw.CountDistinct(inputs.texts[i]);
    our_pairs += slots.size();
    raw_pairs += by_raw;
    fewer += !scanned || slots.size() < by_raw ? 1 : 0;
  }
  if (CountPairs(inputs.lines, &raw) != raw_pairs) {
    std::fprintf(stderr, "the plain pipeline finds other pairs\n");
    std::exit(1);
  }
  std::printf(
      "\n%zu terms: %.2f pairs an article; raw Hyperscan finds %.2f; articles "
      "where we find fewer: %llu\n\n",
      terms.size(),
      static_cast<double>(our_pairs) /
          static_cast<double>(inputs.canonical.size()),
      static_cast<double>(raw_pairs) /
          static_cast<double>(inputs.canonical.size()),
      static_cast<unsigned long long>(fewer));

  ArticleProcessor processor(std::make_unique<JsonArticleDecoder>(mapping),
                             kArticleBytesMax);
  processor.UseGeneration(set);
  PairCounter counter;
  AlertWriter writer(set.get());
  AlertWriter signing_writer(set.get(), AlertWriter::Signatures::kMake);
  JsonArticleDecoder decoder(mapping);
  ArticleText text;
  uint64_t sink = 0;
  const std::vector<Timing> timings = RunRounds(
      {{"raw hs_scan, caseless, boundary check",
        [&] {
          for (const std::string& t : inputs.texts) {
            sink += raw.CountDistinct(t);
          }
        }},
       {"scan, Hyperscan engine",
        [&] { sink += scan_all(hyperscan_matcher.get()); }},
       {"scan, token engine", [&] { sink += scan_all(token_matcher.get()); }},
       {"scan and evaluate",
        [&] {
          for (const ArticleText& t : inputs.canonical) {
            sink += matcher->Scan(t) ? 1 : 0;
            matcher->Evaluate(none, t, &slots);
            sink += slots.size();
          }
        }},
       {"decode", [&] { sink += DecodeAll(inputs, &decoder); }},
       {"canonicalize", [&] { sink += AssignAll(inputs, &text); }},
       {"canonicalize, scan and evaluate",
        [&] {
          for (const Article& article : inputs.articles) {
            sink += text.Assign(article, ~size_t{0}) ? 1 : 0;
            sink += matcher->Scan(text) ? 1 : 0;
            matcher->Evaluate(article, text, &slots);
            sink += slots.size();
          }
        }},
       {"the plain pipeline: simdjson, raw hs_scan",
        [&] { sink += CountPairs(inputs.lines, &raw); }},
       {"JSON to pairs", [&] { Process(inputs, &processor, &counter); }},
       {"JSON to alerts", [&] { Process(inputs, &processor, &writer); }},
       {"JSON to alerts and signatures",
        [&] { Process(inputs, &processor, &signing_writer); }}},
      rounds);
  const Timing& raw_timing = timings[0];
  std::printf(
      "| %zu terms (MB of JSON a second) | MB/s | of raw hs_scan |\n"
      "| --- | ---: | --- |\n",
      terms.size());
  for (const Timing& timing : timings) {
    PrintRow(timing, inputs.json_bytes,
             &timing == &raw_timing ? nullptr : &raw_timing);
  }
  const Spread whole =
      SpeedRatio(Find(timings, "JSON to pairs"),
                 Find(timings, "the plain pipeline: simdjson, raw hs_scan"));
  std::printf("JSON to pairs is %.2f (%.2f-%.2f) of the plain pipeline\n",
              whole.median, whole.min, whole.max);
  const Spread signing =
      SpeedRatio(Find(timings, "JSON to alerts and signatures"),
                 Find(timings, "JSON to alerts"));
  std::printf(
      "with signatures, JSON to alerts is %.3f (%.3f-%.3f) of that without\n",
      signing.median, signing.min, signing.max);
  const double stages = Find(timings, "decode").median() +
                        Find(timings, "canonicalize").median() +
                        Find(timings, "scan and evaluate").median();
  std::printf(
      "JSON to pairs is %.2f of the harmonic sum of its stages (checksum "
      "%llu)\n",
      stages / Find(timings, "JSON to pairs").median(),
      static_cast<unsigned long long>(
          (sink + counter.pairs + writer.alert_bytes) % 10));
}

}  // namespace presshawk
