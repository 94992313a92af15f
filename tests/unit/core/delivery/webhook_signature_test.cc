// SPDX-License-Identifier: Apache-2.0
#include "core/delivery/webhook_signature.h"

#include <gtest/gtest.h>

namespace presshawk {
namespace {

constexpr char kSecretA[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr char kSecretB[] = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
constexpr char kIdA[] = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr int64_t kTimeA = 1614265330;
constexpr char kSignatureA[] =
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

std::string Key(std::string_view secret) {
  return WebhookKey(secret).value_or("");
}

// The first two are the tests of the specification's own repository.
TEST(WebhookSignatureTest, GivesTheSignaturesOfTheSpecification) {
  EXPECT_EQ(WebhookSignature({Key(kSecretA)}, kIdA, kTimeA,
                             R"({"test": 2432232314})"),
            kSignatureA);
  EXPECT_EQ(WebhookSignature(
                {Key(kSecretB)}, "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1649367553,
                R"({"email":"test@example.com","username":"test_user"})"),
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
}

TEST(WebhookSignatureTest, SignsBytesAndNotCharacters) {
  EXPECT_EQ(WebhookSignature({Key(kSecretA)}, kIdA, kTimeA, ""),
            "v1,v48jdbgvh29KJz2Qc+ghw8G6vG3nAKnujWBg8oM/62A=");
  EXPECT_EQ(WebhookSignature({Key(kSecretA)}, kIdA, kTimeA,
                             "{\"t\":\"K\xc3\xb6ln \xe2\x80\x94 "
                             "\xd0\x9f\xd1\x83\xd1\x82\xd0\xb8\xd0\xbd\"}"),
            "v1,OFhdzm0pOjpTLzg9jfX+AYex4KVPehb5kNPTXhPYQjs=");
}

TEST(WebhookSignatureTest, SignsTwiceWhileAPreviousSecretHolds) {
  EXPECT_EQ(WebhookSignature({Key(kSecretA), Key(kSecretB)}, kIdA, kTimeA,
                             R"({"test": 2432232314})"),
            std::string(kSignatureA) +
                " v1,78nXHjpFP0tVJQW5D0SBwmVyyW87BV/rL6MgfM/Bw44=");
}

TEST(WebhookSignatureTest, ASecretMayLackPrefixPaddingAndHaveALineFeed) {
  const std::string key = Key(kSecretA);
  EXPECT_EQ(key.size(), 24U);
  EXPECT_EQ(Key("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), key);
  EXPECT_EQ(Key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"), key);
  EXPECT_EQ(Key("whsec_YWI="), "ab");
  EXPECT_EQ(Key("whsec_YWI"), "ab");
}

TEST(WebhookSignatureTest, WhatIsNoSecretIsNone) {
  for (const char* const secret :
       {"", " ", "whsec_", "not base64!", "whsec_YWI=Y", "YW I="}) {
    EXPECT_FALSE(WebhookKey(secret).has_value()) << secret;
  }
}

}  // namespace
}  // namespace presshawk
