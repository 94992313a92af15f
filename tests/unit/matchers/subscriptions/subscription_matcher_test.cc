// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/subscription_matcher.h"

#include "core/base/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "matchers/subscriptions/where_queries.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Alert SomeAlert() {
  Alert alert;
  alert.watchlist.id = "kremlin-us";
  alert.watchlist.labels = {{"desk", "politics"}, {"urgent", "yes"}};
  alert.article.id = "a1";
  alert.article.title = "Oil price falls";
  alert.article.author = "Anna Smith";
  alert.article.lang = "en; de";
  alert.article.source = "The Times; London";
  alert.article.url = "https://www.news.example/oil";
  return alert;
}

std::vector<uint32_t> Matching(std::vector<AlertMatch> matches,
                               const Alert& alert) {
  auto matcher =
      SubscriptionMatcher::Create(std::move(matches), CompileWhereQueries);
  EXPECT_TRUE(matcher.ok());
  std::vector<uint32_t> matching;
  (*matcher)->Match(alert, &matching);
  return matching;
}

bool WhereHolds(const std::string& where, const Alert& alert = SomeAlert()) {
  return !Matching({{.watchlists = {"*"}, .where = where}}, alert).empty();
}

TEST(MatchesIdPatternTest, StarsAndQuestionMarks) {
  EXPECT_TRUE(MatchesIdPattern("*", ""));
  EXPECT_TRUE(MatchesIdPattern("a*", "abc"));
  EXPECT_TRUE(MatchesIdPattern("*c", "abc"));
  EXPECT_TRUE(MatchesIdPattern("a*b*c", "aXbXbYc"));
  EXPECT_TRUE(MatchesIdPattern("a?c", "abc"));
  EXPECT_TRUE(MatchesIdPattern("abc", "abc"));
  EXPECT_TRUE(MatchesIdPattern("**", "abc"));
  EXPECT_FALSE(MatchesIdPattern("a?c", "ac"));
  EXPECT_FALSE(MatchesIdPattern("a*b", "abc"));
  EXPECT_FALSE(MatchesIdPattern("ABC", "abc"));
  EXPECT_FALSE(MatchesIdPattern("", "a"));
}

TEST(SubscriptionMatcherTest, AnyListAndAllLabels) {
  const Alert alert = SomeAlert();
  EXPECT_THAT(
      Matching({{.watchlists = {"kremlin-us"}},
                {.watchlists = {"kremlin*", "kremlin-us", "*"}},
                {.watchlists = {"other", "k?emlin-us"}},
                {.watchlists = {"kremlin"}},
                {.labels = {{"desk", "politics"}}},
                {.labels = {{"desk", "politics"}, {"urgent", "yes"}}},
                {.labels = {{"desk", "politics"}, {"urgent", "no"}}},
                {.watchlists = {"kremlin-us"}, .labels = {{"desk", "sports"}}},
                {.watchlists = {"other"}, .labels = {{"desk", "politics"}}},
                {}},
               alert),
      ElementsAre(0, 1, 2, 4, 5));
}

TEST(SubscriptionMatcherTest, AnAlertWithoutARelevancePasses) {
  Alert alert = SomeAlert();
  const std::vector<AlertMatch> matches = {
      {.watchlists = {"*"}, .min_relevance = 0},
      {.watchlists = {"*"}, .min_relevance = 40},
      {.watchlists = {"*"}, .min_relevance = 100}};
  EXPECT_THAT(Matching(matches, alert), ElementsAre(0, 1, 2));
  alert.relevance = 40;
  EXPECT_THAT(Matching(matches, alert), ElementsAre(0, 1));
  alert.relevance = 0;
  EXPECT_THAT(Matching(matches, alert), ElementsAre(0));
}

TEST(SubscriptionMatcherTest, WhereIsAskedOfTheAlertsArticle) {
  EXPECT_TRUE(WhereHolds("oil"));
  EXPECT_TRUE(WhereHolds("title:\"oil price\""));
  EXPECT_FALSE(WhereHolds("anna"));  // Unscoped: the title alone.
  EXPECT_TRUE(WhereHolds("author:anna"));
  EXPECT_TRUE(WhereHolds("lang:en AND lang:de"));
  EXPECT_FALSE(WhereHolds("lang:fr"));
  EXPECT_TRUE(WhereHolds("source:\"The Times; London\""));
  EXPECT_TRUE(WhereHolds("source:\"The Times\""));
  EXPECT_TRUE(WhereHolds("site:news.example"));  // Of the url.
  EXPECT_TRUE(WhereHolds("oil AND NOT gas"));
  EXPECT_FALSE(WhereHolds("oil AND NOT site:news.example"));
  EXPECT_TRUE(WhereHolds("id:* AND NOT site:other.example"));
  EXPECT_TRUE(WhereHolds("id:a1"));
  EXPECT_TRUE(WhereHolds("oil NEAR/3 falls"));
  Alert bare;
  bare.watchlist.id = "x";
  EXPECT_FALSE(WhereHolds("oil", bare));
}

