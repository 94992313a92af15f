// SPDX-License-Identifier: Apache-2.0
#include "core/zones/folded_text.h"

#include "gtest/gtest.h"

namespace presshawk {
namespace {

TEST(FoldedTextTest, APhraseComparesWithoutCaseSpacesAndMarks) {
  EXPECT_EQ(PhraseAtStart("READ  more: it", "Read more"), 10);
  EXPECT_EQ(PhraseAtStart("Читайте\u00A0ТАКЖЕ", "читайте также"),
            std::string_view("Читайте\u00A0ТАКЖЕ").size());
  EXPECT_EQ(PhraseAtStart("ÉCRIT ici", "écrit"), 6);
  EXPECT_EQ(PhraseAtStart("Image 12 of 13", "image # of #"), 14);
  EXPECT_EQ(PhraseAtStart("агенция „Фокус“", "агенция \"Фокус\""),
            std::string_view("агенция „Фокус“").size());
}

TEST(FoldedTextTest, APhraseEndsWhereAWordEnds) {
  EXPECT_EQ(PhraseAtStart("Photography", "Photo"), kNoPhrase);
  EXPECT_EQ(PhraseAtStart("Photo:x", "Photo:"), 6);
  EXPECT_NE(PhraseAtStart("责任编辑张三", "责任编辑"), kNoPhrase);
}

TEST(FoldedTextTest, APhraseAtTheEndBeginsWhereAWordBegins) {
  size_t begin = 0;
  EXPECT_TRUE(PhraseAtEnd("Evan Vucci/AP", "AP", &begin));
  EXPECT_EQ(begin, 11);
  EXPECT_TRUE(PhraseAtEnd("he read it. All Rights  Reserved",
                          "all rights reserved", &begin));
  EXPECT_EQ(begin, 12);
  EXPECT_FALSE(PhraseAtEnd("a MAP", "AP", &begin));
  EXPECT_FALSE(PhraseAtEnd("", "AP", &begin));
  EXPECT_FALSE(PhraseAtEnd("AP says", "AP", &begin));
}

TEST(FoldedTextTest, HashesOfAPhraseAndOfItsTextAreEqual) {
  EXPECT_EQ(FirstWordHash("READ more"), FirstWordHash("read"));
  EXPECT_EQ(LastWordHash("by Ann / Reuters.)"), LastWordHash("REUTERS"));
  EXPECT_EQ(LastWordHash("..."), LastWordHash(""));
}

}  // namespace
}  // namespace presshawk
