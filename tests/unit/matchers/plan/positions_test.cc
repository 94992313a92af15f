// SPDX-License-Identifier: Apache-2.0
// Each position condition on the smallest occurrences that show it.
#include "matchers/plan/positions.h"

#include <algorithm>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/matchers/plan/occurrences.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;

// As the evaluator sorts a group.
std::vector<Occurrence> Sorted(std::vector<Occurrence> occurrences) {
  std::sort(occurrences.begin(), occurrences.end(),
            [](const Occurrence& a, const Occurrence& b) {
              return a.token_begin != b.token_begin
                         ? a.token_begin < b.token_begin
                         : a.span.begin < b.span.begin;
            });
  return occurrences;
}

TEST(NextWithinTest, IsTheFirstThatBeginsBehindWithAtMostNWordsBetween) {
  const std::vector<Occurrence> others = WordAt({1, 8, 9});
  EXPECT_EQ(NextWithin(TermAt(5, 6), others, 2), &others[1]);
  EXPECT_EQ(NextWithin(TermAt(5, 6), others, 1), nullptr);
  EXPECT_EQ(NextWithin(TermAt(9, 10), others, 1000), nullptr);
}

TEST(NextWithinTest, WordsThatTouchHaveNoneBetween) {
  const std::vector<Occurrence> others = WordAt({6});
  EXPECT_EQ(NextWithin(TermAt(5, 6), others, 0), &others[0]);
}

TEST(NextWithinTest, WhatOverlapsIsNotBehind) {
  EXPECT_EQ(NextWithin(TermAt(5, 7), WordAt({5, 6}), 1000), nullptr);
}

TEST(LastWithinTest, IsTheLastThatEndsBeforeWithAtMostNWordsBetween) {
  const std::vector<Occurrence> others = WordAt({1, 2, 9});
  EXPECT_EQ(LastWithin(TermAt(5, 6), others, 2), &others[1]);
  EXPECT_EQ(LastWithin(TermAt(5, 6), others, 1), nullptr);
  EXPECT_EQ(LastWithin(TermAt(1, 2), others, 1000), nullptr);
}

TEST(LastWithinTest, WhatOverlapsIsNotBefore) {
  const std::vector<Occurrence> phrases = {TermAt(4, 6)};
  EXPECT_EQ(LastWithin(TermAt(5, 6), phrases, 1000), nullptr);
}

TEST(HasPairTest, CountsTheWordsBetweenEndAndBegin) {
  const std::vector<Occurrence> phrase = {TermAt(1, 3)};
  EXPECT_TRUE(HasPair(phrase, WordAt({5}), 2));
  EXPECT_FALSE(HasPair(phrase, WordAt({5}), 1));
}

TEST(HasPairTest, WantsTheFirstOperandFirst) {
  EXPECT_TRUE(HasPair(WordAt({1}), WordAt({2}), 0));
  EXPECT_FALSE(HasPair(WordAt({2}), WordAt({1}), 1000));
}

TEST(HasPairTest, AnOccurrenceIsNoPairWithItself) {
  EXPECT_FALSE(HasPair(WordAt({4}), WordAt({4}), 1000));
  EXPECT_TRUE(HasPair(WordAt({4, 5}), WordAt({4, 5}), 0));
}

TEST(MarkPairsTest, MarksWhatIsInAPairAndLeavesOtherMarksAlone) {
  const std::vector<Occurrence> first = WordAt({1, 20});
  const std::vector<Occurrence> second = WordAt({3, 30, 40});
  std::vector<bool> first_marks(2, false);
  std::vector<bool> second_marks = {false, false, true};
  MarkPairs(first, second, 1, &first_marks, &second_marks);
  EXPECT_THAT(first_marks, ElementsAre(true, false));
  EXPECT_THAT(second_marks, ElementsAre(true, false, true));
}

