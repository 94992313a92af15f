// SPDX-License-Identifier: Apache-2.0
// In the steady state an article without hits costs no heap allocation between
// fetch and hand-over (ARCHITECTURE.md): malloc is counted here.
#include <atomic>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cmd/samples/samples.h"
#include "core/base/str_cat.h"
#include "core/matching/article_processor.h"
#include "ingest/json/article_decoder.h"
#include "matchers/query_set.h"

namespace {

std::atomic<bool> counting = false;
std::atomic<size_t> allocations = 0;

void* Allocate(size_t size) {
  if (counting.load(std::memory_order_relaxed)) {
    allocations.fetch_add(1, std::memory_order_relaxed);
  }
  void* const memory = std::malloc(size);
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

}  // namespace

void* operator new(size_t size) { return Allocate(size); }
void* operator new[](size_t size) { return Allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

namespace presshawk {
namespace {

struct Counts {
  size_t rejects = 0;
  size_t articles = 0;
  size_t lists = 0;
};

void Process(absl::Span<const Payload> payloads, ArticleProcessor* processor,
             Counts* counts) {
  StageTicks ticks;
  processor->Begin(payloads, &ticks);
  while (const ProcessedArticle* article = processor->Next()) {
    ++(article->reject != nullptr ? counts->rejects : counts->articles);
    counts->lists += article->slots.size();
  }
}

// Allocations of three rounds over the good samples (sixteen languages, HTML,
// escapes) once they were seen; how many lists held for them in *lists.
size_t CountAllocations(const char* yaml, size_t* lists) {
  WatchListSet set;
  ParseWatchLists("lists.yaml", yaml, &set);
  const auto query_set = *QuerySet::Compile(set.lists, {});
  const Mapping mapping = *LoadMapping("generic");
  ArticleProcessor processor(std::make_unique<JsonArticleDecoder>(mapping),
                             kArticleBytesMax);
  processor.UseGeneration(query_set);
  Counts counts;
  // Rejects may allocate: only what is an article.
  std::vector<Payload> good;
  for (const std::string_view view : SampleArticleLines()) {
    const Payload payload = {.text = view};
    counts = Counts();
    Process({&payload, 1}, &processor, &counts);
    if (counts.articles == 1) {
      good.push_back(payload);
    }
  }
  EXPECT_GE(good.size(), 60U);
  Process(good, &processor, &counts);
  counts = Counts();
  allocations = 0;
  counting = true;
  for (int round = 0; round < 3; ++round) {
    Process(good, &processor, &counts);
  }
  counting = false;
  EXPECT_EQ(counts.articles, 3 * good.size());
  *lists = counts.lists;
  return allocations.load();
}

// Every form of the presets that has many values of a field.
TEST(NoAllocationTest, NeitherDoesDecodingWithAnyPreset) {
  const std::vector<std::string> articles = {
      R"({"uri":"urn:1","headline":"A headline","headline_sub":"Another one",)"
      R"("body_text":"The text of it\u00e9.","body_xhtml":)"
      R"("<p>The text of it&#233;.</p>","subject":[{"name":"a"},{"name":"b"}]})",
      R"({"uri":"urn:3","headlines":[{"value":"A"},{"value":"B"}],"bodies":)"
      R"([{"value":"<p>Some text</p>"},{"value":"Some text"},{"value":"C"}]})",
      R"({"@id":"#a","headline":"H","author":[{"name":"A"},"B"],"keywords":)"
      R"("one, two,three","articleBody":["x","y"],"publisher":{"name":"P"}})",
      R"({"uri":"7","title":"T","authors":[{"name":"A"},{"name":"B"}]})"};
  for (const char* preset : {"generic", "newsapi", "ninjs1", "ninjs3", "webz",
                             "eventregistry", "schemaorg"}) {
    IgnoredFields ignored;
    JsonArticleDecoder decoder(*LoadMapping(preset), kArticleBytesMax,
                               &ignored);
    std::vector<Article> decoded;
    std::vector<Reject> rejects;
    std::vector<std::string_view> good;
    for (const std::string& article : articles) {
      const std::string_view payload = article;
      decoder.Decode({&payload, 1}, &decoded, &rejects);
      if (!decoded.empty()) {
        good.push_back(article);  // Rejects may allocate.
      }
    }
    ASSERT_FALSE(good.empty()) << preset;
    decoder.Decode(good, &decoded, &rejects);
    allocations = 0;
    counting = true;
    for (int round = 0; round < 3; ++round) {
      decoder.Decode(good, &decoded, &rejects);
    }
    counting = false;
    EXPECT_EQ(allocations.load(), 0U) << preset;
  }
}

TEST(NoAllocationTest, AnArticleWithoutHitsAllocatesNothing) {
  size_t lists = 0;
  EXPECT_EQ(CountAllocations(
                "watchlists:\n"
                "  - {id: a, terms: [never-in-any-sample, xyzzy plugh]}\n"
                "  - {id: b, query: 'zzzz* AND {QQ} NEAR/3 quux'}\n",
                &lists),
            0U);
  EXPECT_EQ(lists, 0U);
}

TEST(NoAllocationTest, NeitherDoesOneWithHits) {
  size_t lists = 0;
  EXPECT_EQ(
      CountAllocations("watchlists:\n"
                       "  - {id: a, terms: [the, Kremlin, US election]}\n"
                       "  - {id: b, query: 'the NEAR/5 (of OR in)'}\n"
                       "  - {id: c, query: 'elect* AND NOT title:the'}\n"
                       "  - {id: d, query: 'first/20(a) OR atleast/2(the)'}\n"
                       "  - {id: e, query: 'lang:english AND country:USA'}\n"
                       "  - {id: f, query: 'source:\"The Times\" OR site:b*'}\n"
                       "  - {id: g, query: 'tag:politics OR id:0*'}\n",
                       &lists),
      0U);
  EXPECT_GT(lists, 100U);
}

}  // namespace
}  // namespace presshawk
