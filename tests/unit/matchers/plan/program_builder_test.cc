// SPDX-License-Identifier: Apache-2.0
// The builder turns query trees into nodes, terms and patterns.
#include "matchers/plan/program_builder.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "matchers/query/parser.h"
#include "tests/unit/matchers/plan/small_plan.h"

namespace presshawk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Texts(const StringPool& pool) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < pool.size(); ++i) {
    texts.emplace_back(pool[i]);
  }
  return texts;
}

std::vector<std::string> PatternTexts(const SmallPlan& plan) {
  std::vector<std::string> texts;
  for (const Pattern& pattern : plan.patterns()) {
    texts.emplace_back(pattern.text);
  }
  return texts;
}

TEST(ProgramBuilderTest, EqualTermsOfAllListsAreOne) {
  const SmallPlan plan({{"a", "Kremlin"}, {"b", "kremlin OR KREMLIN"}});
  EXPECT_THAT(PatternTexts(plan), ElementsAre(" kremlin "));
  EXPECT_EQ(plan.program().terms.size(), 1U);
  // Hits name the term as each list writes it.
  EXPECT_THAT(Texts(plan.program().shown),
              ElementsAre("Kremlin", "kremlin", "KREMLIN"));
}

TEST(ProgramBuilderTest, ATermWithASurfaceConditionSharesThePattern) {
  const SmallPlan plan({{"a", "us"}, {"b", "{US}"}, {"c", "{US} OR {us}"}});
  EXPECT_THAT(PatternTexts(plan), ElementsAre(" us "));
  EXPECT_EQ(plan.program().terms.size(), 3U);  // us, {US}, {us}.
  EXPECT_EQ(plan.program().terms[0].surface, Term::kNone);
  EXPECT_NE(plan.program().terms[1].surface, plan.program().terms[2].surface);
}

TEST(ProgramBuilderTest, ATermKnowsItsTokens) {
  const SmallPlan plan({{"a", "\"the us election\" OR 特朗普"}});
  EXPECT_EQ(plan.program().terms[0].tokens, 3U);
  EXPECT_EQ(plan.program().terms[1].tokens, 3U);
}

TEST(ProgramBuilderTest, OnlyAPatternWithWildcardsSaysSo) {
  const SmallPlan plan({{"a", "kreml*"}, {"literal", "", {"kreml*"}}});
  EXPECT_THAT(PatternTexts(plan), ElementsAre(" kreml* ", " kreml "));
  EXPECT_TRUE(plan.patterns()[0].has_wildcards);
  EXPECT_FALSE(plan.patterns()[1].has_wildcards);
}

TEST(ProgramBuilderTest, RegexesAreSharedByTheirTextAndCase) {
  const SmallPlan plan({{"a", "/ab/"}, {"b", "/ab/ OR /ab/i"}, {"c", "iab"}});
  EXPECT_THAT(Texts(plan.program().regex_texts), ElementsAre("rab", "iab"));
  // The word is no regex, although it is the text of one.
  EXPECT_THAT(PatternTexts(plan), ElementsAre("", "", " iab "));
  EXPECT_NE(plan.patterns()[0].regex, nullptr);
  EXPECT_NE(plan.patterns()[1].regex, nullptr);
  EXPECT_EQ(plan.patterns()[2].regex, nullptr);
}

TEST(ProgramBuilderTest, AListIsItsTermsOrItsQuery) {
  const SmallPlan plan({{"a", "c AND d", {"a", "b"}}, {"one", "", {"a"}}});
  const ProgramNode& root = plan.RootOf(0);
  ASSERT_EQ(root.kind, NodeKind::kOr);
  ASSERT_EQ(root.child_count, 3U);
  EXPECT_EQ(plan.ChildOf(root, 0).kind, NodeKind::kTerm);
  EXPECT_EQ(plan.ChildOf(root, 2).kind, NodeKind::kAnd);
  EXPECT_EQ(plan.RootOf(1).kind, NodeKind::kTerm);
}

TEST(ProgramBuilderTest, AScopeIsWrittenIntoTheNodesBelow) {
  const SmallPlan plan({{"a", "title:(a AND body:b) OR c"}});
  const ProgramNode& both = plan.ChildOf(plan.RootOf(0), 0);
  EXPECT_EQ(both.scope.fields, MaskOf(Field::kTitle));
  EXPECT_EQ(plan.ChildOf(both, 0).scope.fields, MaskOf(Field::kTitle));
  EXPECT_EQ(plan.ChildOf(both, 1).scope.fields, MaskOf(Field::kBody));
  EXPECT_EQ(plan.ChildOf(plan.RootOf(0), 1).scope, Scope());
}

TEST(ProgramBuilderTest, MetadataConditionsAreSharedWhereTheyMeanTheSame) {
  const SmallPlan plan({{"a", "lang:en"}, {"b", "lang:English OR country:en"}});
  EXPECT_THAT(Texts(plan.program().meta_values), ElementsAre("en", "en"));
  EXPECT_EQ(plan.program().meta_fields[0], MetaField::kLang);
  EXPECT_EQ(plan.program().meta_fields[1], MetaField::kCountry);
}