TEST(MarkPairsTest, AShortOccurrenceInsideALongOneIsSeen) {
  const std::vector<Occurrence> first = {TermAt(1, 9), TermAt(3, 4)};
  std::vector<bool> first_marks(2, false);
  std::vector<bool> second_marks(1, false);
  MarkPairs(first, WordAt({5}), 1, &first_marks, &second_marks);
  EXPECT_THAT(first_marks, ElementsAre(false, true));
  EXPECT_THAT(second_marks, ElementsAre(true));
}

// Marks `first` against `second`, each in the units given.
std::vector<bool> UnitMarks(const std::vector<Occurrence>& first,
                            const std::vector<UnitRange>& first_units,
                            const std::vector<Occurrence>& second,
                            const std::vector<UnitRange>& second_units) {
  std::vector<bool> marks(first.size(), false);
  const bool any =
      MarkUnitPairs(first, first_units, second, second_units, &marks);
  EXPECT_EQ(any, std::find(marks.begin(), marks.end(), true) != marks.end());
  return marks;
}

TEST(MarkUnitPairsTest, MarksWhatSharesAUnit) {
  EXPECT_THAT(
      UnitMarks(WordAt({1, 11}), {{0, 0}, {1, 1}}, WordAt({2}), {{0, 0}}),
      ElementsAre(true, false));
}

TEST(MarkUnitPairsTest, APhraseIsInEveryUnitThatItTouches) {
  const std::vector<Occurrence> phrase = {TermAt(4, 8)};
  EXPECT_THAT(UnitMarks(phrase, {{0, 2}}, WordAt({9}), {{2, 2}}),
              ElementsAre(true));
  EXPECT_THAT(UnitMarks(phrase, {{0, 2}}, WordAt({20}), {{3, 3}}),
              ElementsAre(false));
}

TEST(MarkUnitPairsTest, WhatOverlapsIsNoPair) {
  const std::vector<Occurrence> phrase = {TermAt(4, 6)};
  EXPECT_THAT(UnitMarks(phrase, {{0, 0}}, WordAt({4, 5}), {{0, 0}, {0, 0}}),
              ElementsAre(false));
  EXPECT_THAT(
      UnitMarks(phrase, {{0, 0}}, WordAt({3, 4, 5}), {{0, 0}, {0, 0}, {0, 0}}),
      ElementsAre(true));
}

TEST(MarkUnitPairsTest, TwoRegexesInOneTokenOverlapWhereTheirBytesDo) {
  const std::vector<Occurrence> head = {RegexAt(4, 40, 43)};
  EXPECT_THAT(UnitMarks(head, {{0, 0}}, {RegexAt(4, 43, 46)}, {{0, 0}}),
              ElementsAre(true));
  EXPECT_THAT(UnitMarks(head, {{0, 0}}, {RegexAt(4, 42, 46)}, {{0, 0}}),
              ElementsAre(false));
}

TEST(MarkUnitPairsTest, ARegexAndATermOverlapInACommonToken) {
  EXPECT_THAT(UnitMarks({RegexAt(4, 40, 43)}, {{0, 0}}, WordAt({4}), {{0, 0}}),
              ElementsAre(false));
  EXPECT_THAT(UnitMarks(WordAt({4}), {{0, 0}}, {RegexAt(4, 40, 43)}, {{0, 0}}),
              ElementsAre(false));
  EXPECT_THAT(UnitMarks({RegexAt(4, 40, 43)}, {{0, 0}}, WordAt({5}), {{0, 0}}),
              ElementsAre(true));
}

std::vector<bool> NotNearMarks(const std::vector<Occurrence>& a,
                               const std::vector<Occurrence>& b, uint32_t n) {
  std::vector<bool> marks(a.size(), true);
  const bool any = MarkNotNear(a, b, n, &marks);
  EXPECT_EQ(any, std::find(marks.begin(), marks.end(), true) != marks.end());
  return marks;
}

