// SPDX-License-Identifier: Apache-2.0
#include "core/base/huge_pages.h"

#include <cstdint>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace presshawk {
namespace {

// Whether it is faster is the benchmarks' to say.
TEST(HugePagesTest, TheContentStays) {
  std::vector<uint32_t> numbers((9UL << 20) / sizeof(uint32_t));
  std::iota(numbers.begin(), numbers.end(), 0);
  // No table begins at a page's begin.
  PreferHugePages(numbers.data() + 1, (numbers.size() - 2) * sizeof(uint32_t));
  for (size_t i = 0; i < numbers.size(); ++i) {
    ASSERT_EQ(numbers[i], i);
  }
  numbers[numbers.size() / 2] = 7;  // It can still be written to.
  EXPECT_EQ(numbers[numbers.size() / 2], 7U);
}

TEST(HugePagesTest, SmallAndEmptyTablesStayAsTheyAre) {
  const std::vector<char> small(100, 'x');
  PreferHugePages(small.data(), small.size());
  PreferHugePages(nullptr, 0);
  EXPECT_EQ(small, std::vector<char>(100, 'x'));
}

}  // namespace
}  // namespace presshawk
