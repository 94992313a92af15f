// SPDX-License-Identifier: Apache-2.0
// Tokens beside the one of the configuration: what each may do, and its end.
#include "core/http/access_tokens.h"

#include "core/base/api_token.h"
#include "core/base/str_cat.h"
#include "core/http/http_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/core/http/http_client.h"
#include "tests/unit/core/http/test_server.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TEST(ApiTokenTest, ItsTextHasAnIdASecretAndAChecksum) {
  const ApiToken token = NewApiToken();
  EXPECT_THAT(token.text, MatchesRegex("phk_[0-9a-f]{10}_[0-9a-f]{48}_"
                                       "[0-9a-f]{8}"));
  EXPECT_EQ(ApiTokenId(token.text), token.id);
  EXPECT_NE(NewApiToken().text, token.text);
  EXPECT_EQ(ApiTokenId("phk_1_2_0"), std::nullopt);
  for (size_t i = 0; i < token.text.size(); ++i) {
    std::string mistyped = token.text;
    mistyped[i] = mistyped[i] == '0' ? '1' : '0';
    EXPECT_EQ(ApiTokenId(mistyped), std::nullopt) << i;
  }
  EXPECT_EQ(ApiTokenId(""), std::nullopt);
}

TEST(ApiTokenTest, ScopesHaveNames) {
  for (const TokenScope scope :
       {TokenScope::kRead, TokenScope::kAct, TokenScope::kAdmin}) {
    EXPECT_EQ(ParseTokenScope(TokenScopeName(scope)), scope);
  }
  EXPECT_EQ(ParseTokenScope("root"), std::nullopt);
}

class AccessTokensTest : public ::testing::Test {
 protected:
  AccessTokensTest()
      : server_(HttpServer::Options{.token = "s3cret", .tokens = &tokens_}) {
    server_.LetReloadsEnd();
  }
  // A token that is in force.
  std::string Add(TokenScope scope,
                  absl::Time expires_at = absl::InfiniteFuture()) {
    const ApiToken token = NewApiToken();
    all_.push_back({.id = token.id,
                    .hash = ApiTokenHash(token.text),
                    .scope = scope,
                    .expires_at = expires_at});
    tokens_.Replace(all_);
    return token.text;
  }
  int Status(const std::string& method, const std::string& path,
             const std::string& token) {
    return Request(server_.port(), method, path,
                   StrCat("Authorization: Bearer ", token, "\r\n"))
        .status;
  }

  std::vector<AccessTokens::Token> all_;
  AccessTokens tokens_;
  TestServer server_;
};

TEST_F(AccessTokensTest, EachMayDoWhatItsScopeSays) {
  const std::string read = Add(TokenScope::kRead);
  const std::string act = Add(TokenScope::kAct);
  for (const std::string& token : {read, act, std::string("s3cret")}) {
    EXPECT_EQ(Status("GET", "/metrics", token), 200);
  }
  EXPECT_EQ(Status("POST", "/-/reload", read), 403);
  EXPECT_EQ(Status("POST", "/-/reload", act), 200);
  EXPECT_EQ(Status("POST", "/-/reload", "s3cret"), 200);
  const HttpAnswer refused =
      Request(server_.port(), "POST", "/-/reload",
              StrCat("Authorization: Bearer ", read, "\r\n"));
  EXPECT_THAT(refused.body, HasSubstr("this token is for `read` only"));
  EXPECT_THAT(refused.body, HasSubstr("use one with the scope act"));
}

TEST_F(AccessTokensTest, WhatIsMistypedRevokedOrExpiredIsNone) {
  const std::string expired = Add(TokenScope::kRead, absl::UnixEpoch());
  const std::string good = Add(TokenScope::kRead);
  EXPECT_EQ(Status("GET", "/metrics", expired), 401);
  EXPECT_EQ(Status("GET", "/metrics", good + "0"), 401);
  EXPECT_EQ(Status("GET", "/metrics", NewApiToken().text), 401);
  EXPECT_EQ(Status("GET", "/metrics", good), 200);
  EXPECT_EQ(tokens_.TakeUses().size(), 1U);
  EXPECT_TRUE(tokens_.TakeUses().empty());
  tokens_.Replace({});
  EXPECT_EQ(Status("GET", "/metrics", good), 401);
}

TEST_F(AccessTokensTest, ABrowserThatLoggedInWithOneMayDoNoMore) {
  const std::string read = Add(TokenScope::kRead);
  constexpr char kForm[] =
      "Content-Type: application/x-www-form-urlencoded\r\n"
      "Sec-Fetch-Site: same-origin\r\n";
  const HttpAnswer login =
      Request(server_.port(), "POST", "/login", kForm, StrCat("token=", read));
  ASSERT_EQ(login.status, 303);
  const std::string name = "Set-Cookie: ";
  const size_t begin = login.head.find(name) + name.size();
  const std::string cookie = StrCat(
      "Cookie: ", login.head.substr(begin, login.head.find(';', begin) - begin),
      "\r\nSec-Fetch-Site: same-origin\r\n");
  EXPECT_EQ(Request(server_.port(), "GET", "/metrics", cookie).status, 200);
  EXPECT_EQ(Request(server_.port(), "POST", "/-/reload", cookie).status, 403);
  tokens_.Replace({});  // Revoked.
  EXPECT_EQ(Request(server_.port(), "GET", "/metrics", cookie).status, 401);
}

}  // namespace
}  // namespace presshawk
