// presshawk_bench: each stage against the raw primitive beneath it, and the
// whole against the sum of its stages, in interleaved rounds on real articles.
//
//   presshawk_bench [--data FOLDER] [--megabytes N] [--rounds N]
//
// Answers are compared before anything is timed.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "bench/macro/boolean_lists.h"
#include "bench/macro/corpus.h"
#include "bench/macro/inputs.h"
#include "bench/macro/raw_primitives.h"
#include "bench/macro/rounds.h"
#include "core/alerts/alert_builder.h"
#include "core/base/str_cat.h"
#include "core/pipeline/article_processor.h"
#include "core/text/canonicalize.h"
#include "core/text/canonicalizer.h"
#include "ingest/json/article_decoder.h"
#include "matchers/query_set.h"

namespace presshawk {
namespace {

constexpr size_t kGroup = 64;  // Articles a call, as from a batch.

struct BenchOptions {
  std::string data = "../shared/data";
  uint64_t megabytes = 60;
  int rounds = 7;
};

class PairCounter : public ArticleHandler {
 public:
  void OnReject(uint32_t /*message*/, RejectReason /*reason*/,
                std::string_view /*detail*/) override {}
  void OnArticle(const MatchedArticle& matched) override {
    pairs += matched.slots.size();
  }
  uint64_t pairs = 0;
};

// Builds the alerts too, as `match` does.
class AlertWriter : public ArticleHandler {
 public:
  explicit AlertWriter(const QuerySet* set) : set_(set), builder_({}) {
    builder_.BeginBatch(set->id(), absl::UnixEpoch());
  }
  void OnReject(uint32_t /*message*/, RejectReason /*reason*/,
                std::string_view /*detail*/) override {}
  void OnArticle(const MatchedArticle& matched) override {
    if (matched.slots.empty()) {
      return;
    }
    builder_.BeginArticle(matched.article, matched.text, {.source = "bench"});
    for (const ListSlot slot : matched.slots) {
      matched.matcher.CollectHits(slot, matched.text, &hits_);
      builder_.Append(set_->list(slot), &hits_, &json_);
    }
    if (json_.size() > 1 << 20) {
      bytes += json_.size();
      json_.clear();
    }
  }
  uint64_t bytes = 0;

 private:
  const QuerySet* set_;
  AlertBuilder builder_;
  std::vector<Hit> hits_;
  std::string json_;
};

void Process(const Inputs& inputs, ArticleProcessor* processor,
             ArticleHandler* handler) {
  StageTicks ticks;
  const absl::Span<const std::string_view> views = inputs.views;
  for (size_t i = 0; i < views.size(); i += kGroup) {
    processor->Process(views.subspan(i, kGroup), handler, &ticks);
  }
}

std::shared_ptr<const QuerySet> CompileTerms(
    const std::vector<std::string>& terms, QuerySet::Engine engine) {
  std::vector<WatchList> lists(terms.size());
  for (size_t i = 0; i < terms.size(); ++i) {
    lists[i].id = lists[i].name = StrCat("t", i);
    lists[i].terms.push_back({terms[i], {}});
  }
  auto set = QuerySet::Compile(lists, {.engine = engine});
  if (!set.ok() || (*set)->size() != terms.size()) {
    std::fprintf(stderr, "the lists do not compile\n");
    std::exit(1);
  }
  return *set;
}

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
  std::vector<Article> articles;
  std::vector<Reject> rejects;
  ArticleText text;
  uint64_t sink = 0;
  const std::vector<Timing> timings = RunRounds(
      {{"raw simdjson On-Demand, title and body",
        [&] { sink += ReadTitleAndBody(inputs.lines); }},
       {"decode",
        [&] {
          const absl::Span<const std::string_view> views = inputs.views;
          for (size_t i = 0; i < views.size(); i += kGroup) {
            decoder.Decode(views.subspan(i, kGroup), &articles, &rejects);
            sink += articles.size();
          }
        }},
       {"canonicalize, with the map back",
        [&] {
          for (const Article& article : inputs.articles) {
            sink += text.Assign(article, ~size_t{0}) ? 1 : 0;
          }
        }},
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
  JsonArticleDecoder decoder(mapping);
  std::vector<Article> articles;
  std::vector<Reject> rejects;
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
       {"decode",
        [&] {
          const absl::Span<const std::string_view> views = inputs.views;
          for (size_t i = 0; i < views.size(); i += kGroup) {
            decoder.Decode(views.subspan(i, kGroup), &articles, &rejects);
            sink += articles.size();
          }
        }},
       {"canonicalize",
        [&] {
          for (const Article& article : inputs.articles) {
            sink += text.Assign(article, ~size_t{0}) ? 1 : 0;
          }
        }},
       {"canonicalize, scan and evaluate",
        [&] {
          for (const Article& article : inputs.articles) {
            sink += text.Assign(article, ~size_t{0}) ? 1 : 0;
            sink += matcher->Scan(text) ? 1 : 0;
            matcher->Evaluate(article, text, &slots);
            sink += slots.size();
          }
        }},
       {"JSON to pairs", [&] { Process(inputs, &processor, &counter); }},
       {"JSON to alerts", [&] { Process(inputs, &processor, &writer); }}},
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
  const double stages = Find(timings, "decode").median() +
                        Find(timings, "canonicalize").median() +
                        Find(timings, "scan and evaluate").median();
  std::printf(
      "JSON to pairs is %.2f of the harmonic sum of its stages (checksum "
      "%llu)\n",
      stages / Find(timings, "JSON to pairs").median(),
      static_cast<unsigned long long>((sink + counter.pairs + writer.bytes) %
                                      10));
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
  BenchText(inputs, *mapping, options.rounds);
  std::vector<std::string> canonical_texts;
  for (const ArticleText& text : inputs.canonical) {
    canonical_texts.emplace_back(text.canonical());
  }
  const std::vector<std::string> all = LoadTerms(options.data + "/terms");
  for (const size_t count : {100, 1'000, 10'000, 100'000}) {
    BenchTerms(inputs, *mapping,
               DrawOccurringTerms(all, canonical_texts, count), options.rounds);
  }
  BenchBooleanLists(inputs, DrawOccurringTerms(all, canonical_texts, 10'000),
                    options.rounds);
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
    } else {
      std::fprintf(stderr, "unknown option %s\n", argv[i]);
      return 2;
    }
  }
  return presshawk::Run(options);
}