TEST(MarkNotNearTest, NWordsBetweenAreNearOnEitherSide) {
  EXPECT_THAT(NotNearMarks(WordAt({10}), WordAt({13}), 2), ElementsAre(false));
  EXPECT_THAT(NotNearMarks(WordAt({10}), WordAt({14}), 2), ElementsAre(true));
  EXPECT_THAT(NotNearMarks(WordAt({10}), WordAt({7}), 2), ElementsAre(false));
  EXPECT_THAT(NotNearMarks(WordAt({10}), WordAt({6}), 2), ElementsAre(true));
}

TEST(MarkNotNearTest, WhatOverlapsIsNear) {
  EXPECT_THAT(NotNearMarks(WordAt({10, 20}), {TermAt(10, 12)}, 0),
              ElementsAre(false, true));
}

TEST(MarkNotNearTest, ALongOccurrenceReachesPastAShortOneBehindIt) {
  const std::vector<Occurrence> b = {TermAt(1, 10), TermAt(2, 3)};
  EXPECT_THAT(NotNearMarks(WordAt({11}), b, 1), ElementsAre(false));
  EXPECT_THAT(NotNearMarks(WordAt({12}), b, 1), ElementsAre(true));
}

TEST(MarkNotNearTest, WithoutPositionIsNearNothing) {
  EXPECT_THAT(NotNearMarks({UnplacedRegexAt(3, 6)}, WordAt({1}), 1000),
              ElementsAre(true));
}

TEST(MarkNotNearTest, WithoutBEveryAHolds) {
  EXPECT_THAT(NotNearMarks(WordAt({1, 2}), {}, 1000), ElementsAre(true, true));
}

TEST(CountDisjointTest, OverlapsCountOnce) {
  EXPECT_EQ(CountDisjoint(std::vector<Occurrence>{}), 0U);
  EXPECT_EQ(CountDisjoint(WordAt({1, 2, 3})), 3U);
  EXPECT_EQ(CountDisjoint(std::vector<Occurrence>{TermAt(1, 3), TermAt(2, 4)}),
            1U);
}

TEST(CountDisjointTest, TwoShortOnesCountForTheLongOneAroundThem) {
  EXPECT_EQ(CountDisjoint(std::vector<Occurrence>{TermAt(1, 5), TermAt(2, 3),
                                                  TermAt(4, 5)}),
            2U);
}

using Of = Stretch::Of;

uint32_t Disjoint(std::vector<Stretch> stretches) {
  return CountDisjointStretches(&stretches);
}

TEST(CountDisjointStretchesTest, OverlapsCountOnce) {
  EXPECT_EQ(Disjoint({}), 0U);
  EXPECT_EQ(Disjoint({{0, 2, Of::kRegex}, {2, 4, Of::kRegex}}), 2U);
  EXPECT_EQ(Disjoint({{0, 3, Of::kRegex}, {2, 4, Of::kTerm}}), 1U);
}

TEST(CountDisjointStretchesTest, AnUnplacedRegexInsideATermCountsBesideIt) {
  EXPECT_EQ(Disjoint({{0, 9, Of::kTerm}, {3, 5, Of::kUnplacedRegex}}), 2U);
  EXPECT_EQ(Disjoint({{0, 9, Of::kTerm},
                      {3, 5, Of::kUnplacedRegex},
                      {4, 6, Of::kUnplacedRegex},
                      {6, 8, Of::kUnplacedRegex}}),
            3U);
}

TEST(CountDisjointStretchesTest, APlacedRegexInsideATermOverlapsIt) {
  EXPECT_EQ(Disjoint({{0, 9, Of::kTerm}, {3, 5, Of::kRegex}}), 1U);
}

