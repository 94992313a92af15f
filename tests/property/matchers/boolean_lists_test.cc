// SPDX-License-Identifier: Apache-2.0
// Boolean lists as analysts write them, on real articles in ten languages:
// matchers/ against tests/reference, which lists hold and by which hits.
//
// PRESSHAWK_LISTS, PRESSHAWK_ARTICLES: how many, over all languages.
// PRESSHAWK_SEED: other lists.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "ingest/json/article_decoder.h"
#include "matchers/query/parser.h"
#include "matchers/query_set.h"
#include "tests/property/matchers/described_hits.h"
#include "tests/property/matchers/saved_and_opened.h"
#include "tests/property/text/shared_texts.h"
#include "tests/support/boolean_queries.h"

namespace presshawk::testing {
namespace {

// English, Arabic, Chinese, Portuguese, Turkish, German, Spanish, Ukrainian,
// Russian, and six more in one.
constexpr const char* kFiles[] = {
    "abp",  "ant_arabic_multi", "sina_zh", "fakebr", "ttc3600",
    "gnad", "fakes_es",         "brownuk", "nerel",  "bsnlp"};

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* const value = std::getenv(name);
  return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

// Decodes articles one by one.
class ArticleReader {
 public:
  // Null where the line is no article. Valid until the next call.
  const Article* Read(std::string_view line) {
    decoder_.Decode({&line, 1}, &articles_, &rejects_);
    return articles_.empty() ? nullptr : articles_.data();
  }

 private:
  const Mapping mapping_ = *LoadMapping("generic");
  JsonArticleDecoder decoder_{mapping_};
  std::vector<Article> articles_;
  std::vector<Reject> rejects_;
};

struct Lists {
  std::vector<WatchList> lists;
  std::vector<ParsedQuery> parsed;
  reference::ReferenceLists reference;
};

Lists MakeLists(const std::vector<std::string>& lines, size_t count,
                uint64_t seed) {
  std::mt19937_64 random(seed);
  ArticleReader reader;
  std::vector<Theme> themes;
  for (const std::string& line : lines) {
    if (const Article* const article = reader.Read(line)) {
      themes.push_back(ThemeOfText(article->text_of(Field::kBody), &random));
    }
  }
  BooleanQueries queries(themes, &random);
  Lists made;
  made.lists.resize(count);
  for (WatchList& list : made.lists) {
    list.id = list.name = StrCat("list-", made.parsed.size());
    list.query = WatchListTerm{queries.Next(), {}};
    made.parsed.push_back(ParseQuery(list.query->text));
    made.reference[list.id].query = made.parsed.back().root.get();
  }
  return made;
}

struct Counts {
  std::atomic<uint64_t> pairs = 0;
  std::atomic<uint64_t> held = 0;
  std::atomic<bool> failed = false;
};

// Takes the lines whose number is `first` modulo `step`.
void Compare(const Lists& lists, const QuerySet& set,
             const std::vector<std::string>& lines, size_t first, size_t step,
             Counts* counts) {
  const std::unique_ptr<Matcher> matcher = set.NewMatcher();
  ArticleReader reader;
  ArticleText text;
  std::vector<ListSlot> slots;
  for (size_t i = first; i < lines.size() && !counts->failed; i += step) {
    const Article* const article = reader.Read(lines[i]);
    if (article == nullptr) {
      continue;
    }
    counts->failed = counts->failed || !text.Assign(*article, ~size_t{0}) ||
                     !matcher->Scan(text);
    matcher->Evaluate(*article, text, &slots);
    Article plain = *article;  // HTML to text is tested elsewhere.
    for (const Field field : kFields) {
      plain.text[static_cast<size_t>(field)] = text.original(field);
    }
    const reference::ReferenceArticle expected(plain);
    for (ListSlot slot = 0; slot < set.size(); ++slot) {
      const std::string id(set.list(slot).id);
      const bool holds = std::binary_search(slots.begin(), slots.end(), slot);
      std::string ours;
      std::string theirs;
      if (holds) {
        ours = DescribeHits(matcher.get(), slot, text);
        ++counts->held;
      }
      if (expected.Holds(lists.reference, id)) {
        theirs = DescribeHits(expected, lists.reference, id);
      }
      ++counts->pairs;
      if (ours != theirs) {
        const size_t number = std::strtoull(id.c_str() + 5, nullptr, 10);
        ADD_FAILURE() << "query: " << lists.lists[number].query->text
                      << "\narticle: " << lines[i] << "\nours:\n"
                      << ours << "theirs:\n"
                      << theirs;
        counts->failed = true;
        return;
      }
    }
  }
}

TEST(BooleanListsTest, ListsOfAnalystsOnTenLanguagesEqualTheReference) {
  const size_t articles = FromEnvironment("PRESSHAWK_ARTICLES", 100);
  const size_t list_count = FromEnvironment("PRESSHAWK_LISTS", 300);
  const uint64_t seed = FromEnvironment("PRESSHAWK_SEED", 20260101);
  std::vector<std::string> lines;
  for (size_t i = 0; i < std::size(kFiles); ++i) {
    // What a small file cannot give, the next one does.
    const size_t due = articles * (i + 1) / std::size(kFiles) - lines.size();
    const auto some = SampleArticleLines(PRESSHAWK_SHARED_DATA,
                                         StrCat(kFiles[i], ".ndjson.zst"), due);
    lines.insert(lines.end(), some.begin(), some.end());
  }
  if (lines.empty()) {
    GTEST_SKIP() << "no shared data here";
  }
  const Lists lists = MakeLists(lines, list_count, seed);
  const auto compiled = QuerySet::Compile(lists.lists, {});
  ASSERT_TRUE(compiled.ok());
  // Half of the articles go through what came out of a file.
  const std::shared_ptr<const QuerySet> opened = SavedAndOpened(**compiled);
  ASSERT_NE(opened, nullptr);
  const std::shared_ptr<const QuerySet> sets[] = {*compiled, opened};
  // Some wildcards are errors: `*'s` has nothing to look for.
  ASSERT_GT(opened->size(), list_count * 98 / 100);
  Counts counts;
  std::vector<std::thread> threads;
  const size_t cores = std::max(1U, std::thread::hardware_concurrency());
  for (size_t i = 0; i < cores; ++i) {
    threads.emplace_back(
        [&, i] { Compare(lists, *sets[i % 2], lines, i, cores, &counts); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  std::printf("seed %llu, %zu lists: %llu pairs compared, %llu held\n",
              static_cast<unsigned long long>(seed), opened->size(),
              static_cast<unsigned long long>(counts.pairs),
              static_cast<unsigned long long>(counts.held));
  EXPECT_GT(counts.held, 0U);
}

}  // namespace
}  // namespace presshawk::testing
