// SPDX-License-Identifier: Apache-2.0
// Each stage by itself, per language, for work on that stage: google-benchmark.
// For claims use presshawk_bench, which compares within a run.
//
// Articles of $PRESSHAWK_BENCH_DATA (default ../shared/data); without them the
// samples of the demo.
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "bench/macro/corpus.h"
#include "cmd/samples/samples.h"
#include "core/alerts/alert_builder.h"
#include "core/base/str_cat.h"
#include "ingest/json/article_decoder.h"
#include "matchers/query_set.h"

namespace presshawk {
namespace {

struct Language {
  std::vector<std::string> lines;
  std::vector<std::string> texts;  // What the articles view.
  std::vector<Article> articles;
  uint64_t json_bytes = 0;
  uint64_t text_bytes = 0;
};

std::vector<std::string> LinesOf(const std::string& file) {
  const char* const set = std::getenv("PRESSHAWK_BENCH_DATA");
  const std::string path =
      StrCat(std::string_view(set != nullptr ? set : "../shared/data"),
             "/articles/", file, ".ndjson.zst");
  if (std::filesystem::exists(path)) {
    return LoadCorpus(path, 4'000'000).lines;
  }
  const std::vector<std::string_view> lines = SampleArticleLines();
  return {lines.begin(), lines.end()};
}

const Mapping& GenericMapping() {
  static const Mapping mapping = *LoadMapping("generic");
  return mapping;
}

const Language& Load(const std::string& file) {
  static std::map<std::string, Language> languages;
  Language& language = languages[file];
  if (!language.lines.empty()) {
    return language;
  }
  language.lines = LinesOf(file);
  language.texts.reserve(language.lines.size() * 2);
  JsonArticleDecoder decoder(GenericMapping());
  std::vector<Article> articles;
  std::vector<Reject> rejects;
  for (const std::string& line : language.lines) {
    const std::string_view view = line;
    language.json_bytes += line.size();
    decoder.Decode({&view, 1}, &articles, &rejects);
    if (articles.empty()) {
      continue;
    }
    Article article;
    article.id = "id";
    for (const Field field : {Field::kTitle, Field::kBody}) {
      language.texts.emplace_back(articles[0].text_of(field));
      article.text[static_cast<size_t>(field)] = language.texts.back();
      language.text_bytes += language.texts.back().size();
    }
    language.articles.push_back(article);
  }
  return language;
}

void SetBytes(benchmark::State& state, uint64_t bytes) {
  state.SetBytesProcessed(static_cast<int64_t>(bytes) *
                          static_cast<int64_t>(state.iterations()));
}

void Decode(benchmark::State& state, const std::string& file) {
  const Language& language = Load(file);
  const std::vector<std::string_view> views(language.lines.begin(),
                                            language.lines.end());
  JsonArticleDecoder decoder(GenericMapping());
  std::vector<Article> articles;
  std::vector<Reject> rejects;
  for (auto _ : state) {
    for (size_t i = 0; i < views.size(); i += 64) {
      decoder.Decode(absl::MakeConstSpan(views).subspan(i, 64), &articles,
                     &rejects);
      benchmark::DoNotOptimize(articles.data());
    }
  }
  SetBytes(state, language.json_bytes);
}

void Canonicalize(benchmark::State& state, const std::string& file) {
  const Language& language = Load(file);
  ArticleText text;
  for (auto _ : state) {
    for (const Article& article : language.articles) {
      benchmark::DoNotOptimize(text.Assign(article, ~size_t{0}));
    }
  }
  SetBytes(state, language.text_bytes);
}

// The same steps by ICU alone, character by character: what the canonicalizer
// has to beat.
void CanonicalizeByIcu(benchmark::State& state, const std::string& file) {
  const Language& language = Load(file);
  UErrorCode error = U_ZERO_ERROR;
  const auto* nfkc = icu::Normalizer2::getNFKCCasefoldInstance(error);
  const auto* nfd = icu::Normalizer2::getNFDInstance(error);
  std::string out;
  for (auto _ : state) {
    for (const std::string& text : language.texts) {
      const icu::UnicodeString folded = nfd->normalize(
          nfkc->normalize(icu::UnicodeString::fromUTF8(text), error), error);
      icu::UnicodeString tokens = u" ";
      for (int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
        const UChar32 c = folded.char32At(i);
        const uint32_t category = U_GET_GC_MASK(c);
        if ((category & (U_GC_L_MASK | U_GC_N_MASK)) != 0) {
          tokens.append(c);
        } else if ((category & U_GC_M_MASK) == 0 &&
                   tokens[tokens.length() - 1] != u' ') {
          tokens.append(u' ');
        }
      }
      out.clear();
      tokens.toUTF8String(out);
      benchmark::DoNotOptimize(out.data());
    }
  }
  SetBytes(state, language.text_bytes);
}

// A thousand words of the articles, each a list.
std::shared_ptr<const QuerySet> WordsOf(const Language& language) {
  std::map<std::string, int> words;
  ArticleText text;
  for (const Article& article : language.articles) {
    if (!text.Assign(article, ~size_t{0})) {
      continue;
    }
    const std::string_view canonical = text.canonical();
    for (size_t at = 1; at < canonical.size() && words.size() < 20'000;) {
      const size_t end = canonical.find(' ', at);
      if (end == std::string_view::npos) {
        break;
      }
      if (end - at > 4 && canonical[at] != '\1') {
        ++words[std::string(canonical.substr(at, end - at))];
      }
      at = end + 1;
    }
  }
  std::vector<WatchList> lists;
  for (const auto& [word, count] : words) {
    if (count < 3 && lists.size() < 1000) {
      WatchList& list = lists.emplace_back();
      list.id = list.name = StrCat("l", lists.size());
      list.terms.push_back({word, {}});
    }
  }
  return *QuerySet::Compile(lists, {});
}

enum class Until { kScan, kEvaluate, kAlert };

void Match(benchmark::State& state, const std::string& file, Until until) {
  const Language& language = Load(file);
  const std::shared_ptr<const QuerySet> set = WordsOf(language);
  const std::unique_ptr<Matcher> matcher = set->NewMatcher();
  std::vector<ArticleText> texts;
  for (const Article& article : language.articles) {
    texts.emplace_back();
    benchmark::DoNotOptimize(texts.back().Assign(article, ~size_t{0}));
  }
  AlertBuilder builder({});
  builder.BeginBatch(set->id(), absl::UnixEpoch());
  std::vector<ListSlot> slots;
  std::vector<Hit> hits;
  std::string json;
  uint64_t alerts = 0;
  for (auto _ : state) {
    for (size_t i = 0; i < texts.size(); ++i) {
      benchmark::DoNotOptimize(matcher->Scan(texts[i]));
      if (until == Until::kScan) {
        continue;
      }
      matcher->Evaluate(language.articles[i], texts[i], &slots);
      alerts += slots.size();
      if (until == Until::kEvaluate || slots.empty()) {
        continue;
      }
      json.clear();
      builder.BeginArticle(language.articles[i], texts[i], {.source = "bench"});
      for (const ListSlot slot : slots) {
        matcher->CollectHits(slot, texts[i], &hits);
        builder.Append(set->list(slot), &hits, &json);
      }
      benchmark::DoNotOptimize(json.data());
    }
  }
  SetBytes(state, language.text_bytes);
  state.counters["alerts"] = benchmark::Counter(static_cast<double>(alerts),
                                                benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(Decode, english, "abp");
BENCHMARK_CAPTURE(Decode, snippets, "newsapi");
BENCHMARK_CAPTURE(Canonicalize, english, "abp");
BENCHMARK_CAPTURE(Canonicalize, russian, "nerel");
BENCHMARK_CAPTURE(Canonicalize, arabic, "ant_arabic_multi");
BENCHMARK_CAPTURE(Canonicalize, chinese, "sina_zh");
BENCHMARK_CAPTURE(Canonicalize, turkish, "ttc3600");
BENCHMARK_CAPTURE(Canonicalize, german, "gnad");
BENCHMARK_CAPTURE(Canonicalize, portuguese, "fakebr");
BENCHMARK_CAPTURE(Canonicalize, ukrainian, "brownuk");
BENCHMARK_CAPTURE(Canonicalize, slavic, "bsnlp");
BENCHMARK_CAPTURE(Canonicalize, african, "masakhane");
BENCHMARK_CAPTURE(Canonicalize, mixed_hindi, "newsapi");
BENCHMARK_CAPTURE(CanonicalizeByIcu, english, "abp");
BENCHMARK_CAPTURE(CanonicalizeByIcu, russian, "nerel");
BENCHMARK_CAPTURE(CanonicalizeByIcu, arabic, "ant_arabic_multi");
BENCHMARK_CAPTURE(CanonicalizeByIcu, chinese, "sina_zh");
BENCHMARK_CAPTURE(Match, scan, "abp", Until::kScan);
BENCHMARK_CAPTURE(Match, evaluate, "abp", Until::kEvaluate);
BENCHMARK_CAPTURE(Match, alert, "abp", Until::kAlert);

}  // namespace
}  // namespace presshawk

BENCHMARK_MAIN();
