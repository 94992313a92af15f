// SPDX-License-Identifier: Apache-2.0
#include "core/relevance/relevance.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace presshawk {
namespace {

class RelevanceTest : public testing::Test {
 protected:
  // Scores the article for a list with the one term `word`.
  Relevance Score(const std::string& title, const std::string& body,
                  std::string_view word) {
    title_ = title;
    body_ = body;
    zones_.Assign(title_, body_);
    scorer_.BeginArticle(
        {.title = title_, .summary = {}, .body = body_, .lang = "en"}, zones_);
    std::vector<RelevanceHit> hits;
    Find(Field::kTitle, title_, word, &hits);
    Find(Field::kBody, body_, word, &hits);
    return scorer_.Score(hits, hits.size());
  }

  static float Of(const Relevance& relevance, Signal signal) {
    return relevance.signals[static_cast<size_t>(signal)];
  }

  static std::string Why(const Relevance& relevance) {
    std::string why;
    AppendWhy(relevance, &why);
    return why;
  }

 private:
  void Find(Field field, std::string_view text, std::string_view word,
            std::vector<RelevanceHit>* hits) {
    for (size_t at = text.find(word); at != std::string_view::npos;
         at = text.find(word, at + 1)) {
      const auto begin = static_cast<uint32_t>(at);
      hits->push_back({field,
                       {begin, begin + static_cast<uint32_t>(word.size())},
                       zones_.At(field, begin)});
    }
  }

  std::string title_, body_;
  ArticleZones zones_;
  RelevanceScorer scorer_;
};

std::string Paragraphs(int count, const std::string& sentence) {
  std::string body;
  for (int i = 0; i < count; ++i) {
    body += sentence + " It then goes on to speak of something else.\n\n";
  }
  return body;
}

TEST_F(RelevanceTest, WhatAnArticleIsAboutScoresHigherThanAPassingMention) {
  const Relevance about = Score(
      "Kremlin denies it", Paragraphs(6, "The Kremlin said so."), "Kremlin");
  const Relevance passing =
      Score("A day in the garden",
            Paragraphs(8, "The roses are out.") + "He once saw the Kremlin.",
            "Kremlin");
  EXPECT_GT(about.score, passing.score + 20);
  EXPECT_EQ(Why(about),
            R"(["in the title","in the lead","6 of 6 paragraphs"])");
  EXPECT_EQ(Why(passing), R"(["1 of 9 paragraphs","named once"])");
}

TEST_F(RelevanceTest, HitsOutsideTheStoryCountForLittle) {
  const Relevance relevance = Score(
      "A day in the garden",
      Paragraphs(8, "The roses are out.") + "Photo: Ann Lee at the Kremlin",
      "Kremlin");
  EXPECT_EQ(Of(relevance, Signal::kBlocksOnly), 1);
  EXPECT_EQ(Of(relevance, Signal::kCount), 0);
  EXPECT_TRUE(Why(relevance).starts_with(R"(["only outside the story")"))
      << Why(relevance);
}

TEST_F(RelevanceTest, AMissingTitleIsReplacedByTheFirstSentence) {
  EXPECT_EQ(Of(Score("", "The Kremlin denies it. And so on.", "Kremlin"),
               Signal::kTitle),
            1);
  EXPECT_EQ(Of(Score("", "Roses are out. The Kremlin denies it.", "Kremlin"),
               Signal::kTitle),
            0);
}

TEST_F(RelevanceTest, ALongerNameAndSmallLettersAreSeen) {
  EXPECT_EQ(Of(Score("x", "He works at Chelsea Industries now.", "Chelsea"),
               Signal::kLongerName),
            1);
  EXPECT_EQ(Of(Score("x", "Then Karl Michelin left.", "Michelin"),
               Signal::kLongerName),
            1);
  EXPECT_EQ(Of(Score("x", "He works at Chelsea, in London.", "Chelsea"),
               Signal::kLongerName),
            0);
  EXPECT_EQ(
      Of(Score("x", "A shooting in the street.", "shooting"), Signal::kSmall),
      1);
  EXPECT_EQ(Of(Score("Live updates: the vote", "Kremlin.", "Kremlin"),
               Signal::kRoundup),
            1);
}

TEST_F(RelevanceTest, AnArticleWithoutTextAndAnAlertWithoutHitsHaveAScore) {
  const Relevance relevance = Score("", "", "Kremlin");
  EXPECT_EQ(relevance.score, 100);
  EXPECT_EQ(Why(relevance), R"(["by metadata alone"])");
  EXPECT_FALSE(RelevanceRelease().empty());
}

}  // namespace
}  // namespace presshawk
