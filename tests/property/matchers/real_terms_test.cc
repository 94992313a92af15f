// SPDX-License-Identifier: Apache-2.0
// Real names as terms on real articles: the pairs of `match` against those of a
// reference that looks every run of words up.
//
// PRESSHAWK_CASES: articles of each file (default 150; 0: all of them).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "ingest/json/article_decoder.h"
#include "matchers/query_set.h"
#include "tests/reference/matchers/reference_surface.h"
#include "tests/reference/text/reference_text.h"

namespace presshawk {
namespace {

namespace fs = std::filesystem;

constexpr size_t kTerms = 10'000;

std::vector<std::string> ReadLines(const std::string& path, size_t max) {
  std::vector<std::string> lines;
  std::FILE* const pipe = popen(StrCat("zstd -dcq '", path, "'").c_str(), "r");
  char* line = nullptr;
  size_t capacity = 0;
  ssize_t size = 0;
  while (lines.size() < max && (size = getline(&line, &capacity, pipe)) > 0) {
    lines.emplace_back(
        line, static_cast<size_t>(size) - (line[size - 1] == '\n' ? 1 : 0));
  }
  std::free(line);
  pclose(pipe);
  return lines;
}

// Every so many of the names of all files, so that each file is in.
std::vector<std::string> SomeTerms(const fs::path& folder) {
  std::set<std::string> all;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().string().ends_with(".tsv.zst")) {
      for (const std::string& line : ReadLines(entry.path(), SIZE_MAX)) {
        const std::string term = line.substr(0, line.find('\t'));
        if (!reference::Canonicalize(term).tokens.empty()) {
          all.insert(term);
        }
      }
    }
  }
  std::vector<std::string> terms;
  const size_t step = std::max<size_t>(all.size() / kTerms, 1);
  size_t index = 0;
  for (const std::string& term : all) {
    if (index++ % step == 0 && terms.size() < kTerms) {
      terms.push_back(term);
    }
  }
  return terms;
}

// Terms by canonical form; the longest form in tokens.
struct TermTable {
  std::map<std::string, std::vector<size_t>> by_form;
  size_t tokens_max = 0;
};

// The terms that occur in a field, by their index.
void FindTerms(const std::vector<std::string>& terms, const TermTable& table,
               std::string_view text, std::set<size_t>* found) {
  const reference::Canonical canonical = reference::Canonicalize(text);
  for (size_t first = 0; first < canonical.tokens.size(); ++first) {
    std::string form = " ";
    for (size_t last = first;
         last < canonical.tokens.size() && last - first < table.tokens_max;
         ++last) {
      StrAppend(&form, canonical.tokens[last].text, " ");
      const auto at = table.by_form.find(form);
      if (at == table.by_form.end()) {
        continue;
      }
      for (const size_t term : at->second) {
        if (!found->contains(term) &&
            reference::SurfaceHolds(terms[term], false, false, text, canonical,
                                    first, last)) {
          found->insert(term);
        }
      }
    }
  }
}

TEST(RealTermsTest, TenThousandNamesOnRealArticlesEqualTheReference) {
  const fs::path data = PRESSHAWK_SHARED_DATA;
  if (!fs::exists(data / "terms")) {
    GTEST_SKIP() << "no shared data here";
  }
  const char* const cases = std::getenv("PRESSHAWK_CASES");
  size_t articles_max =
      cases != nullptr ? std::strtoull(cases, nullptr, 10) : 150;
  articles_max = articles_max == 0 ? SIZE_MAX : articles_max;
  const std::vector<std::string> terms = SomeTerms(data / "terms");
  TermTable table;
  std::vector<WatchList> lists(terms.size());
  for (size_t i = 0; i < terms.size(); ++i) {
    const reference::Canonical form = reference::Canonicalize(terms[i]);
    table.by_form[form.text].push_back(i);
    table.tokens_max = std::max(table.tokens_max, form.tokens.size());
    lists[i].id = StrCat(i);
    lists[i].terms.push_back({terms[i], {}});
  }
  const auto set = *QuerySet::Compile(lists, {});
  ASSERT_EQ(set->size(), terms.size());
  const auto matcher = set->NewMatcher();
  const Mapping mapping = *LoadMapping("generic");
  JsonArticleDecoder decoder(mapping);
  std::vector<Article> articles;
  std::vector<Reject> rejects;
  std::vector<ListSlot> slots;
  ArticleText text;
  uint64_t compared = 0;
  uint64_t pairs = 0;
  for (const auto& entry : fs::directory_iterator(data / "articles")) {
    for (const std::string& line : ReadLines(entry.path(), articles_max)) {
      const std::string_view view = line;
      decoder.Decode({&view, 1}, &articles, &rejects);
      if (articles.empty()) {
        continue;
      }
      ASSERT_TRUE(text.Assign(articles[0], ~size_t{0}));
      ASSERT_TRUE(matcher->Scan(text));
      matcher->Evaluate(articles[0], text, &slots);
      std::set<size_t> got;
      for (const ListSlot slot : slots) {
        got.insert(std::strtoull(std::string(set->list(slot).id).c_str(),
                                 nullptr, 10));
      }
      std::set<size_t> expected;
      for (const Field field : {Field::kTitle, Field::kSummary, Field::kBody}) {
        FindTerms(terms, table, text.original(field), &expected);
      }
      ASSERT_EQ(got, expected) << entry.path() << " " << articles[0].id;
      compared += terms.size();
      pairs += got.size();
    }
  }
  std::printf("%llu pairs of term and article compared, %llu held\n",
              static_cast<unsigned long long>(compared),
              static_cast<unsigned long long>(pairs));
  EXPECT_GT(pairs, 0U);
}

}  // namespace
}  // namespace presshawk
