// SPDX-License-Identifier: Apache-2.0
#include "core/base/authority.h"

#include <gtest/gtest.h>

namespace presshawk {
namespace {

TEST(AuthorityTest, NamesAndAddressesAreReadWithTheirPorts) {
  EXPECT_EQ(ParseAuthority("Watch.Example:9464")->host, "watch.example");
  EXPECT_EQ(ParseAuthority("Watch.Example:9464")->port, "9464");
  EXPECT_EQ(ParseAuthority("localhost.")->host, "localhost");
  EXPECT_FALSE(ParseAuthority("localhost")->is_ip);
  EXPECT_TRUE(ParseAuthority("127.0.0.1:1")->is_ip);
  EXPECT_TRUE(ParseAuthority("[::1]:9464")->is_ip);
  EXPECT_EQ(ParseAuthority("[::1]:9464")->host, "::1");
  EXPECT_EQ(ParseAuthority("[::1]")->port, "");
}

TEST(AuthorityTest, WhatOnlyLooksLikeAnAddressIsAName) {
  for (const char* text : {"127.0.0.1.evil.example", "127.0.0.1a", "0x7f.1",
                           "1.2.3", "1.2.3.4.5", "256.0.0.1"}) {
    ASSERT_TRUE(ParseAuthority(text).has_value()) << text;
    EXPECT_FALSE(ParseAuthority(text)->is_ip) << text;
  }
}

TEST(AuthorityTest, WhatIsNeitherIsNothing) {
  for (const char* text :
       {"", ":80", "a b", "user@localhost", "localhost:80:80", "localhost:x",
        "localhost:123456", "::1", "[::1", "[::1]x", "[localhost]", "a/b",
        "localhost\tx", ".", "127.0.0.1,evil.example"}) {
    EXPECT_FALSE(ParseAuthority(text).has_value()) << text;
  }
  EXPECT_FALSE(ParseAuthority(std::string(300, 'a')).has_value());
}

TEST(AuthorityTest, UrlsAreOfHttp) {
  EXPECT_TRUE(ParseHttpUrl("https://watch.example/prefix/")->is_https);
  EXPECT_EQ(ParseHttpUrl("http://watch.example:8080")->authority.port, "8080");
  for (const char* text :
       {"watch.example", "ftp://watch.example", "https://", "https:///x",
        "https://user@watch.example", "https://watch.example/?x",
        "https://watch.example\\@evil.example", "HTTPS://watch.example"}) {
    EXPECT_FALSE(ParseHttpUrl(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace presshawk
