// SPDX-License-Identifier: Apache-2.0
#include "core/http/sessions.h"

#include <set>

#include <gtest/gtest.h>

#include "core/http/login_page.h"
#include "core/http/problem.h"
#include "nlohmann/json.hpp"

namespace presshawk {
namespace {

const absl::Time kBegin = absl::FromUnixSeconds(1'000'000);

TEST(SessionsTest, ASessionLastsUntilItIsEndedOrIdle) {
  Sessions sessions;
  const std::string secret = *sessions.Begin({}, kBegin);
  EXPECT_EQ(secret.size(), 64U);
  EXPECT_TRUE(sessions.Touch(secret, kBegin + Sessions::kIdleMax));
  EXPECT_TRUE(sessions.Touch(secret, kBegin + 2 * Sessions::kIdleMax));
  EXPECT_FALSE(sessions.Touch(
      secret, kBegin + 3 * Sessions::kIdleMax + absl::Seconds(1)));
  const std::string other = *sessions.Begin({}, kBegin);
  const uint64_t number = sessions.Touch(other, kBegin)->number;
  EXPECT_TRUE(sessions.Lives(number));
  EXPECT_EQ(sessions.End(other), number);
  EXPECT_EQ(sessions.End(other), 0U);
  EXPECT_FALSE(sessions.Lives(number));
  EXPECT_FALSE(sessions.Touch(other, kBegin));
  for (const char* wrong : {"", "x", "0"}) {
    EXPECT_FALSE(sessions.Touch(wrong, kBegin));
  }
}

TEST(SessionsTest, TooManyEndTheOneThatWasIdleLongest) {
  Sessions sessions;
  const std::string first = *sessions.Begin({}, kBegin);
  const std::string second = *sessions.Begin({}, kBegin + absl::Seconds(1));
  EXPECT_TRUE(sessions.Touch(first, kBegin + absl::Seconds(2)));
  std::set<std::string> secrets;
  for (size_t i = 0; i + 1 < Sessions::kSessionsMax; ++i) {
    secrets.insert(*sessions.Begin({}, kBegin + absl::Seconds(3)));
  }
  EXPECT_EQ(secrets.size(), Sessions::kSessionsMax - 1);
  EXPECT_TRUE(sessions.Touch(first, kBegin + absl::Seconds(4)));
  EXPECT_FALSE(sessions.Touch(second, kBegin + absl::Seconds(4)));
}

TEST(SessionsTest, CookiesAndFormsAreReadByTheWholeName) {
  EXPECT_EQ(CookieValue("a=1; b=2;c=3", "b"), "2");
  EXPECT_EQ(CookieValue("a=1; b=2;c=3", "c"), "3");
  EXPECT_EQ(CookieValue("xb=2; b", "b"), "");
  EXPECT_EQ(CookieValue("", "b"), "");
  EXPECT_EQ(FormValue("x=1&token=a%2Bb+c%", "token"), "a+b c%");
  EXPECT_EQ(FormValue("tokens=1", "token"), "");
}

TEST(SessionsTest, CookiesAreForTheServerAlone) {
  EXPECT_EQ(SessionCookie("presshawk-1", "s", false),
            "presshawk-1=s; Path=/; HttpOnly; SameSite=Strict");
  EXPECT_EQ(SessionCookie("__Host-presshawk", "s", true),
            "__Host-presshawk=s; Path=/; HttpOnly; SameSite=Lax; Secure");
}

TEST(ProblemTest, SaysWhatWhereAndWhatToDo) {
  const auto json = nlohmann::json::parse(ProblemJson(
      {404, "no list `\xFF\"`", "parameter id", "ask for another"}));
  EXPECT_EQ(json.at("title"), "Not Found");
  EXPECT_EQ(json.at("status"), 404);
  EXPECT_EQ(json.at("detail"), "no list `\xEF\xBF\xBD\"`");
  EXPECT_EQ(json.at("where"), "parameter id");
  EXPECT_EQ(json.at("fix"), "ask for another");
}

}  // namespace
}  // namespace presshawk