TEST(SubscriptionMatcherTest, OneMatcherServesManyAlerts) {
  auto matcher =
      SubscriptionMatcher::Create({{.watchlists = {"a"}, .where = "oil"},
                                   {.watchlists = {"*"}, .where = "gas"},
                                   {.watchlists = {"b"}, .where = "oil"}},
                                  CompileWhereQueries);
  ASSERT_TRUE(matcher.ok());
  std::vector<uint32_t> matching = {7};
  Alert alert;
  alert.watchlist.id = "a";
  alert.article.title = "oil";
  (*matcher)->Match(alert, &matching);
  EXPECT_THAT(matching, ElementsAre(0));
  alert.article.title = "gas";
  (*matcher)->Match(alert, &matching);
  EXPECT_THAT(matching, ElementsAre(1));
  alert.watchlist.id = "b";
  alert.article.title = "oil and gas";
  (*matcher)->Match(alert, &matching);
  EXPECT_THAT(matching, ElementsAre(1, 2));
  alert.article.title = "";
  (*matcher)->Match(alert, &matching);
  EXPECT_THAT(matching, IsEmpty());
}

TEST(SubscriptionMatcherTest, ExplainSaysWhichPartDoesNotHold) {
  Alert alert = SomeAlert();
  alert.relevance = 10;
  auto matcher = SubscriptionMatcher::Create(
      {{.watchlists = {"kremlin*"}, .where = "gas", .min_relevance = 20},
       {.watchlists = {"x"}, .labels = {{"desk", "sports"}}}},
      CompileWhereQueries);
  ASSERT_TRUE(matcher.ok());
  const MatchParts first = (*matcher)->Explain(0, alert);
  EXPECT_TRUE(first.watchlists);
  EXPECT_TRUE(first.labels);
  EXPECT_FALSE(first.where);
  EXPECT_FALSE(first.relevance);
  EXPECT_FALSE(first.all());
  const MatchParts second = (*matcher)->Explain(1, alert);
  EXPECT_FALSE(second.watchlists);
  EXPECT_FALSE(second.labels);
  EXPECT_TRUE(second.where);
  EXPECT_TRUE(second.relevance);
}

TEST(SubscriptionMatcherTest, OfAHundredThousandFewAreLookedAt) {
  class CountingQueries : public WhereQueries {
   public:
    explicit CountingQueries(size_t* calls) : calls_(*calls) {}
    void Holding(const Alert& /*alert*/,
                 std::vector<uint32_t>* holding) override {
      ++calls_;
      holding->assign(1, 0);
    }

   private:
    size_t& calls_;
  };
  std::vector<AlertMatch> matches;
  for (int i = 0; i < 100'000; ++i) {
    matches.push_back(
        {.watchlists = {StrCat("list-", i)}, .where = i == 7 ? "oil" : ""});
  }
  size_t calls = 0;
  auto matcher = SubscriptionMatcher::Create(
      std::move(matches),
      [&](absl::Span<const std::string> queries)
          -> absl::StatusOr<std::unique_ptr<WhereQueries>> {
        EXPECT_EQ(queries.size(), 1U);
        return std::make_unique<CountingQueries>(&calls);
      });
  ASSERT_TRUE(matcher.ok());
  std::vector<uint32_t> matching;
  Alert alert;
  alert.watchlist.id = "list-99";
  (*matcher)->Match(alert, &matching);
  EXPECT_THAT(matching, ElementsAre(99));
  EXPECT_EQ(calls, 0U);  // Nobody who is left asks.
  alert.watchlist.id = "list-7";
  (*matcher)->Match(alert, &matching);
  EXPECT_THAT(matching, ElementsAre(7));
  EXPECT_EQ(calls, 1U);
}

}  // namespace
}  // namespace presshawk
