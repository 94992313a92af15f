// SPDX-License-Identifier: Apache-2.0
// A pattern triggers the lists that may hold where it occurs.
#include "matchers/plan/triggers.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/matchers/plan/small_plan.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Triggers::Target kDirect = Triggers::kDirect;

// Each pattern as frequent as the length of its text says: `aaa` is rarer than
// `a` with this.
Triggers LongIsRare(const SmallPlan& plan) {
  std::vector<double> frequencies;
  for (const Pattern& pattern : plan.patterns()) {
    frequencies.push_back(1000.0 - static_cast<double>(pattern.text.size()));
  }
  return Triggers(plan.program(), frequencies);
}

std::vector<Triggers::Target> Targets(const SmallPlan& plan,
                                      std::string_view pattern) {
  const Triggers triggers = LongIsRare(plan);
  const auto targets = triggers.OfPattern(plan.PatternOf(pattern));
  return {targets.begin(), targets.end()};
}

TEST(TriggersTest, AndIsTriggeredByItsRarestOperand) {
  const SmallPlan plan({{"l", "a AND bbb AND cc"}});
  EXPECT_THAT(Targets(plan, " a "), IsEmpty());
  EXPECT_THAT(Targets(plan, " bbb "), ElementsAre(0));
  EXPECT_THAT(Targets(plan, " cc "), IsEmpty());
}

TEST(TriggersTest, OrIsTriggeredByEachOperand) {
  const SmallPlan plan({{"l", "title:a OR (bbb AND cc)"}});
  EXPECT_THAT(Targets(plan, " a "), ElementsAre(0));
  EXPECT_THAT(Targets(plan, " bbb "), ElementsAre(0));
  EXPECT_THAT(Targets(plan, " cc "), IsEmpty());
}

TEST(TriggersTest, WhatMustNotOccurTriggersNothing) {
  const SmallPlan plan({{"l", "a AND NOT bbb"}});
  EXPECT_THAT(Targets(plan, " a "), ElementsAre(0));
  EXPECT_THAT(Targets(plan, " bbb "), IsEmpty());
}

TEST(TriggersTest, NotOfOrIsAndOfNot) {
  const SmallPlan plan({{"l", "NOT (NOT a OR NOT bbb)"}});
  EXPECT_THAT(Targets(plan, " a "), IsEmpty());
  EXPECT_THAT(Targets(plan, " bbb "), ElementsAre(0));
}

TEST(TriggersTest, NotOfAndIsOrOfNot) {
  const SmallPlan plan({{"l", "NOT (NOT a AND NOT bbb)"}});
  EXPECT_THAT(Targets(plan, " a "), ElementsAre(0));
  EXPECT_THAT(Targets(plan, " bbb "), ElementsAre(0));
}

TEST(TriggersTest, PositionalFormsAreTriggeredByTheirRarestOperand) {
  for (const char* query :
       {"a NEAR/2 bbb", "a ONEAR/2 bbb", "a SENTENCE bbb", "a PARAGRAPH bbb",
        "\"a bbb\"~2", "(a OR a) NEAR/2 bbb"}) {
    const SmallPlan plan({{"l", query}});
    EXPECT_THAT(Targets(plan, " a "), IsEmpty()) << query;
    EXPECT_THAT(Targets(plan, " bbb "), ElementsAre(0)) << query;
  }
}

TEST(TriggersTest, NotNearNeedsItsFirstOperandOnly) {
  const SmallPlan plan({{"l", "a NOTNEAR/2 bbb"}});
  EXPECT_THAT(Targets(plan, " a "), ElementsAre(0));
  EXPECT_THAT(Targets(plan, " bbb "), IsEmpty());
}

TEST(TriggersTest, AtLeastAndFirstNeedTheirOperand) {
  const SmallPlan plan({{"l", "atleast/2(a) AND first/5(a)"}});
  EXPECT_THAT(Targets(plan, " a "), ElementsAre(0));
}

TEST(TriggersTest, AWordInTheDefaultFieldsIsDirect) {
  const SmallPlan plan({{"word", "a"},
                        {"phrase", "\"a bb\""},
                        {"terms", "", {"a", "cc"}},
                        {"or", "a OR dd"}});
  EXPECT_THAT(Targets(plan, " a "),
              ElementsAre(0 | kDirect, 2 | kDirect, 3 | kDirect));
  EXPECT_THAT(Targets(plan, " a bb "), ElementsAre(1 | kDirect));
  EXPECT_THAT(Targets(plan, " cc "), ElementsAre(2 | kDirect));
}

TEST(TriggersTest, AWordWithAnyConditionIsNotDirect) {
  const SmallPlan plan({{"scope", "title:a"},
                        {"exact", "{A}"},
                        {"and", "a AND bbb"},
                        {"mixed", "a OR {B}"}});
  EXPECT_THAT(Targets(plan, " a "), ElementsAre(0, 1, 3));
}

