#include "core/stories/furniture.h"

#include <bit>

#include <gtest/gtest.h>

#include "tests/unit/core/stories/story_texts.h"

namespace presshawk {
namespace {

constexpr size_t kFilterBytes = size_t{1} << 16;

Signature Titled(const std::string& title, const std::string& source = "A") {
  return SignatureOf(
      {.title = title, .body = Words("call", 0, 30), .source = source});
}

TEST(FurnitureTest, WhatStandsUnderManyTitlesIsFurniture) {
  FurnitureTable table(kFilterBytes);
  for (const char* title :
       {"Ferry leaves", "Minister resigns", "Rain expected", "Prices fall"}) {
    EXPECT_EQ(table.MaskOf(Titled(title)), 0U) << title;
    table.Count(Titled(title));
  }
  const Signature next = Titled("Match postponed");
  EXPECT_EQ(std::popcount(table.MaskOf(next)),
            static_cast<int>(next.body.size));
  EXPECT_EQ(table.MaskOf(Titled("Match postponed", "B")), 0U);
}

TEST(FurnitureTest, CopiesUnderOneTitleAreNone) {
  FurnitureTable table(kFilterBytes);
  for (int i = 0; i < 20; ++i) {
    table.Count(Titled("Ferry leaves"));
  }
  table.Count(Titled("Ferry leaves late"));
  EXPECT_EQ(table.MaskOf(Titled("Ferry leaves")), 0U);
}

TEST(FurnitureTest, TwoRotationsForget) {
  FurnitureTable table(kFilterBytes);
  for (const char* title :
       {"Ferry leaves", "Minister resigns", "Rain expected", "Prices fall"}) {
    table.Count(Titled(title));
  }
  table.Rotate();
  EXPECT_NE(table.MaskOf(Titled("x")), 0U);
  table.Rotate();
  EXPECT_EQ(table.MaskOf(Titled("x")), 0U);
}

}  // namespace
}  // namespace presshawk
