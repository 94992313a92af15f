// SPDX-License-Identifier: Apache-2.0
#include "core/http/request_framing.h"

#include <gtest/gtest.h>

namespace presshawk {
namespace {

int StatusOf(std::string_view method, std::vector<std::string> lengths,
             bool has_transfer_encoding = false) {
  const auto problem =
      CheckFraming({method, std::move(lengths), has_transfer_encoding}, 1000);
  return problem.has_value() ? problem->status : 200;
}

TEST(RequestFramingTest, WhatCanBeRightPasses) {
  EXPECT_EQ(StatusOf("GET", {}), 200);
  EXPECT_EQ(StatusOf("GET", {"0"}), 200);
  EXPECT_EQ(StatusOf("POST", {}), 200);
  EXPECT_EQ(StatusOf("POST", {"1000"}), 200);
  EXPECT_EQ(StatusOf("POST", {"5", "5"}), 200);
  EXPECT_EQ(StatusOf("POST", {}, true), 200);
}

TEST(RequestFramingTest, WhatCannotBeRightIsToldAtOnce) {
  for (const char* length : {"", "-1", "+1", "0x10", "1a", "1 ", "1,1"}) {
    EXPECT_EQ(StatusOf("POST", {length}), 400) << length;
  }
  EXPECT_EQ(StatusOf("POST", {"5", "6"}), 400);
  EXPECT_EQ(StatusOf("POST", {"5"}, true), 400);
  EXPECT_EQ(StatusOf("GET", {"5"}), 400);
  EXPECT_EQ(StatusOf("HEAD", {}, true), 400);
  EXPECT_EQ(StatusOf("POST", {"1001"}), 413);
  EXPECT_EQ(StatusOf("POST", {std::string(40, '9')}), 413);
}

}  // namespace
}  // namespace presshawk
