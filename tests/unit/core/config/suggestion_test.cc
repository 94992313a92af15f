// SPDX-License-Identifier: Apache-2.0
#include "core/config/suggestion.h"

#include <array>

#include "gtest/gtest.h"

namespace presshawk {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"watchlists", "sinks",
                                                    "http", "workers"};

TEST(NearestName, FindsMistypedNames) {
  EXPECT_EQ(NearestName("watchlist", kNames), "watchlists");
  EXPECT_EQ(NearestName("wachtlists", kNames), "watchlists");  // A swap.
  EXPECT_EQ(NearestName("Sink", kNames), "sinks");
  EXPECT_EQ(NearestName("htp", kNames), "http");
}

TEST(NearestName, SuggestsNothingForAnotherWord) {
  EXPECT_EQ(NearestName("volume", kNames), "");
  EXPECT_EQ(NearestName("xy", kNames), "");
  EXPECT_EQ(NearestName(std::string(1000, 'a'), kNames), "");
}

}  // namespace
}  // namespace presshawk
