// SPDX-License-Identifier: Apache-2.0
#include "core/stories/comparison.h"

#include <gtest/gtest.h>

#include "tests/unit/core/stories/story_texts.h"

namespace presshawk {
namespace {

Comparison CompareArticles(const TestArticle& a, const TestArticle& b) {
  const Signature left = SignatureOf(a), right = SignatureOf(b);
  return Compare({&left}, {&right});
}

bool AreSame(const TestArticle& a, const TestArticle& b) {
  const bool same = CompareArticles(a, b).same != SameText::kNo;
  EXPECT_EQ(same, CompareArticles(b, a).same != SameText::kNo)
      << "depends on the order";
  return same;
}

StoryRelation RelationOf(const TestArticle& newer, const TestArticle& older) {
  const Signature left = SignatureOf(newer), right = SignatureOf(older);
  return Relate(left, right, Compare({&left}, {&right}));
}

const TestArticle kWire = {.title = "Ferry leaves harbour after storm",
                           .body = Words("x", 0, 400),
                           .source = "Agency"};

TestArticle Wire(std::string body, std::string source = "Paper") {
  return {.title = kWire.title,
          .body = std::move(body),
          .source = std::move(source)};
}

TEST(ComparisonTest, CopiesCutsAndExtensionsAreTheSameText) {
  EXPECT_TRUE(AreSame(kWire, Wire(kWire.body)));
  EXPECT_TRUE(AreSame(kWire, Wire(Words("x", 0, 100))));
  EXPECT_TRUE(AreSame(kWire, Wire(kWire.body + Words("other", 0, 300))));
  EXPECT_TRUE(AreSame(kWire, Wire("Picture: the ferry. " + kWire.body)));
  TestArticle renamed = Wire(kWire.body);
  renamed.title = "Storm over, sailing resumes";
  EXPECT_TRUE(AreSame(kWire, renamed));
}

TEST(ComparisonTest, OtherTextsAreNot) {
  EXPECT_FALSE(AreSame(kWire, Wire(Words("y", 0, 400))));
  EXPECT_FALSE(AreSame(kWire, Wire("")));
  EXPECT_FALSE(AreSame(Wire(""), Wire("")));
}

TEST(ComparisonTest, ATemplateWithOtherNumbersIsAnotherStory) {
  const auto report = [](std::string company, int number) {
    std::string body = "The board declared a dividend of ";
    for (int i = 0; i < 6; ++i) {
      StrAppend(&body, number + i * 7, " cents a share against ",
                number + i * 11, " in the quarter before ");
    }
    return TestArticle{.title = company + " declares quarterly dividend",
                       .body = body,
                       .source = "Agency"};
  };
  EXPECT_FALSE(AreSame(report("Acme", 1000), report("Zenith", 5000)));
  EXPECT_TRUE(AreSame(report("Acme", 1000), report("Acme", 1000)));
}

TEST(ComparisonTest, AShortTextNeedsATitleInCommon) {
  TestArticle a = {.title = "Parliament votes on budget",
                   .body = Words("newsletter", 0, 22),
                   .source = "A"};
  TestArticle b = a;
  b.source = "B";
  EXPECT_TRUE(AreSame(a, b));
  b.title = "Goalkeeper signs for rivals";
  EXPECT_FALSE(AreSame(a, b));
}

TEST(ComparisonTest, ARoundupThatQuotesIsNotTheStory) {
  // Its own begin and title, then another's text of a fifth of its length.
  TestArticle roundup = {.title = "Morning briefing from our desk",
                         .body = Words("own", 0, 500) + Words("x", 0, 120),
                         .source = "Paper"};
  EXPECT_FALSE(AreSame(Wire(Words("x", 0, 120)), roundup));
}

TEST(ComparisonTest, RelationsToTheNearest) {
  EXPECT_EQ(RelationOf(Wire(kWire.body), kWire), StoryRelation::kCopy);
  EXPECT_EQ(RelationOf(Wire(Words("x", 0, 100)), kWire), StoryRelation::kCut);
  EXPECT_EQ(RelationOf(Wire(kWire.body + Words("more", 0, 300)), kWire),
            StoryRelation::kExtended);
  EXPECT_EQ(RelationOf(Wire(Words("x", 0, 250) + Words("new", 0, 150)), kWire),
            StoryRelation::kUpdate);
  EXPECT_EQ(RelationOf(Wire("Correction: " + kWire.body), kWire),
            StoryRelation::kCorrection);
}

TEST(ComparisonTest, OtherNumbersFromTheSameSourceAreACorrection) {
  const TestArticle before = Wire(Words("x", 0, 400) + " 12 people died");
  TestArticle after = Wire(Words("x", 0, 400) + " 14 people died");
  EXPECT_EQ(RelationOf(after, before), StoryRelation::kCorrection);
  after.source = "Elsewhere";
  EXPECT_EQ(RelationOf(after, before), StoryRelation::kCopy);
}

TEST(ComparisonTest, AnotherNumberInTheTitleOfOneSourceIsStillTheStory) {
  TestArticle before = {.title = "Ferry with 210 aboard runs aground",
                        .body = "A ferry with 210 people " + Words("x", 0, 70),
                        .source = "Agency"};
  TestArticle after = before;
  after.title = "Ferry with 120 aboard runs aground";
  after.body = "A ferry with 120 people " + Words("x", 0, 70);
  EXPECT_TRUE(AreSame(after, before));
  EXPECT_EQ(RelationOf(after, before), StoryRelation::kCorrection);
}

}  // namespace
}  // namespace presshawk
