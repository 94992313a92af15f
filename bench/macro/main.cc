// SPDX-License-Identifier: Apache-2.0
// presshawk_bench: each stage against the raw primitive beneath it, and the
// whole against the sum of its stages, in interleaved rounds on real articles.
//
//   presshawk_bench [--data FOLDER] [--megabytes N] [--rounds N]
//                   [--only text|terms|million|lists] [--terms N]
//
// Answers are compared before anything is timed.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "bench/macro/boolean_lists.h"
#include "bench/macro/corpus.h"
#include "bench/macro/inputs.h"
#include "bench/macro/match_path.h"
#include "bench/macro/raw_primitives.h"
#include "bench/macro/rounds.h"
#include "bench/macro/term_stages.h"
#include "core/text/canonicalize.h"
#include "core/text/canonicalizer.h"
#include "ingest/json/article_decoder.h"

namespace presshawk {
namespace {

struct BenchOptions {
  std::string data = "../shared/data";
  uint64_t megabytes = 60;
  int rounds = 7;
  std::string only;  // One part; empty for all.
  size_t terms = 0;  // One size of the part `terms`; 0 for all.

  bool wants(std::string_view part) const {
    return only.empty() || only == part;
  }
};

// Without the article around the texts.
uint64_t CanonicalizeAll(const Inputs& inputs, Kernel kernel) {
  static CanonicalBuffer buffer;
  static std::vector<Checkpoint> checkpoints;
  uint64_t bytes = 0;
  for (const std::string& text : inputs.texts) {
    buffer.Clear();
    checkpoints.clear();
    CanonicalizeText(text, std::min(kernel, BestKernel()), /*wildcards=*/false,
                     ~size_t{0}, &buffer, &checkpoints);
    bytes += buffer.size();
  }
  return bytes;
}

void BenchText(const Inputs& inputs, const Mapping& mapping, int rounds) {
  JsonArticleDecoder decoder(mapping);
  ArticleText text;
  uint64_t sink = 0;
  const std::vector<Timing> timings =
      RunRounds({{"raw simdjson On-Demand, title and body",
                  [&] { sink += ReadTitleAndBody(inputs.lines); }},
                 {"decode", [&] { sink += DecodeAll(inputs, &decoder); }},
                 {"canonicalize, with the map back",
                  [&] { sink += AssignAll(inputs, &text); }},
                 {"canonicalize, AVX2 kernel",
                  [&] { sink += CanonicalizeAll(inputs, Kernel::kAvx2); }},
                 {"canonicalize, best kernel",
                  [&] { sink += CanonicalizeAll(inputs, BestKernel()); }},
                 {"canonicalize, portable",
                  [&] { sink += CanonicalizeAll(inputs, Kernel::kPortable); }}},
                rounds);
  const Timing& raw = timings[0];
  std::printf(
      "\n| stage (MB of JSON a second) | MB/s | of raw simdjson |\n"
      "| --- | ---: | --- |\n");
  for (const Timing& timing : timings) {
    PrintRow(timing, inputs.json_bytes, &raw == &timing ? nullptr : &raw);
  }
  std::printf("(checksum %llu)\n", static_cast<unsigned long long>(sink));
}

int Run(const BenchOptions& options) {
  const absl::StatusOr<Mapping> mapping = LoadMapping("generic");
  const Inputs inputs =
      Prepare(LoadCorpus(options.data + "/articles/abp.ndjson.zst",
                         options.megabytes * 1'000'000),
              *mapping);
  std::printf("%zu articles, %.1f MB of JSON, %.1f MB of text; %d rounds\n",
              inputs.lines.size(), static_cast<double>(inputs.json_bytes) / 1e6,
              static_cast<double>(inputs.text_bytes) / 1e6, options.rounds);
  if (options.wants("text")) {
    BenchText(inputs, *mapping, options.rounds);
  }
  std::vector<std::string> canonical_texts;
  for (const ArticleText& text : inputs.canonical) {
    canonical_texts.emplace_back(text.canonical());
  }
  const std::vector<std::string> all = LoadTerms(options.data + "/terms");
  for (const size_t count : {100, 1'000, 10'000, 100'000}) {
    if (options.wants("terms") && options.terms == 0) {
      BenchTerms(inputs, *mapping,
                 DrawOccurringTerms(all, canonical_texts, count),
                 options.rounds);
    }
  }
  if (options.wants("terms") && options.terms != 0) {
    BenchTerms(inputs, *mapping,
               DrawOccurringTerms(all, canonical_texts, options.terms),
               options.rounds);
  }
  if (options.wants("million")) {
    BenchMillionTerms(inputs, *mapping, options.data, all, options.rounds);
  }
  if (options.wants("lists")) {
    BenchBooleanLists(inputs, DrawOccurringTerms(all, canonical_texts, 10'000),
                      options.rounds);
  }
  return 0;
}

}  // namespace
}  // namespace presshawk

int main(int argc, char** argv) {
  presshawk::BenchOptions options;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--data") == 0) {
      options.data = argv[i + 1];
    } else if (std::strcmp(argv[i], "--megabytes") == 0) {
      options.megabytes = static_cast<uint64_t>(std::atoi(argv[i + 1]));
    } else if (std::strcmp(argv[i], "--rounds") == 0) {
      options.rounds = std::atoi(argv[i + 1]);
    } else if (std::strcmp(argv[i], "--only") == 0) {
      options.only = argv[i + 1];
    } else if (std::strcmp(argv[i], "--terms") == 0) {
      options.terms = static_cast<size_t>(std::atoll(argv[i + 1]));
    } else {
      std::fprintf(stderr, "unknown option %s\n", argv[i]);
      return 2;
    }
  }
  return presshawk::Run(options);
}
