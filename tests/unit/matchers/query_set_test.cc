// SPDX-License-Identifier: Apache-2.0
// A matcher reports its work, and a set its engines, for measurements.
#include "matchers/query_set.h"

#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

WatchList ListOf(const std::string& id, const std::string& query) {
  WatchList list;
  list.id = list.name = id;
  list.query = WatchListTerm{query, {}};
  return list;
}

std::shared_ptr<const QuerySet> Compile(const std::vector<WatchList>& lists,
                                        QuerySet::Engine engine) {
  auto set = QuerySet::Compile(lists, {.engine = engine});
  EXPECT_TRUE(set.ok());
  return *set;
}

TEST(EvaluationRecordTest, CountsTheListsThatWereLookedAt) {
  const auto set = Compile(
      {ListOf("a", "kremlin AND moscow"), ListOf("b", "kremlin AND NOT moscow"),
       ListOf("c", "london AND paris")},
      QuerySet::Engine::kAuto);
  Article article;
  article.text[static_cast<size_t>(Field::kBody)] = "Kremlin and Moscow";
  ArticleText text;
  ASSERT_TRUE(text.Assign(article, 1 << 20));
  EvaluationRecord record;
  record.lists.resize(set->size());
  const std::unique_ptr<Matcher> matcher = set->NewRecordingMatcher(&record);
  std::vector<ListSlot> slots;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(matcher->Scan(text));
    matcher->Evaluate(article, text, &slots);
    EXPECT_EQ(slots, std::vector<ListSlot>{0});
  }
  EXPECT_EQ(record.lists[0].evaluations, 2);
  EXPECT_GT(record.lists[0].ticks, 0);
  EXPECT_EQ(record.lists[1].evaluations, 2);
  EXPECT_EQ(record.lists[2].evaluations, 0);  // None of its terms occurs.
}

TEST(EngineUseTest, SaysWhichEngineLooksForWhat) {
  std::vector<WatchList> lists = {ListOf("regex", "/CVE-[0-9]+/"),
                                  ListOf("inside", "mid*dle")};
  for (int i = 0; i < 200; ++i) {
    lists.push_back(ListOf(StrCat("t", i), StrCat("word", i)));
  }
  const EngineUse by_hyperscan =
      Compile(lists, QuerySet::Engine::kHyperscan)->engine_use();
  EXPECT_EQ(by_hyperscan.tokens, 0);
  EXPECT_EQ(by_hyperscan.regexes, 1);
  EXPECT_EQ(by_hyperscan.hyperscan, 201);
  for (const auto engine :
       {QuerySet::Engine::kAuto, QuerySet::Engine::kTokens}) {
    const EngineUse use = Compile(lists, engine)->engine_use();
    EXPECT_GE(use.tokens, 200);
    EXPECT_EQ(use.regexes, 1);
    EXPECT_EQ(use.tokens + use.hyperscan, 201);
  }
  lists.resize(10);
  EXPECT_EQ(Compile(lists, QuerySet::Engine::kAuto)->engine_use().tokens, 0);
}

}  // namespace
}  // namespace presshawk
