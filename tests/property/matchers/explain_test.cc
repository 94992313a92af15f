// SPDX-License-Identifier: Apache-2.0
// An explanation says what an alert would: on random lists of all forms the
// tree holds where the engine says so, and every part is explained.
#include <random>

#include <gtest/gtest.h>

#include "core/alerts/alert_builder.h"
#include "core/base/str_cat.h"
#include "matchers/explain/explainer.h"
#include "matchers/query_set.h"
#include "tests/property/matchers/random_query.h"
#include "tests/reference/matchers/printed_forms.h"

namespace presshawk::testing {
namespace {

const std::vector<std::string>& Texts() {
  static const auto& texts = *new std::vector<std::string>{
      "The Kremlin’s “US election” bet: a wire story from Washington. AT&T "
      "pays 5 % more; U.S. officials asked us to wait. #Kremlin trends.",
      "Кремль заявил: выборы в США пройдут 3 ноября. Bank Banka Bank-ku, "
      "Kremlinu Trumpes, Кремля.",
      "特朗普与普京通话 AI技术 美国大选 U.S.的", "a b c a b a c c b a b c",
      "The Kremlin asked.\n\nPhoto: Kremlin a b c, US election / AT&T\n\nSign "
      "up for our a b c newsletter."};
  return texts;
}

// Paragraphs side by side, as in a passage.
std::string WithoutBreaks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '\n') {
      out += c;
    } else if (!out.ends_with(' ')) {
      out += ' ';
    }
  }
  return out;
}

// A passage shows the hits, and what stands in the text around them.
void ExpectPassages(const Explanation& part, const ArticleText& text) {
  size_t shown = 0;
  for (const Passage& passage : part.passages) {
    std::string words;
    for (const Passage::Part& piece : passage.parts) {
      words += piece.text == "…" ? "" : piece.text;
      shown += piece.is_hit ? 1 : 0;
    }
    EXPECT_NE(WithoutBreaks(text.original(passage.field)).find(words),
              std::string::npos)
        << words;
  }
  EXPECT_LE(part.passages.size(), shown);
  EXPECT_EQ(!part.holds && !part.nearest.empty(),
            !part.holds && !part.passages.empty());
  for (const Explanation& child : part.children) {
    ExpectPassages(child, text);
  }
}

void ExpectWhy(const Explanation& part) {
  if (!part.holds && part.children.empty()) {
    EXPECT_NE(part.why, "") << part.text;
  }
  if (part.form == "term" && part.holds) {
    EXPECT_FALSE(part.hits.empty()) << part.text;
  }
  for (const Explanation& child : part.children) {
    ExpectWhy(child);
  }
}

TEST(ExplainTest, TheTreeHoldsWhereTheEngineSaysSo) {
  std::mt19937_64 random(11);
  RandomQuery query(Texts(), &random, /*with_forms=*/true);
  size_t held = 0;
  for (int round = 0; round < 12; ++round) {
    std::vector<WatchList> lists(8);
    std::vector<std::string> ids;
    for (size_t i = 0; i < lists.size(); ++i) {
      lists[i].id = StrCat("list-", i);
      lists[i].query = WatchListTerm{query.Next(ids), {}};
      if (random() % 3 == 0) {
        lists[i].forms = {"xa", "xb"};
      }
      lists[i].editorial = random() % 4 == 0;
      if (random() % 3 == 0) {
        lists[i].terms.push_back({"C* {Kremlin}?", {}});
      }
      ids.push_back(lists[i].id);
    }
    const auto query_set =
        QuerySet::Compile(lists, {.forms = reference::TestForms()});
    ASSERT_TRUE(query_set.ok());
    const auto matcher = (*query_set)->NewMatcher();
    Article article;
    article.id = "article-1";
    article.meta[static_cast<size_t>(MetaField::kId)] = {&article.id, 1};
    article.text[static_cast<size_t>(Field::kTitle)] =
        Texts()[random() % Texts().size()];
    article.text[static_cast<size_t>(Field::kBody)] =
        Texts()[random() % Texts().size()];
    ArticleText text;
    ASSERT_TRUE(text.Assign(article, ~size_t{0}));
    ASSERT_TRUE(matcher->Scan(text));
    std::vector<ListSlot> slots;
    matcher->Evaluate(article, text, &slots);
    AlertBuilder builder((AlertLimits()));
    builder.BeginArticle(article, text, {});
    const ListExplainer explainer(lists, reference::TestForms());
    const size_t indexes[] = {0, 1, 2, 3, 4, 5, 6, 7};
    const auto all = explainer.Explain(indexes, article, text);
    for (ListSlot slot = 0; slot < (*query_set)->size(); ++slot) {
      const auto tree = explainer.Explain(slot, article, text);
      ASSERT_TRUE(tree.ok()) << tree.status();
      // Alone or with all others, it is the same.
      EXPECT_EQ(tree->why, (*all[slot]).why);
      EXPECT_EQ(tree->holds, (*all[slot]).holds);
      const bool holds = std::binary_search(slots.begin(), slots.end(), slot);
      EXPECT_EQ(tree->holds, holds) << lists[slot].query->text;
      held += holds ? 1 : 0;
      ASSERT_EQ(tree->relevance.has_value(), holds);
      if (holds) {
        std::vector<Hit> hits;
        matcher->CollectHits(slot, text, &hits);
        EXPECT_EQ(tree->relevance->score, builder.RelevanceOf(&hits).score);
      }
      ExpectWhy(*tree);
      ExpectPassages(*tree, text);
    }
  }
  EXPECT_GT(held, 5U);
}

}  // namespace
}  // namespace presshawk::testing
