// SPDX-License-Identifier: Apache-2.0
// Each pattern gets the anchor by which it is found at the least cost.
#include "matchers/tokens/anchors.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/str_cat.h"
#include "tests/unit/matchers/term_patterns.h"

namespace presshawk::tokens {
namespace {

TEST(HasAnchorTest, AWildcardNeedsTwoLiteralBytesAtAnEndOfAToken) {
  const TermPatterns terms({"kremlin", "the kremlin", "eu*", "*eu", "e?u",
                            "a*ion", "*middle*", "e*u", "the *middle*"});
  for (size_t i = 0; i < terms.size(); ++i) {
    const bool has_anchor = i != 4 && i != 6 && i != 7;
    EXPECT_EQ(HasAnchor(terms[i]), has_anchor) << terms.text(i);
  }
}

// The anchor of the first of `terms`, in words: `pair us`.
std::string AnchorOf(const std::vector<std::string>& terms) {
  const TermPatterns patterns(terms);
  AnchorChoice choice;
  for (const Pattern& pattern : patterns.patterns()) {
    choice.Add(pattern);
  }
  const Anchor anchor = choice.Best(0, patterns.text(0));
  const std::string_view text = patterns.text(0);
  const std::string_view token =
      text.substr(anchor.place, text.find(' ', anchor.place) - anchor.place);
  switch (anchor.kind) {
    case Anchor::Kind::kWord:
      return StrCat("word ", token);
    case Anchor::Kind::kPair:
      return StrCat("pair ", token);
    case Anchor::Kind::kEdge:
      return StrCat("edge ", static_cast<uint32_t>(anchor.edge_bytes), " ",
                    token);
  }
  return "";
}

TEST(AnchorChoiceTest, AWordIsItsOwnAnchor) {
  EXPECT_EQ(AnchorOf({"kremlin"}), "word kremlin");
}

TEST(AnchorChoiceTest, APhraseIsFoundByItsRarestPairOfNeighbours) {
  EXPECT_EQ(AnchorOf({"us election"}), "pair us");
  EXPECT_EQ(AnchorOf({"of the kremlinology institute"}), "pair kremlinology");
}

TEST(AnchorChoiceTest, AWildcardIsFoundByUpToFourBytesOfItsLongerEnd) {
  EXPECT_EQ(AnchorOf({"elect*"}), "edge 4 elect*");
  EXPECT_EQ(AnchorOf({"eu*"}), "edge 2 eu*");
  EXPECT_EQ(AnchorOf({"*gate"}), "edge 4 *gate");
  EXPECT_EQ(AnchorOf({"a*ion"}), "edge 3 a*ion");
}

TEST(AnchorChoiceTest, APhraseWithWildcardsMayBeFoundByAWord) {
  EXPECT_EQ(AnchorOf({"parliamentarians eu*"}), "word parliamentarians");
  EXPECT_EQ(AnchorOf({"the gov*"}), "edge 3 gov*");
}

// `university of` is rare in a text, and in every other name of these lists.
TEST(AnchorChoiceTest, WhatManyPatternsShareIsDear) {
  std::vector<std::string> terms = {"universities parliament x9"};
  EXPECT_EQ(AnchorOf(terms), "pair universities");
  for (int i = 0; i < 1000; ++i) {
    terms.push_back(StrCat("universities parliament y", i));
  }
  EXPECT_EQ(AnchorOf(terms), "pair parliament");
}

}  // namespace
}  // namespace presshawk::tokens