TEST(ProgramBuilderTest, AReferenceCostsANodeAndNoCopy) {
  const SmallPlan plan({{"words", "a OR b OR c"}, {"l", "@words AND d"}});
  EXPECT_EQ(plan.program().roots.size(), 2U);
  EXPECT_EQ(plan.program().nodes.size(), 4U + 3U);
  const ProgramNode& reference = plan.ChildOf(plan.RootOf(1), 0);
  EXPECT_EQ(reference.kind, NodeKind::kReference);
  EXPECT_EQ(reference.target, plan.program().lists[0]);
}

TEST(ProgramBuilderTest, AListThatIsReferredToComesFirst) {
  const SmallPlan plan({{"l", "@words OR @words"}, {"words", "a OR b"}});
  EXPECT_THAT(absl::Span<const RootId>(plan.program().lists),
              ElementsAre(1, 0));
  EXPECT_THAT(plan.program().ReferencesOf(1), ElementsAre(0));
  EXPECT_THAT(plan.program().ReferencesOf(0), IsEmpty());
}

TEST(ProgramBuilderTest, UnderAnotherScopeAListHasAnotherRoot) {
  const SmallPlan plan({{"word", "a"},
                        {"title", "title:@word"},
                        {"lead", "lead:@word"},
                        {"again", "title:(@word OR b)"}});
  const Program& program = plan.program();
  ASSERT_EQ(program.roots.size(), 4U + 2U);
  const RootId under_title = plan.RootOf(1).target;
  EXPECT_NE(under_title, program.lists[0]);
  EXPECT_EQ(program.nodes[program.roots[under_title].node].scope.fields,
            MaskOf(Field::kTitle));
  EXPECT_TRUE(
      program.nodes[program.roots[plan.RootOf(2).target].node].scope.lead);
  EXPECT_EQ(plan.ChildOf(plan.RootOf(3), 0).target, under_title);
}

TEST(ProgramBuilderTest, AnEditorialListNarrowsEveryScopeInIt) {
  const SmallPlan plan({{"word", "a OR body:b"},
                        {"story", "@word AND title:c", {}, true},
                        {"again", "editorial:@word"}});
  const Program& program = plan.program();
  ASSERT_EQ(program.roots.size(), 3U + 2U);
  const auto scope_of = [&](const ProgramNode& node, uint32_t index) {
    return plan.ChildOf(node, index).scope;
  };
  const auto referred = [&](const ProgramNode& reference) {
    return program.nodes[program.roots[reference.target].node];
  };
  const ProgramNode narrowed = referred(plan.ChildOf(plan.RootOf(1), 0));
  EXPECT_EQ(scope_of(narrowed, 0), (Scope{kDefaultFields, false, true}));
  EXPECT_EQ(scope_of(narrowed, 1), (Scope{MaskOf(Field::kBody), false, true}));
  // A title is the story already.
  EXPECT_EQ(scope_of(plan.RootOf(1), 1), (Scope{MaskOf(Field::kTitle)}));
  // A scope in a query is replaced by the one inside (A34).
  const ProgramNode replaced = referred(plan.RootOf(2));
  EXPECT_EQ(scope_of(replaced, 0), (Scope{kDefaultFields, false, true}));
  EXPECT_EQ(scope_of(replaced, 1), (Scope{MaskOf(Field::kBody)}));
}

TEST(ProgramBuilderTest, AnOperandTakesTheTermsOfTheListsThatItNames) {
  const SmallPlan plan({{"more", "c"},
                        {"words", "b OR @more OR @more", {"a"}},
                        {"near", "(x OR @words) NEAR/3 y"}});
  const ProgramNode& near = plan.RootOf(2);
  ASSERT_EQ(near.kind, NodeKind::kNear);
  const ProgramNode& operand = plan.ChildOf(near, 0);
  ASSERT_EQ(operand.kind, NodeKind::kOr);
  std::vector<std::string> written;
  for (uint32_t i = 0; i < operand.child_count; ++i) {
    const ProgramNode& leaf = plan.ChildOf(operand, i);
    ASSERT_EQ(leaf.kind, NodeKind::kTerm);
    written.emplace_back(plan.program().shown[leaf.shown]);
  }
  EXPECT_THAT(written, ElementsAre("x", "a", "b", "c"));
  EXPECT_THAT(plan.program().ReferencesOf(plan.program().lists[2]), IsEmpty());
}

// One function call inside another for each of them would need 100,000 frames.
TEST(ProgramBuilderTest, AChainOfReferencesMayBeLong) {
  constexpr uint32_t kLists = 100'000;
  std::vector<ParsedList> lists(kLists);
  for (uint32_t i = 0; i + 1 < kLists; ++i) {
    lists[i].query = std::make_unique<Node>();
    lists[i].query->kind = NodeKind::kReference;
    lists[i].query->list = i + 1;
  }
  lists.back().terms.push_back(LiteralTerm("a"));
  Program program;
  ProgramBuilder builder(lists, &program);
  builder.Add(0);
  EXPECT_EQ(program.roots.size(), size_t{kLists});
  EXPECT_EQ(program.lists[0], kLists - 1);
}

TEST(FindEmptyTermTest, ATermNeedsALetterOrDigit) {
  for (const char* query : {"a AND b", "/!!!/"}) {
    const ParsedQuery parsed = ParseQuery(query);
    ASSERT_NE(parsed.root, nullptr) << query;
    EXPECT_EQ(FindEmptyTerm(*parsed.root), nullptr) << query;
  }
  const std::unique_ptr<Node> marks = LiteralTerm("?!");
  EXPECT_EQ(FindEmptyTerm(*marks), marks.get());
}

}  // namespace
}  // namespace presshawk