TEST(TriggersTest, ARegexIsNotDirectAndIsTakenForFrequent) {
  const SmallPlan plan({{"alone", "/x+/"}, {"beside", "/x+/ AND a"}});
  const PatternId regex = plan.program().terms[0].pattern;
  const Triggers triggers = LongIsRare(plan);
  EXPECT_THAT(triggers.OfPattern(regex), ElementsAre(0));
  EXPECT_THAT(triggers.OfPattern(plan.PatternOf(" a ")), ElementsAre(1));
}

TEST(TriggersTest, AListThatNoTextCanRuleOutIsAlwaysLookedAt) {
  const SmallPlan plan({{"word", "a"},
                        {"meta", "lang:en"},
                        {"either", "a OR lang:en"},
                        {"both", "a AND lang:en"}});
  EXPECT_THAT(plan.triggers().always(), ElementsAre(1, 2));
}

TEST(TriggersTest, MetadataThatMustHoldIsThatOfAnd) {
  const SmallPlan plan({{"none", "a"},
                        {"and", "a AND (lang:en AND country:us)"},
                        {"or", "a AND (lang:en OR b)"},
                        {"not", "a AND NOT lang:en"}});
  const Triggers& triggers = plan.triggers();
  EXPECT_THAT(triggers.MetasOf(0), IsEmpty());
  EXPECT_EQ(triggers.MetasOf(1).size(), 2U);
  EXPECT_THAT(triggers.MetasOf(2), IsEmpty());
  EXPECT_THAT(triggers.MetasOf(3), IsEmpty());
}

TEST(TriggersTest, WhereNoListHasMetadataNoneIsKept) {
  const SmallPlan plan({{"l", "a"}});
  EXPECT_THAT(plan.triggers().MetasOf(0), IsEmpty());
}

// The words trigger the list once, and the list triggers those that refer.
TEST(TriggersTest, AReferenceIsTriggeredByTheListThatItNames) {
  const SmallPlan plan({{"words", "a OR bbb"},
                        {"one", "@words AND NOT c"},
                        {"other", "@words AND NOT d"}});
  const RootId words = plan.program().lists[0];
  const auto root = static_cast<Triggers::Target>(3 + words);
  EXPECT_THAT(Targets(plan, " a "), ElementsAre(root, 0 | kDirect));
  EXPECT_THAT(Targets(plan, " bbb "), ElementsAre(root, 0 | kDirect));
  EXPECT_THAT(LongIsRare(plan).OfRoot(words), ElementsAre(1, 2));
}

TEST(TriggersTest, AReferenceIsAsFrequentAsItsListIs) {
  const SmallPlan plan({{"words", "a OR bb"}, {"l", "@words AND bbb"}});
  EXPECT_THAT(Targets(plan, " bbb "), ElementsAre(1));
  EXPECT_THAT(LongIsRare(plan).OfRoot(plan.program().lists[0]), IsEmpty());
}

TEST(TriggersTest, TheyFitTheirProgramAndNoSmallerOne) {
  const SmallPlan plan({{"a", "a"}, {"b", "a AND lang:en"}});
  const SmallPlan fewer_lists({{"a", "a"}});
  const SmallPlan more_patterns({{"a", "a"}, {"b", "b AND lang:en"}});
  const PatternClaims claims(1);
  EXPECT_TRUE(plan.triggers().FitsProgram(plan.program(), claims));
  EXPECT_FALSE(plan.triggers().FitsProgram(fewer_lists.program(), claims));
  EXPECT_FALSE(
      plan.triggers().FitsProgram(more_patterns.program(), PatternClaims(2)));
}

// A direct target says that the list holds, which a regex cannot say.
TEST(TriggersTest, ADirectTargetOfARegexDoesNotFit) {
  const SmallPlan plan({{"a", "a"}});
  PatternClaims claims(1);
  ASSERT_TRUE(claims.Claim(0, PatternClaims::By::kRegexEngine));
  EXPECT_FALSE(plan.triggers().FitsProgram(plan.program(), claims));
}

double Frequency(std::string_view text) {
  return EstimateFrequency(
      {.text = text,
       .has_wildcards = text.find_first_of("*?") != std::string_view::npos});
}

TEST(EstimateFrequencyTest, CommonWordsAndShortWordsAreFrequent) {
  EXPECT_GT(Frequency(" the "), Frequency(" cat "));
  EXPECT_GT(Frequency(" cat "), Frequency(" parliament "));
  EXPECT_GT(Frequency(" не "), Frequency(" нефтепровод "));
}

TEST(EstimateFrequencyTest, APhraseIsRarerThanItsRarestWord) {
  EXPECT_LT(Frequency(" us election "), Frequency(" election "));
  EXPECT_LT(Frequency(" the us election "), Frequency(" us election "));
}

TEST(EstimateFrequencyTest, AWildcardIsRarerTheMoreOfItIsLiteral) {
  EXPECT_GT(Frequency(" ab* "), Frequency(" abcd* "));
  EXPECT_GT(Frequency(" abcdefgh* "), Frequency(" abcdefgh "));
}

}  // namespace
}  // namespace presshawk
