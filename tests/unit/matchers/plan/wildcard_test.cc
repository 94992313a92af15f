// SPDX-License-Identifier: Apache-2.0
#include "matchers/plan/wildcard.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace presshawk {
namespace {

TEST(MatchesGlobTest, AStarIsAnyRunAlsoAnEmptyOne) {
  EXPECT_TRUE(MatchesGlob("elect*", "elect"));
  EXPECT_TRUE(MatchesGlob("elect*", "elections"));
  EXPECT_TRUE(MatchesGlob("*gate", "watergate"));
  EXPECT_TRUE(MatchesGlob("a*b*c", "abbcbc"));
  EXPECT_FALSE(MatchesGlob("elect*", "reelect"));
  EXPECT_FALSE(MatchesGlob("a*b", "abc"));
}

TEST(MatchesGlobTest, AQuestionMarkIsOneCodePoint) {
  EXPECT_TRUE(MatchesGlob("m?nchen", "münchen"));
  EXPECT_FALSE(MatchesGlob("m??nchen", "münchen"));
  EXPECT_FALSE(MatchesGlob("wom?n", "womn"));
}

TEST(MatchesGlobTest, MetadataTakesAQuestionMarkAsItself) {
  EXPECT_TRUE(MatchesGlob("who?", "who?", /*question_is_wild=*/false));
  EXPECT_FALSE(MatchesGlob("who?", "whom", /*question_is_wild=*/false));
}

// The piece, and the text of the occurrence around its first place in `text`.
std::string Found(std::string_view pattern, std::string_view text) {
  const WildcardPattern wildcard(pattern);
  const size_t at = text.find(wildcard.piece());
  if (at == std::string_view::npos) {
    return "no piece";
  }
  const auto end = static_cast<uint32_t>(at + wildcard.piece().size());
  const WildcardPattern::Verdict verdict = wildcard.Verify(text, end);
  if (!verdict.holds) {
    return "does not hold";
  }
  return std::string(
      text.substr(verdict.span.begin, verdict.span.end - verdict.span.begin));
}

TEST(WildcardPatternTest, LooksForItsLongestLiteralPiece) {
  EXPECT_EQ(WildcardPattern(" elect* ").piece(), " elect");
  EXPECT_EQ(WildcardPattern(" *gate ").piece(), "gate ");
  EXPECT_EQ(WildcardPattern(" *lect* ").piece(), "lect");
  EXPECT_EQ(WildcardPattern(" us elect*d fraud ").piece(), " us elect");
  EXPECT_EQ(WildcardPattern(" a*tion of war ").piece(), "tion of war ");
}

TEST(WildcardPatternTest, VerifiesTheTokensAroundThePiece) {
  EXPECT_EQ(Found(" elect* ", "\1 the elections \1"), "elections");
  EXPECT_EQ(Found(" *lect* ", "\1 preelections \1"), "preelections");
  EXPECT_EQ(Found(" us elect*d fraud ", "\1 us elected fraud \1"),
            "us elected fraud");
  EXPECT_EQ(Found(" us elect*d fraud ", "\1 us elections fraud \1"),
            "does not hold");
  EXPECT_EQ(Found(" th? elections ", "\1 the elections \1"), "the elections");
}

TEST(WildcardPatternTest, DoesNotReachIntoTheFieldBefore) {
  EXPECT_EQ(Found(" th* elections ", "\1 the \1 elections \1"),
            "does not hold");
}

TEST(WildcardPatternTest, SaysUpToWhereItsVerdictHolds) {
  // The piece is in the token twice.
  const WildcardPattern wildcard(" *ana* ");
  const std::string_view text = "\1 banana split \1";
  const WildcardPattern::Verdict verdict = wildcard.Verify(text, 6);
  EXPECT_TRUE(verdict.holds);
  EXPECT_EQ(verdict.same_until, 8U);
}

TEST(WildcardPatternTest, AVeryLongTermIsFoundByItsFirstBytes) {
  const std::string term = " " + std::string(5000, 'x') + " ";
  const WildcardPattern wildcard(term);
  EXPECT_EQ(wildcard.piece().size(), WildcardPattern::kPieceBytesMax);
  EXPECT_EQ(Found(term, "\1" + term + "\1"), std::string(5000, 'x'));
  EXPECT_EQ(Found(term, "\1 " + std::string(4999, 'x') + " \1"),
            "does not hold");
}

TEST(WildcardPatternTest, NoCodePointIsCutInTwo) {
  // A space and letters of two bytes: byte 1,000 is the second one of a letter.
  std::string letters;
  for (int i = 0; i < 600; ++i) {
    letters += "é";
  }
  EXPECT_EQ(WildcardPattern(" " + letters + " ").piece().size(), 999U);
}

TEST(MatchTokensTest, BeginsAtTheTokenThatHasSoManyBefore) {
  const std::string_view text = "\1 the us election \1";
  EXPECT_EQ(MatchTokens(" us elect* ", 0, text, 6), (ByteSpan{6, 17}));
  EXPECT_EQ(MatchTokens(" us elect* ", 1, text, 9), (ByteSpan{6, 17}));
  EXPECT_EQ(MatchTokens(" us elect* ", 1, text, 6), std::nullopt);
  EXPECT_EQ(MatchTokens(" the ", 1, text, 2), std::nullopt);
}

}  // namespace
}  // namespace presshawk
