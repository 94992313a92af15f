// SPDX-License-Identifier: Apache-2.0
// Laws that hold whatever a query means: De Morgan, commuted and repeated
// operands, print and read again, other lists beside it, a set in parts.
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <utility>

#include <gtest/gtest.h>

#include "absl/functional/function_ref.h"
#include "core/alerts/placed_hits.h"
#include "core/base/str_cat.h"
#include "core/text/canonicalize.h"
#include "matchers/query/parser.h"
#include "matchers/query_set_parts.h"
#include "tests/property/matchers/random_query.h"
#include "tests/support/every_list_triggers.h"

namespace presshawk::testing {
namespace {

const std::vector<std::string>& Texts() {
  static const auto& texts = *new std::vector<std::string>{
      "The Kremlin’s “US election” bet: a wire story from Washington. AT&T and "
      "C++ users pay 5 % more; U.S. officials asked us to wait.",
      "Кремль заявил: выборы в США пройдут 3 ноября. Ёлка, й и ї — буквы.",
      "特朗普与普京通话 AI技术 美国大选 U.S.的 東京タワー",
      "a b c a b a c c b a b c",
      "A said a.\nB said b, c! C? a b\n \nA b c.",
      "US us Us u.s. U.S. #us $us us% {us} us+ C++",
      "a b said.\n\nPhoto: a b c, US election\n\nc b a. Sign up for our a b "
      "newsletter."};
  return texts;
}

// List id to its hits, of one article.
using Held = std::map<std::string, std::string>;

class MetamorphicTest : public ::testing::Test {
 protected:
  static Held Run(const std::vector<WatchList>& lists, const Article& article,
                  const QuerySet::Options& options = {}) {
    const auto query_set = QuerySet::Compile(lists, options);
    EXPECT_TRUE(query_set.ok());
    EXPECT_EQ((*query_set)->size(), lists.size());
    return Ask(**query_set, article);
  }
  // With the triggers that `make` gives for the program of the lists.
  static Held RunWithTriggers(
      const std::vector<WatchList>& lists, const Article& article,
      absl::FunctionRef<Triggers(const Program&)> make) {
    std::vector<const WatchList*> pointers;
    for (const WatchList& list : lists) {
      pointers.push_back(&list);
    }
    CheckedLists checked = CheckLists(pointers);
    const std::vector<uint32_t> good = checked.good;
    EXPECT_EQ(good.size(), lists.size());
    auto parts = CompileParts(pointers, std::move(checked), good, {});
    EXPECT_TRUE(parts.ok());
    parts->triggers = make(parts->program);
    return Ask(QuerySet(*std::move(parts)), article);
  }
  static Held Ask(const QuerySet& query_set, const Article& article) {
    const auto matcher = query_set.NewMatcher();
    ArticleText text;
    EXPECT_TRUE(text.Assign(article, ~size_t{0}));
    EXPECT_TRUE(matcher->Scan(text));
    std::vector<ListSlot> slots;
    matcher->Evaluate(article, text, &slots);
    Held held;
    for (const ListSlot slot : slots) {
      std::vector<Hit> hits;
      std::vector<PlacedHit> placed;
      matcher->CollectHits(slot, text, &hits);
      PlaceHits(text, &hits, ~size_t{0}, &placed);
      std::string& described = held[std::string(query_set.list(slot).id)];
      for (const PlacedHit& hit : placed) {
        StrAppend(&described, FieldName(hit.field), hit.code_points.begin, "-",
                  hit.code_points.end, " ", hit.term, ";");
      }
    }
    return held;
  }
  static WatchList List(std::string id, std::string query) {
    WatchList list;
    list.id = std::move(id);
    list.query = WatchListTerm{std::move(query), {}};
    return list;
  }
  Article RandomArticle() {
    Article article;
    article.id = "article-1";
    article.lang = "en";
    article.meta[static_cast<size_t>(MetaField::kLang)] = {&lang_, 1};
    article.text[static_cast<size_t>(Field::kTitle)] = Text();
    article.text[static_cast<size_t>(Field::kBody)] = Text();
    return article;
  }
  std::string_view Text() { return Texts()[random_() % Texts().size()]; }
  std::string Query() { return query_.Next({}); }
  // Both are good, and hold for the same articles; `and_hits`: with equal hits.
  void ExpectEqual(const std::string& left, const std::string& right,
                   const Article& article, bool and_hits) {
    const Held held = Run({List("left", left), List("right", right)}, article);
    EXPECT_EQ(held.contains("left"), held.contains("right")) << left << "\n"
                                                             << right;
    if (and_hits && held.contains("left") && held.contains("right")) {
      EXPECT_EQ(held.at("left"), held.at("right")) << left << "\n" << right;
    }
  }

