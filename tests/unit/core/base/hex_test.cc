// SPDX-License-Identifier: Apache-2.0
#include "core/base/hex.h"

#include <gtest/gtest.h>

namespace presshawk {
namespace {

TEST(HexTest, EveryByteIsTwoDigitsInLowerCase) {
  EXPECT_EQ(HexOf(std::string_view("\x00\x09\x1f\xab\xff", 5)), "00091fabff");
  EXPECT_EQ(HexOf(""), "");
}

}  // namespace
}  // namespace presshawk
