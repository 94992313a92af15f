// SPDX-License-Identifier: Apache-2.0
#include "core/zones/block_rules.h"

#include "gtest/gtest.h"

namespace presshawk {
namespace {

TEST(BlockRulesTest, EveryLineOfTheDataIsARule) {
  std::vector<std::string> mistakes;
  BlockRules::Parse(BlockRuleText(), &mistakes);
  EXPECT_TRUE(mistakes.empty()) << mistakes[0];
}

TEST(BlockRulesTest, ALineThatIsNoRuleIsNamed) {
  std::vector<std::string> mistakes;
  BlockRules::Parse(
      "caption starts Photo:\n// A comment.\n\nmain starts Photo:\n"
      "caption begins Photo:\ncaption starts\n",
      &mistakes);
  EXPECT_EQ(mistakes,
            (std::vector<std::string>{
                "not a kind, a place and a phrase: main starts Photo:",
                "not a kind, a place and a phrase: caption begins Photo:",
                "not a kind, a place and a phrase: caption starts"}));
}

TEST(BlockRulesTest, RulesAreFoundByTheFirstOrLastWord) {
  std::vector<std::string> mistakes;
  const BlockRules rules = BlockRules::Parse(
      "caption starts Фото:\nrelated_links starts Read more\n"
      "footer_promo ends rights reserved\nbio_byline starts 来源：\n",
      &mistakes);
  EXPECT_TRUE(mistakes.empty());
  EXPECT_EQ(rules.AtStart("ФОТО: Рейтер").size(), 1);
  EXPECT_EQ(rules.AtStart("READ on").size(), 1);
  EXPECT_EQ(rules.AtStart("来源：足球报").size(), 1);
  EXPECT_TRUE(rules.AtStart("Reading").empty());
  EXPECT_EQ(rules.AtEnd("All rights reserved.").size(), 1);
  EXPECT_TRUE(rules.AtEnd("").empty());
  EXPECT_TRUE(rules.AtStart("").empty());
}

}  // namespace
}  // namespace presshawk