// The line of a text of tokens and gaps, each ten places long: token t is
// [20t + 10, 20t + 20), and the gap before it [20t, 20t + 10).
std::vector<Stretch> RandomLine(std::mt19937* random) {
  const auto below = [&](uint32_t n) {
    return static_cast<uint32_t>((*random)() % n);
  };
  std::vector<Stretch> line;
  for (size_t count = 1 + below(8); line.size() < count;) {
    const uint64_t token = below(4);
    switch (below(3)) {
      case 0:
        line.push_back(
            {20 * token + 10, 20 * (token + 1 + below(2)), Of::kTerm});
        break;
      case 1: {  // From a place up to a token's end reaches that token.
        const uint64_t begin = 20 * token + below(19);
        const uint64_t end = std::max(begin + 1, 20 * token + 11 + below(15));
        line.push_back({begin, end, Of::kRegex});
        break;
      }
      default: {
        const uint64_t begin = 20 * token + below(9);
        line.push_back({begin, std::min(begin + 1 + below(4), 20 * token + 10),
                        Of::kUnplacedRegex});
      }
    }
  }
  return line;
}

bool Overlap(const Stretch& a, const Stretch& b) {
  if (a.end <= b.begin || b.end <= a.begin) {
    return false;
  }
  const bool a_unplaced = a.of == Of::kUnplacedRegex;
  const bool b_unplaced = b.of == Of::kUnplacedRegex;
  return !(a.of == Of::kTerm && b_unplaced) &&
         !(b.of == Of::kTerm && a_unplaced);
}

// Every subset of up to eight stretches.
TEST(CountDisjointStretchesTest, NoSubsetOfARandomLineHasMore) {
  std::mt19937 random(5);
  for (int round = 0; round < 3000; ++round) {
    std::vector<Stretch> line = RandomLine(&random);
    uint32_t most = 0;
    for (uint32_t subset = 0; subset < 1U << line.size(); ++subset) {
      uint32_t count = 0;
      bool disjoint = true;
      for (size_t i = 0; i < line.size(); ++i) {
        if ((subset >> i & 1) == 0) {
          continue;
        }
        ++count;
        for (size_t k = 0; k < i; ++k) {
          disjoint &= (subset >> k & 1) == 0 || !Overlap(line[i], line[k]);
        }
      }
      if (disjoint) {
        most = std::max(most, count);
      }
    }
    ASSERT_EQ(Disjoint(line), most) << "round " << round;
  }
}

// Occurrences of two and three tokens, against pairs looked at one by one.
TEST(MarkPairsTest, RandomMarksAreThoseOfALoopOverAllPairs) {
  std::mt19937 random(6);
  const auto below = [&](uint32_t n) {
    return static_cast<uint32_t>(random() % n);
  };
  const auto some = [&] {
    std::vector<Occurrence> occurrences;
    for (size_t count = below(6); count > 0; --count) {
      const uint32_t begin = 1 + below(20);
      occurrences.push_back(TermAt(begin, begin + 1 + below(3)));
    }
    return Sorted(occurrences);
  };
  for (int round = 0; round < 3000; ++round) {
    const std::vector<Occurrence> a = some();
    const std::vector<Occurrence> b = some();
    const uint32_t n = below(4);
    std::vector<bool> a_pairs(a.size(), false);
    std::vector<bool> b_pairs(b.size(), false);
    std::vector<bool> a_far(a.size(), true);
    for (size_t i = 0; i < a.size(); ++i) {
      for (size_t k = 0; k < b.size(); ++k) {
        const bool is_pair = b[k].token_begin >= a[i].token_end &&
                             b[k].token_begin - a[i].token_end <= n;
        a_pairs[i] = a_pairs[i] || is_pair;
        b_pairs[k] = b_pairs[k] || is_pair;
        const bool near = b[k].token_begin <= a[i].token_end + n &&
                          a[i].token_begin <= b[k].token_end + n;
        a_far[i] = a_far[i] && !near;
      }
    }
    std::vector<bool> a_marks(a.size(), false);
    std::vector<bool> b_marks(b.size(), false);
    MarkPairs(a, b, n, &a_marks, &b_marks);
    ASSERT_EQ(a_marks, a_pairs);
    ASSERT_EQ(b_marks, b_pairs);
    ASSERT_EQ(HasPair(a, b, n),
              std::find(a_pairs.begin(), a_pairs.end(), true) != a_pairs.end());
    ASSERT_EQ(NotNearMarks(a, b, n), a_far);
  }
}

}  // namespace
}  // namespace presshawk
