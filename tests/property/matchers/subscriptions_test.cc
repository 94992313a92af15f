// SPDX-License-Identifier: Apache-2.0
// Random subscriptions and alerts: SubscriptionMatcher against a loop over all
// of them that asks every part by its definition (SPEC SUB-2, SUB-3), with the
// reference for `where`.
//
//   PRESSHAWK_SEED=7 PRESSHAWK_CASES=50 subscriptions_property_test
#include <cstdlib>
#include <memory>
#include <random>

#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/delivery/subscription_matcher.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "matchers/query/parser.h"
#include "matchers/subscriptions/subscription_files.h"
#include "matchers/subscriptions/where_queries.h"
#include "tests/property/matchers/random_query.h"
#include "tests/reference/matchers/reference_matcher.h"

namespace presshawk {
namespace {

size_t NumberFrom(const char* variable, size_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class World {
 public:
  explicit World(uint64_t seed) : random_(seed), query_(titles_, &random_) {}

  // One subscription as the reader takes it; it may be refused.
  std::string SubscriptionJson(size_t number) {
    std::string json =
        StrCat("{\"id\":\"s", number, "\",\"to\":[\"r\"],\"match\":{");
    const size_t before = json.size();
    if (!OneIn(4)) {
      json += "\"watchlists\":[";
      for (size_t i = 0, n = 1 + Below(3); i < n; ++i) {
        StrAppend(&json, i == 0 ? "\"" : ",\"", Any(patterns_), "\"");
      }
      json += "],";
    }
    if (OneIn(2)) {
      json += "\"labels\":{\"desk\":\"";
      StrAppend(&json, Any(desks_),
                OneIn(2) ? "\",\"urgent\":\"yes\"}," : "\"},");
    }
    if (OneIn(2)) {
      json += "\"where\":";
      AppendJsonString(Where(), &json);
      json += ',';
    }
    if (OneIn(3)) {
      StrAppend(&json, "\"min_relevance\":", Below(101), ",");
    }
    if (json.size() > before) {
      json.pop_back();
    }
    return json + "}}";
  }

  Alert NextAlert() {
    Alert alert;
    alert.watchlist.id = Any(lists_);
    if (!OneIn(3)) {
      alert.watchlist.labels.emplace_back("desk", Any(desks_));
    }
    if (OneIn(2)) {
      alert.watchlist.labels.emplace_back("urgent", OneIn(2) ? "yes" : "no");
    }
    alert.article.id = StrCat("a", Below(5));
    alert.article.title = Any(titles_);
    alert.article.author = OneIn(2) ? "Anna Smith" : "";
    alert.article.lang = OneIn(2) ? "en" : OneIn(2) ? "de" : "";
    alert.article.country = OneIn(3) ? "us" : "";
    alert.article.source = OneIn(2) ? "Reuters" : "The Times";
    if (OneIn(2)) {
      alert.article.site = "news.bbc.co.uk";
    } else {
      alert.article.url = "https://www.tabloid.example/x";
    }
    if (OneIn(2)) {
      alert.relevance = static_cast<uint32_t>(Below(101));
    }
    return alert;
  }

 private:
  size_t Below(size_t n) { return random_() % n; }
  bool OneIn(size_t n) { return Below(n) == 0; }
  const std::string& Any(const std::vector<std::string>& of) {
    return of[Below(of.size())];
  }

  std::string Where() {
    static const std::vector<std::string> metas = {
        "lang:en",        "lang:de",
        "site:bbc.co.uk", "site:tabloid.example",
        "source:Reuters", "country:us",
        "id:a1",          "author:anna"};
    switch (Below(4)) {
      case 0:
        return Any(metas);
      case 1:
        return StrCat(Any(metas), " AND NOT ", Any(metas));
      case 2:
        return StrCat("(", query_.Words(), ") OR ", Any(metas));
      default:
        return query_.Next({});
    }
  }

  std::mt19937_64 random_;
  const std::vector<std::string> titles_ = {
      "Oil price falls as the Kremlin waits",
      "US election: Trump says the Kremlin lied",
      "Gas and oil prices rise again in the US",
      "Nothing to see here, move along please"};
  const std::vector<std::string> lists_ = {"kremlin", "kremlin-us",
                                           "us-election", "oil", "a.b_c-d"};
  const std::vector<std::string> patterns_ = {
      "kremlin", "kremlin*", "*us*", "oil", "o?l", "*", "none", "?.b*", "x*y"};
  const std::vector<std::string> desks_ = {"politics", "markets"};
  testing::RandomQuery query_;
};

// By the definition, without any memory.
bool MeansId(std::string_view pattern, std::string_view id) {
  if (pattern.empty()) {
    return id.empty();
  }
  if (pattern[0] == '*') {
    return MeansId(pattern.substr(1), id) ||
           (!id.empty() && MeansId(pattern, id.substr(1)));
  }
  return !id.empty() && (pattern[0] == '?' || pattern[0] == id[0]) &&
         MeansId(pattern.substr(1), id.substr(1));
}

bool WhereMeans(const std::string& where, const Alert& alert) {
  Article article;
  const auto& about = alert.article;
  article.id = about.id;
  article.url = about.url;
  article.text = {about.title, "", "", about.author};
  const std::string_view values[] = {about.id, about.source, about.site,
                                     about.lang, about.country};
  for (size_t field = 0; field < std::size(values); ++field) {
    if (!values[field].empty()) {
      article.meta[field] = {&values[field], 1};
    }
  }
  const ParsedQuery parsed = ParseQuery(where);
  return reference::ReferenceArticle(article).Holds(
      {{"q", {.terms = {}, .query = parsed.root.get()}}}, "q");
}

bool Means(const AlertMatch& match, const Alert& alert) {
  bool lists = match.watchlists.empty();
  for (const std::string& pattern : match.watchlists) {
    lists = lists || MeansId(pattern, alert.watchlist.id);
  }
  for (const auto& label : match.labels) {
    bool found = false;
    for (const auto& has : alert.watchlist.labels) {
      found = found || has == label;
    }
    lists = lists && found;
  }
  if (match.min_relevance.has_value() && alert.relevance.has_value() &&
      *alert.relevance < *match.min_relevance) {
    return false;
  }
  return lists && (match.where.empty() || WhereMeans(match.where, alert));
}

TEST(SubscriptionsProperty, TheMatcherAgreesWithTheDefinition) {
  const size_t cases = NumberFrom("PRESSHAWK_CASES", 60);
  const uint64_t first = NumberFrom("PRESSHAWK_SEED", 1);
  size_t asked = 0;
  size_t held = 0;
  for (uint64_t seed = first; seed < first + cases; ++seed) {
    SCOPED_TRACE(StrCat("PRESSHAWK_SEED=", seed, " PRESSHAWK_CASES=1"));
    World world(seed);
    SubscriptionList list;
    for (size_t i = 0; i < 40; ++i) {
      ParseSubscriptionJson("random", 1, world.SubscriptionJson(i), "UTC",
                            &list);
    }
    std::vector<AlertMatch> matches;
    for (const Subscription& subscription : list.subscriptions) {
      matches.push_back(subscription.match);
    }
    auto matcher = SubscriptionMatcher::Create(matches, CompileWhereQueries);
    ASSERT_TRUE(matcher.ok());
    for (int i = 0; i < 20; ++i) {
      const Alert alert = world.NextAlert();
      std::vector<uint32_t> matching;
      (*matcher)->Match(alert, &matching);
      std::vector<uint32_t> expected;
      for (uint32_t s = 0; s < matches.size(); ++s) {
        const bool means = Means(matches[s], alert);
        asked += matches[s].where.empty() ? 0 : 1;
        held += means && !matches[s].where.empty() ? 1 : 0;
        if (means) {
          expected.push_back(s);
        }
        EXPECT_EQ((*matcher)->Explain(s, alert).all(), means)
            << matches[s].where;
      }
      ASSERT_EQ(matching, expected);
    }
  }
  // The samples are of both kinds.
  EXPECT_GT(held, asked / 50);
  EXPECT_LT(held, asked / 2);
}

}  // namespace
}  // namespace presshawk
