// SPDX-License-Identifier: Apache-2.0
#include "core/stories/title_counts.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace presshawk {
namespace {

// Against std::map, with keys that differ in their low bits only as well.
TEST(TitleCountsTest, CountsAsAMapDoes) {
  struct Seen {
    uint16_t title;
    uint32_t titles;
  };
  std::mt19937_64 random(4);
  std::vector<uint64_t> keys(5000);
  for (size_t i = 0; i < keys.size(); ++i) {
    keys[i] = i % 3 == 0 ? uint64_t{i} << 18 : random();
  }
  TitleCounts counts;
  std::map<uint64_t, Seen> oracle;
  for (int step = 0; step < 40'000; ++step) {
    const uint64_t key = keys[random() % keys.size()];
    const auto title = static_cast<uint16_t>(random() % 3);
    const auto before = static_cast<uint32_t>(random() % 3);
    counts.Count(key, title, before);
    const auto [it, is_new] = oracle.try_emplace(key, Seen{title, before});
    Seen& seen = it->second;
    if (!is_new && seen.title != title) {
      seen = {title, seen.titles + 1};
    }
  }
  for (const uint64_t key : keys) {
    const auto it = oracle.find(key);
    const uint32_t titles = it == oracle.end() ? 0 : it->second.titles;
    EXPECT_EQ(counts.TitlesOf(key), std::min(titles, TitleCounts::kTitlesMax));
  }
  counts.Clear();
  EXPECT_EQ(counts.TitlesOf(keys[0]), 0U);
}

}  // namespace
}  // namespace presshawk
