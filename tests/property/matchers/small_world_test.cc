// SPDX-License-Identifier: Apache-2.0
// Every query of up to three nodes on every text of up to six words of {a, b,
// c}: matchers/ against tests/reference, hits included.
#include <cstdlib>
#include <memory>

#include <gtest/gtest.h>

#include "core/alerts/placed_hits.h"
#include "core/base/str_cat.h"
#include "matchers/query/parser.h"
#include "matchers/query_set.h"
#include "tests/reference/matchers/reference_matcher.h"

namespace presshawk::testing {
namespace {

using Strings = std::vector<std::string>;

Strings Texts(size_t words_max) {
  Strings texts = {""};
  for (size_t begin = 0, words = 0; words < words_max; ++words) {
    const size_t end = texts.size();
    for (; begin < end; ++begin) {
      for (const char* word : {"a", "b", "c"}) {
        texts.push_back(
            StrCat(texts[begin], texts[begin].empty() ? "" : " ", word));
      }
    }
  }
  return texts;
}

Strings Unary(const std::string& q) {
  Strings queries;
  for (const char* form : {"title:", "body:", "lead:"}) {
    queries.push_back(StrCat(form, "(", q, ")"));
  }
  for (const char* form :
       {"atleast/1", "atleast/2", "atleast/3", "first/1", "first/2"}) {
    queries.push_back(StrCat(form, "(", q, ")"));
  }
  return queries;
}

Strings Queries() {
  const Strings leaves = {"a", "b", "\"a b\"", "\"a a\"", "{a}", "/a b?/"};
  Strings queries;
  for (const std::string& x : leaves) {
    queries.push_back(x);
    for (const std::string& once : Unary(x)) {
      queries.push_back(once);
      for (const std::string& twice : Unary(once)) {
        queries.push_back(twice);
      }
    }
    for (const std::string& y : leaves) {
      for (const char* form :
           {" AND ", " OR ", " AND NOT ", " NEAR/0 ", " NEAR/1 ", " NEAR/2 ",
            " ONEAR/0 ", " ONEAR/1 ", " NOTNEAR/0 ", " NOTNEAR/1 ",
            " SENTENCE ", " PARAGRAPH "}) {
        queries.push_back(StrCat(x, form, y));
      }
    }
  }
  for (const char* words : {"a b", "a a", "a b c", "a b a", "a/b c"}) {
    for (int n = 0; n < 3; ++n) {
      queries.push_back(StrCat("\"", words, "\"~", n));
    }
  }
  std::erase_if(queries, [](const std::string& q) {
    return ParseQuery(q).root == nullptr;  // first/2(first/1(a)).
  });
  return queries;
}

std::string Describe(const std::vector<reference::ReferenceHit>& hits) {
  std::string text;
  for (const reference::ReferenceHit& hit : hits) {
    StrAppend(&text, " ", FieldName(hit.field), " ", hit.span.begin, "-",
              hit.span.end, " ", hit.term, ";");
  }
  return text;
}

class SmallWorld {
 public:
  SmallWorld() {
    for (const std::string& query : Queries()) {
      WatchList list;
      // Ids in byte order are in order of number: slots are indices.
      list.id = StrCat(1'000'000 + lists_.size());
      list.query = WatchListTerm{query, {}};
      parsed_.push_back(ParseQuery(query));
      reference_[list.id].query = parsed_.back().root.get();
      lists_.push_back(std::move(list));
    }
    query_set_ = *QuerySet::Compile(lists_, {});
    matcher_ = query_set_->NewMatcher();
  }
  size_t size() const { return query_set_->size(); }
  size_t expected_size() const { return lists_.size(); }

  // How many lists hold.
  size_t Compare(std::string_view title, std::string_view body) {
    Article article;
    article.id = "1";
    article.text[static_cast<size_t>(Field::kTitle)] = title;
    article.text[static_cast<size_t>(Field::kBody)] = body;
    EXPECT_TRUE(text_.Assign(article, ~size_t{0}));
    EXPECT_TRUE(matcher_->Scan(text_));
    matcher_->Evaluate(article, text_, &slots_);
    const reference::ReferenceArticle expected(article);
    for (ListSlot slot = 0; slot < lists_.size(); ++slot) {
      const WatchList& list = lists_[slot];
      const bool holds = std::binary_search(slots_.begin(), slots_.end(), slot);
      if (holds != expected.Holds(reference_, list.id)) {
        ADD_FAILURE() << list.query->text << " on \"" << title << "\", \""
                      << body << "\": holds " << holds;
        return 0;
      }
      if (holds && Describe(Hits(slot)) !=
                       Describe(expected.Hits(reference_, list.id))) {
        ADD_FAILURE() << list.query->text << " on \"" << title << "\", \""
                      << body << "\": " << Describe(Hits(slot)) << " not "
                      << Describe(expected.Hits(reference_, list.id));
        return 0;
      }
    }
    return slots_.size();
  }

 private:
  std::vector<reference::ReferenceHit> Hits(ListSlot slot) {
    std::vector<Hit> hits;
    std::vector<PlacedHit> placed;
    matcher_->CollectHits(slot, text_, &hits);
    PlaceHits(text_, &hits, ~size_t{0}, &placed);
    std::vector<reference::ReferenceHit> result;
    for (const PlacedHit& hit : placed) {
      result.push_back({hit.field, hit.code_points, std::string(hit.term)});
    }
    return result;
  }

  std::vector<WatchList> lists_;
  std::vector<ParsedQuery> parsed_;
  reference::ReferenceLists reference_;
  std::shared_ptr<const QuerySet> query_set_;
  std::unique_ptr<Matcher> matcher_;
  ArticleText text_;
  std::vector<ListSlot> slots_;
};

TEST(SmallWorldTest, EveryQueryOnEveryTextEqualsTheReference) {
  const char* const words = std::getenv("PRESSHAWK_WORDS");
  SmallWorld world;
  ASSERT_EQ(world.size(), world.expected_size());
  size_t pairs = 0;
  size_t held = 0;
  const Strings texts = Texts(words != nullptr ? std::stoul(words) : 6);
  for (size_t i = 0; i < texts.size() && !::testing::Test::HasFailure(); ++i) {
    // A title of the last word, for the scopes.
    const std::string title =
        i % 3 == 0 ? "" : texts[i].substr(texts[i].rfind(' ') + 1);
    held += world.Compare(title, texts[i]);
    pairs += world.size();
  }
  std::printf("%zu pairs compared, %zu held\n", pairs, held);
  EXPECT_GT(held, pairs / 10);
}

}  // namespace
}  // namespace presshawk::testing
