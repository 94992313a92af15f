// SPDX-License-Identifier: Apache-2.0
// SPEC A31, A32 on occurrences given by their tokens.
#include "matchers/plan/window.h"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/matchers/plan/occurrences.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

using Pieces = std::vector<std::vector<Occurrence>>;

// The windows' tokens, [begin, end).
std::vector<std::pair<uint32_t, uint32_t>> Windows(const Pieces& pieces,
                                                   uint32_t n) {
  std::vector<TokenWindow> windows = {TokenWindow()};  // To be replaced.
  const WindowResult result = FindWindows(pieces, n, &windows);
  EXPECT_EQ(result,
            windows.empty() ? WindowResult::kNone : WindowResult::kFound);
  EXPECT_EQ(FindWindows(pieces, n, nullptr), result);
  std::vector<std::pair<uint32_t, uint32_t>> tokens;
  for (const TokenWindow& window : windows) {
    tokens.emplace_back(window.token_begin, window.token_end);
  }
  return tokens;
}

TEST(WindowTest, HasAllPiecesInAnyOrder) {
  EXPECT_THAT(Windows({WordAt({5}), WordAt({4}), WordAt({6})}, 0),
              ElementsAre(Pair(4, 7)));
  EXPECT_THAT(Windows({WordAt({5}), WordAt({4}), {}}, 1000), IsEmpty());
}

TEST(WindowTest, HasAtMostNTokensThatBelongToNoPiece) {
  const Pieces pieces = {WordAt({1}), WordAt({3}), WordAt({6})};
  EXPECT_THAT(Windows(pieces, 3), ElementsAre(Pair(1, 7)));
  EXPECT_THAT(Windows(pieces, 2), IsEmpty());
}

TEST(WindowTest, OnePieceIsAWindowOfItsOwn) {
  EXPECT_THAT(Windows({WordAt({1, 9})}, 0),
              ElementsAre(Pair(1, 2), Pair(9, 10)));
}

TEST(WindowTest, EveryPieceNeedsAnOccurrenceOfItsOwn) {
  EXPECT_THAT(Windows({WordAt({1}), WordAt({1})}, 1000), IsEmpty());
  EXPECT_THAT(Windows({WordAt({1, 3}), WordAt({1, 3})}, 1),
              ElementsAre(Pair(1, 4)));
}

TEST(WindowTest, OccurrencesThatOverlapAreNotChosenTogether) {
  const std::vector<Occurrence> phrase = {TermAt(1, 3)};
  EXPECT_THAT(Windows({phrase, WordAt({2})}, 1000), IsEmpty());
  EXPECT_THAT(Windows({phrase, WordAt({2, 3})}, 0), ElementsAre(Pair(1, 4)));
}

TEST(WindowTest, ThatContainsASmallerOneDoesNotCount) {
  // aa x aa x bb: from the first aa it would reach over the second.
  EXPECT_THAT(Windows({WordAt({1, 3}), WordAt({5})}, 1000),
              ElementsAre(Pair(3, 6)));
}

TEST(WindowTest, OverlappingWindowsCountWhereNoneContainsTheOther) {
  // aa bb aa
  EXPECT_THAT(Windows({WordAt({1, 3}), WordAt({2})}, 0),
              ElementsAre(Pair(1, 3), Pair(2, 4)));
}

TEST(WindowTest, TheNearestIsNotAlwaysTheRightChoice) {
  // ab is a phrase over the tokens 2 and 3, and b alone is token 3 or 4: b at 3
  // would be in the way of the phrase.
  const std::vector<Occurrence> phrase = {TermAt(2, 4)};
  EXPECT_THAT(Windows({WordAt({1}), phrase, WordAt({3, 4})}, 0),
              ElementsAre(Pair(1, 5)));
}

// The forms of a word may have more tokens than the word.
TEST(WindowTest, FormsOfAPieceMayDifferInTheirTokens) {
  const std::vector<Occurrence> forms = {TermAt(2, 3), TermAt(2, 4),
                                         TermAt(6, 9)};
  EXPECT_THAT(Windows({forms, WordAt({4})}, 0), ElementsAre(Pair(2, 5)));
  EXPECT_THAT(Windows({forms, WordAt({3})}, 0), ElementsAre(Pair(2, 4)));
  EXPECT_THAT(Windows({forms, WordAt({5, 10})}, 1),
              ElementsAre(Pair(2, 6), Pair(5, 9), Pair(6, 11)));
  // The longer form leaves one extra word, the shorter one two.
  EXPECT_THAT(
      Windows({WordAt({1}), {TermAt(2, 3), TermAt(2, 5)}, WordAt({6})}, 1),
      ElementsAre(Pair(1, 7)));
}

TEST(WindowTest, RunsFromTheFirstByteToTheLastAndKeepsTheField) {
  std::vector<Occurrence> first = WordAt({1});
  first[0].field = Field::kBody;
  std::vector<TokenWindow> windows;
  const Pieces pieces = {first, WordAt({3})};
  ASSERT_EQ(FindWindows(pieces, 1, &windows), WindowResult::kFound);
  ASSERT_EQ(windows.size(), 1U);
  EXPECT_EQ(windows[0].byte_begin, 10U);
  EXPECT_EQ(windows[0].byte_end, 40U);
  EXPECT_EQ(windows[0].field, Field::kBody);
}

TEST(WindowTest, SixteenPiecesAreFound) {
  Pieces pieces;
  for (uint32_t token = 16; token > 0; --token) {
    pieces.push_back(WordAt({token}));
  }
  EXPECT_THAT(Windows(pieces, 0), ElementsAre(Pair(1, 17)));
}

// Every word can be followed by every other, so that there is a state for each
// set of the words.
TEST(WindowTest, ThatTakesTooManyStepsIsAbandoned) {
  Pieces pieces;
  for (uint32_t piece = 0; piece < 16; ++piece) {
    std::vector<uint32_t> tokens;
    for (uint32_t i = 0; i < 60; ++i) {
      tokens.push_back(1 + piece + 16 * i);
    }
    pieces.push_back(WordAt(tokens));
  }
  std::vector<TokenWindow> windows;
  EXPECT_EQ(FindWindows(pieces, 1000, &windows), WindowResult::kAbandoned);
  EXPECT_EQ(FindWindows(pieces, 1000, nullptr), WindowResult::kAbandoned);
}

// The first window is the answer, and a search for all of them is given up.
TEST(WindowTest, ThatWereFoundBeforeTheSearchWasAbandonedAreKept) {
  std::vector<uint32_t> tokens = {1};
  for (uint32_t i = 0; i <= kWindowStepsMax; ++i) {
    tokens.push_back(3 + i);
  }
  const Pieces pieces = {WordAt(tokens), WordAt({2})};
  EXPECT_EQ(FindWindows(pieces, 0, nullptr), WindowResult::kFound);
  std::vector<TokenWindow> windows;
  EXPECT_EQ(FindWindows(pieces, 0, &windows), WindowResult::kAbandoned);
  ASSERT_EQ(windows.size(), 2U);
  EXPECT_EQ(windows[0].token_begin, 1U);
  EXPECT_EQ(windows[0].token_end, 3U);
}

}  // namespace
}  // namespace presshawk
