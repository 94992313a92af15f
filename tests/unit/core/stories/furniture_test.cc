// SPDX-License-Identifier: Apache-2.0
#include "core/stories/furniture.h"

#include <bit>
#include <map>
#include <random>
#include <set>

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

// Against a map of all that was seen, in random texts of few runs.
TEST(FurnitureTest, CountsAsAMapDoes) {
  struct Seen {
    int times = 0;
    uint16_t title = 0;
    int titles = 0;
  };
  std::mt19937 random(8);
  FurnitureTable table(size_t{1} << 22);
  std::map<std::pair<uint32_t, uint32_t>, Seen> oracle;
  size_t masked = 0;
  for (int i = 0; i < 2000; ++i) {
    Signature signature;
    signature.source = static_cast<uint32_t>(random() % 3);
    signature.title.size = random() % 4 == 0 ? 0 : 1;
    signature.title.hashes[0] = static_cast<uint16_t>(random() % 3);
    std::set<uint32_t> hashes;
    for (size_t count = random() % 65; hashes.size() < count;) {
      hashes.insert(static_cast<uint32_t>(random() % 900) * 0x9E3779B1U);
    }
    signature.body.size = static_cast<uint32_t>(hashes.size());
    std::copy(hashes.begin(), hashes.end(), signature.body.hashes.begin());
    const uint16_t title =
        signature.title.size == 0 ? uint16_t{0} : signature.title.hashes[0];
    uint64_t mask = 0;
    for (uint32_t bit = 0; bit < signature.body.size; ++bit) {
      Seen& seen = oracle[{signature.source, signature.body.hashes[bit]}];
      mask |= seen.titles >= 2 ? uint64_t{1} << bit : 0;
      // The first title is not kept: it counts when it is seen again.
      if (++seen.times > 2 && seen.title != title) {
        ++seen.titles;
      }
      seen.title = title;
    }
    masked += static_cast<size_t>(std::popcount(mask));
    ASSERT_EQ(table.MaskOf(signature), mask);
    table.Prefetch(signature);
    ASSERT_EQ(table.Count(signature), mask);
  }
  EXPECT_GT(masked, 1000U);
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
