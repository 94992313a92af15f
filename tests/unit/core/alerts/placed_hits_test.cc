// SPDX-License-Identifier: Apache-2.0
#include "core/alerts/placed_hits.h"

#include "gtest/gtest.h"
#include "tests/unit/core/alerts/canonical_hit.h"

namespace presshawk {
namespace {

class PlacedHitsTest : public testing::Test {
 protected:
  void SetTexts(std::string_view title, std::string_view body) {
    article_.id = "a1";
    article_.text[0] = title;
    article_.text[2] = body;
    ASSERT_TRUE(text_.Assign(article_, 1 << 20));
  }
  Hit At(Field field, std::string_view term, size_t nth = 0,
         uint32_t order = 0) {
    Hit hit = CanonicalHit(text_, field, term, nth);
    hit.order = order;
    return hit;
  }

  Article article_;
  ArticleText text_;
  std::vector<PlacedHit> placed_;
};

TEST_F(PlacedHitsTest, OrderIsFieldThenBeginThenEnd) {
  SetTexts("Trump", "Trump meets Donald Trump");
  std::vector<Hit> hits = {
      At(Field::kBody, "Trump", 1), At(Field::kBody, "Donald Trump"),
      At(Field::kBody, "Trump"), At(Field::kTitle, "Trump")};
  EXPECT_EQ(PlaceHits(text_, &hits, 20, &placed_), 4u);
  ASSERT_EQ(placed_.size(), 4u);
  EXPECT_EQ(placed_[0].field, Field::kTitle);
  EXPECT_EQ(placed_[1].code_points, (CodePointSpan{0, 5}));
  EXPECT_EQ(placed_[2].code_points, (CodePointSpan{12, 24}));
  EXPECT_EQ(placed_[3].code_points, (CodePointSpan{19, 24}));
}

TEST_F(PlacedHitsTest, OfEqualPlacesTheFirstWrittenTermNames) {
  SetTexts("", "The Kremlin said");
  std::vector<Hit> hits = {At(Field::kBody, "KREMLIN", 0, 2),
                           At(Field::kBody, "Kremlin", 0, 1)};
  EXPECT_EQ(PlaceHits(text_, &hits, 20, &placed_), 1u);
  ASSERT_EQ(placed_.size(), 1u);
  EXPECT_EQ(placed_[0].term, "Kremlin");
}

TEST_F(PlacedHitsTest, TheCountIsNotCutWithTheHits) {
  SetTexts("", "a a a a a");
  std::vector<Hit> hits;
  for (size_t i = 0; i < 5; ++i) {
    hits.push_back(At(Field::kBody, "a", i));
  }
  EXPECT_EQ(PlaceHits(text_, &hits, 2, &placed_), 5u);
  ASSERT_EQ(placed_.size(), 2u);
  EXPECT_EQ(placed_[1].code_points, (CodePointSpan{2, 3}));
}

TEST_F(PlacedHitsTest, TwoTokensOfOneCodePointAreOnePlace) {
  SetTexts("", "½ cup");
  std::vector<Hit> hits = {At(Field::kBody, "1"), At(Field::kBody, "2")};
  EXPECT_EQ(PlaceHits(text_, &hits, 20, &placed_), 1u);
  EXPECT_EQ(placed_[0].code_points, (CodePointSpan{0, 1}));
}

TEST_F(PlacedHitsTest, OffsetsCountCodePoints) {
  SetTexts("", "🌍 “Москва” Kremlin’s");
  std::vector<Hit> hits = {At(Field::kBody, "Kremlin"),
                           At(Field::kBody, "Москва")};
  EXPECT_EQ(PlaceHits(text_, &hits, 20, &placed_), 2u);
  EXPECT_EQ(placed_[0].code_points, (CodePointSpan{3, 9}));
  EXPECT_EQ(placed_[1].code_points, (CodePointSpan{11, 18}));
}

}  // namespace
}  // namespace presshawk
