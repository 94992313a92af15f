// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/delivery_id.h"

#include <gtest/gtest.h>

#include "core/base/str_cat.h"

namespace presshawk {
namespace {

// Computed with another program: sha256 of the pieces, each followed by a NUL.
TEST(DeliveryIdTest, IsTheHashOfWhatTheDeliveryIs) {
  EXPECT_EQ(DeliveryId({.subscription = "politics-desk",
                        .receiver = "crm",
                        .type = "presshawk.alert.v1",
                        .key = "0123456789abcdef0123456789abcdef"}),
            "3bef8980f3ccdf8a94395c80c0b35cc2");
  const std::string key = StrCat(
      "4f2a91c0", '\0', "2026-10-25T02:00+01:00 Europe/Berlin", '\0', "1");
  EXPECT_EQ(DeliveryId({.subscription = "politics-desk",
                        .receiver = "anna",
                        .address = "anna@example.org",
                        .type = "presshawk.digest.v1",
                        .key = key}),
            "182efcc61bbf49c7654370f47564df66");
}

TEST(DeliveryIdTest, PiecesDoNotRunIntoEachOther) {
  const auto id = [](std::string_view subscription, std::string_view receiver) {
    return DeliveryId({.subscription = subscription,
                       .receiver = receiver,
                       .type = "t",
                       .key = "k"});
  };
  EXPECT_NE(id("ab", "c"), id("a", "bc"));
}

}  // namespace
}  // namespace presshawk
