// SPDX-License-Identifier: Apache-2.0
#include "core/stories/hash_index.h"

#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace presshawk {
namespace {

// Against std::multimap, with few hashes so that they collide.
TEST(HashIndexTest, HoldsWhatAMultimapHolds) {
  std::mt19937 random(7);
  HashIndex index;
  std::multimap<uint32_t, uint32_t> oracle;
  for (uint32_t step = 0; step < 200'000; ++step) {
    const uint32_t hash = static_cast<uint32_t>(random() % 900) * 0x9E3779B1U;
    if (oracle.count(hash) < 20 && random() % 100 < 52) {
      index.Add(hash, step);
      oracle.emplace(hash, step);
    } else if (const auto it = oracle.find(hash); it != oracle.end()) {
      index.Remove(hash, it->second);
      oracle.erase(it);
    }
    if (step % 1000 == 0) {
      for (uint32_t i = 0; i < 900; ++i) {
        const uint32_t asked = i * 0x9E3779B1U;
        std::multiset<uint32_t> found, expected;
        index.ForEach(asked, [&](uint32_t article) { found.insert(article); });
        const auto [begin, end] = oracle.equal_range(asked);
        for (auto one = begin; one != end; ++one) {
          expected.insert(one->second);
        }
        ASSERT_EQ(found, expected);
      }
    }
  }
}

TEST(HashIndexTest, AHashThatEverythingHasTakesNoMore) {
  HashIndex index;
  for (uint32_t article = 0; article < 1000; ++article) {
    index.Add(5, article);
  }
  size_t count = 0;
  index.ForEach(5, [&](uint32_t) { ++count; });
  EXPECT_EQ(count, 64U);
  index.Remove(5, 999);  // Was not taken.
  index.Remove(5, 3);
  count = 0;
  index.ForEach(5, [&](uint32_t) { ++count; });
  EXPECT_EQ(count, 63U);
}

}  // namespace
}  // namespace presshawk
