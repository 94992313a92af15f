// SPDX-License-Identifier: Apache-2.0
#include "core/base/hmac.h"

#include <string>

#include <gtest/gtest.h>

namespace presshawk {
namespace {

std::string Hex(const Sha256Digest& digest) { return HexPrefix(digest, 32); }

// RFC 4231, cases 1, 2, 6 and 7.
TEST(HmacTest, GivesTheCodesOfTheStandard) {
  EXPECT_EQ(Hex(HmacSha256(std::string(20, '\x0b'), {"Hi There"})),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(Hex(HmacSha256("Jefe", {"what do ya want for nothing?"})),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  const std::string long_key(131, '\xaa');
  EXPECT_EQ(Hex(HmacSha256(long_key, {"Test Using Larger Than Block-Size Key - "
                                      "Hash Key First"})),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(
      Hex(HmacSha256(long_key,
                     {"This is a test using a larger than block-size key and a "
                      "larger than block-size data. The key needs to be hashed "
                      "before being used by the HMAC algorithm."})),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(HmacTest, PiecesAreOneText) {
  EXPECT_EQ(HmacSha256("key", {"a", "", "bc"}), HmacSha256("key", {"abc"}));
  EXPECT_NE(HmacSha256("", {"abc"}), HmacSha256("key", {"abc"}));
}

}  // namespace
}  // namespace presshawk