  std::mt19937_64 random_{
      std::getenv("PRESSHAWK_SEED") != nullptr
          ? std::strtoull(std::getenv("PRESSHAWK_SEED"), nullptr, 10)
          : 20260101};
  RandomQuery query_{Texts(), &random_};
  std::string_view lang_ = "en";
  static constexpr int kRounds = 150;
};

TEST_F(MetamorphicTest, DeMorgan) {
  for (int i = 0; i < kRounds; ++i) {
    const std::string a = Query();
    const std::string b = Query();
    const std::string c = Query();
    const Article article = RandomArticle();
    ExpectEqual(StrCat("(", c, ") AND NOT ((", a, ") OR (", b, "))"),
                StrCat("(", c, ") AND NOT (", a, ") AND NOT (", b, ")"),
                article, true);
    ExpectEqual(StrCat("(", c, ") AND NOT ((", a, ") AND (", b, "))"),
                StrCat("(", c, ") AND ((NOT (", a, ")) OR (NOT (", b, ")))"),
                article, true);
    ExpectEqual(a, StrCat("NOT (NOT (", a, "))"), article, false);
  }
}

TEST_F(MetamorphicTest, OperandsCommuteAndMayBeSaidTwice) {
  for (int i = 0; i < kRounds; ++i) {
    const std::string a = Query();
    const std::string b = Query();
    const Article article = RandomArticle();
    for (const char* form : {" AND ", " OR "}) {
      ExpectEqual(StrCat("(", a, ")", form, "(", b, ")"),
                  StrCat("(", b, ")", form, "(", a, ")"), article, false);
      ExpectEqual(a, StrCat("(", a, ")", form, "(", a, ")"), article, true);
    }
  }
}

TEST_F(MetamorphicTest, PrintedAndReadAgainItIsTheSame) {
  for (int i = 0; i < 10 * kRounds; ++i) {
    const std::string a = Query();
    const ParsedQuery parsed = ParseQuery(a);
    ASSERT_NE(parsed.root, nullptr);
    const std::string printed = PrintQuery(*parsed.root);
    const ParsedQuery again = ParseQuery(printed);
    ASSERT_NE(again.root, nullptr) << a << "\n" << printed;
    EXPECT_EQ(PrintQuery(*again.root), printed) << a;
    if (i % 10 == 0) {
      ExpectEqual(a, printed, RandomArticle(), true);
    }
  }
}

TEST_F(MetamorphicTest, ASetInPartsIsTheWhole) {
  for (int i = 0; i < kRounds / 10; ++i) {
    std::vector<WatchList> all;
    std::vector<WatchList> parts[3];
    for (int k = 0; k < 60; ++k) {
      all.push_back(List(StrCat("list-", k), Query()));
      parts[k % 3].push_back(all.back());
    }
    const Article article = RandomArticle();
    Held united;
    for (const std::vector<WatchList>& part : parts) {
      united.merge(Run(part, article));
    }
    EXPECT_EQ(Run(all, article), united);
  }
}

TEST_F(MetamorphicTest, EnginesAndTriggersChangeNothing) {
  for (int i = 0; i < kRounds / 5; ++i) {
    std::vector<WatchList> lists;
    for (int k = 0; k < 30; ++k) {
      lists.push_back(List(StrCat("list-", k), Query()));
      if (k % 3 == 0) {  // The author is no default field.
        lists.back().terms.push_back({query_.Words(), {}});
      }
    }
    std::erase_if(lists, [](const WatchList& list) {
      return !list.terms.empty() &&
             Canonicalize(list.terms[0].text).size() <= 2;
    });
    Article article = RandomArticle();
    article.text[static_cast<size_t>(Field::kAuthor)] = Text();
    const Held held = Run(lists, article);
    EXPECT_EQ(held, RunWithTriggers(lists, article, &EveryListTriggers::Of));
    // Terms count as rare or frequent by chance.
    const auto by_chance = [this](const Program& program) {
      std::vector<double> frequencies(program.patterns);
      for (double& frequency : frequencies) {
        frequency = static_cast<double>(random_() % 1000);
      }
      return Triggers(program, std::move(frequencies));
    };
    EXPECT_EQ(held, RunWithTriggers(lists, article, by_chance));
    EXPECT_EQ(held, Run(lists, article, {.engine = QuerySet::Engine::kTokens}));
    EXPECT_EQ(held,
              Run(lists, article, {.engine = QuerySet::Engine::kHyperscan}));
  }
}

}  // namespace
}  // namespace presshawk::testing
