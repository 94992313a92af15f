// SPDX-License-Identifier: Apache-2.0
// A browser: the page at `/` by the token of a form, a cookie, a logout.
#include "core/base/str_cat.h"
#include "core/http/http_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/core/http/http_client.h"
#include "tests/unit/core/http/test_server.h"

namespace presshawk {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kForm[] =
    "Content-Type: application/x-www-form-urlencoded\r\n"
    "Sec-Fetch-Site: same-origin\r\n";
constexpr char kWantsHtml[] = "Accept: text/html,*/*;q=0.8\r\n";

class HttpLoginTest : public ::testing::Test {
 protected:
  uint16_t Start(const std::string& public_url = "") {
    server_ = std::make_unique<TestServer>(
        HttpServer::Options{.token = "s3+cret", .public_url = public_url});
    server_->LetReloadsEnd();
    return server_->port();
  }

  // The header `Cookie` that a browser sends after this answer.
  static std::string CookieOf(const HttpAnswer& answer) {
    const std::string name = "Set-Cookie: ";
    const size_t begin = answer.head.find(name) + name.size();
    return StrCat(
        "Cookie: a=b; ",
        answer.head.substr(begin, answer.head.find(';', begin) - begin),
        "\r\n");
  }

  std::unique_ptr<TestServer> server_;
};

TEST_F(HttpLoginTest, ABrowserLogsInReadsReloadsAndLogsOut) {
  const uint16_t port = Start();
  const HttpAnswer asked = Request(port, "GET", "/", kWantsHtml);
  EXPECT_EQ(asked.status, 401);
  EXPECT_THAT(asked.head, HasSubstr("text/html"));
  EXPECT_THAT(asked.head, HasSubstr("form-action 'self'"));
  EXPECT_THAT(asked.body, HasSubstr("action=\"login\""));

  const HttpAnswer login =
      Request(port, "POST", "/login", kForm, "x=1&token=s3%2Bcret");
  EXPECT_EQ(login.status, 303);
  EXPECT_THAT(login.head, HasSubstr("Location: ./\r\n"));
  EXPECT_THAT(login.head, HasSubstr("; HttpOnly; SameSite=Strict\r\n"));
  EXPECT_THAT(login.head, HasSubstr(StrCat("Set-Cookie: presshawk-", port)));
  EXPECT_THAT(login.head, Not(HasSubstr("s3")));

  const std::string cookie = CookieOf(login);
  const HttpAnswer page = Request(port, "GET", "/", cookie);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "page");
  EXPECT_EQ(Request(port, "GET", "/metrics", cookie).status, 200);
  EXPECT_EQ(Request(port, "POST", "/-/reload",
                    StrCat(cookie, "Sec-Fetch-Site: same-origin\r\n"))
                .status,
            200);
  EXPECT_EQ(Request(port, "POST", "/-/reload",
                    StrCat(cookie, "Origin: http://evil.example\r\n"))
                .status,
            403);
  EXPECT_EQ(server_->reloads(), 1);

  const HttpAnswer logout = Request(port, "POST", "/logout", cookie);
  EXPECT_EQ(logout.status, 303);
  EXPECT_THAT(logout.head, HasSubstr("Max-Age=0"));
  EXPECT_EQ(Request(port, "GET", "/metrics", cookie).status, 401);
}

TEST_F(HttpLoginTest, OnlyTheTokenLogsIn) {
  const uint16_t port = Start();
  for (const char* form :
       {"", "token=", "token=wrong", "tokens=s3%2Bcret", "token=s3+cret"}) {
    const HttpAnswer answer = Request(port, "POST", "/login", kForm, form);
    EXPECT_EQ(answer.status, 401) << form;
    EXPECT_THAT(answer.head, Not(HasSubstr("Set-Cookie"))) << form;
  }
  EXPECT_EQ(Request(port, "POST", "/login?token=s3%2Bcret", kForm).status, 401);
  for (const char* cookie : {"presshawk-1=x", "presshawk-0=", ""}) {
    EXPECT_EQ(
        Request(port, "GET", "/metrics", StrCat("Cookie: ", cookie, "\r\n"))
            .status,
        401);
  }
}

TEST_F(HttpLoginTest, APageOfAnotherOriginCannotLogAnyoneInOrOut) {
  const uint16_t port = Start();
  for (const char* path : {"/login", "/logout"}) {
    EXPECT_EQ(Request(port, "POST", path, "Origin: http://evil.example\r\n",
                      "token=s3%2Bcret")
                  .status,
              403);
  }
}

TEST_F(HttpLoginTest, ByHttpsTheCookieIsForHttpsAlone) {
  const uint16_t port = Start("https://watch.example/press");
  HttpClient client(port);
  const std::string form = "token=s3%2Bcret";
  client.Send(StrCat("POST /login HTTP/1.1\r\nHost: watch.example\r\n", kForm,
                     "Origin: https://watch.example\r\nContent-Length: ",
                     form.size(), "\r\n\r\n", form));
  EXPECT_THAT(client.Receive().head,
              HasSubstr("; Path=/; HttpOnly; SameSite=Lax; Secure\r\n"));
}

}  // namespace
}  // namespace presshawk
