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
#include "core/pipeline/article_processor.h"
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

class CountingHandler : public ArticleHandler {
 public:
  void OnReject(uint32_t, RejectReason, std::string_view) override {
    ++rejects;
  }
  void OnArticle(const MatchedArticle& matched) override {
    ++articles;
    lists += matched.slots.size();
  }
  size_t rejects = 0;
  size_t articles = 0;
  size_t lists = 0;
};

TEST(NoAllocationTest, AnArticleWithoutHitsAllocatesNothing) {
  // The good samples: sixteen languages, HTML, escapes.
  WatchListSet set;
  ParseWatchLists("lists.yaml",
                  "watchlists:\n"
                  "  - {id: a, terms: [never-in-any-sample, xyzzy plugh]}\n"
                  "  - {id: b, query: 'zzzz* AND {QQ} NEAR/3 quux'}\n",
                  &set);
  const auto query_set = *QuerySet::Compile(set.lists, {});
  const Mapping mapping = *LoadMapping("generic");
  ArticleProcessor processor(std::make_unique<JsonArticleDecoder>(mapping),
                             kArticleBytesMax);
  processor.UseGeneration(query_set);
  CountingHandler handler;
  StageTicks ticks;
  // Rejects may allocate: only what is an article.
  std::vector<std::string_view> good;
  for (const std::string_view view : SampleArticleLines()) {
    handler = CountingHandler();
    processor.Process({&view, 1}, &handler, &ticks);
    if (handler.articles == 1) {
      good.push_back(view);
    }
  }
  ASSERT_GE(good.size(), 60U);
  processor.Process(good, &handler, &ticks);
  handler = CountingHandler();
  counting = true;
  for (int round = 0; round < 3; ++round) {
    processor.Process(good, &handler, &ticks);
  }
  counting = false;
  EXPECT_EQ(handler.articles, 3 * good.size());
  EXPECT_EQ(handler.lists, 0U);
  EXPECT_EQ(allocations.load(), 0U);
}

}  // namespace
}  // namespace presshawk
