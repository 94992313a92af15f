// SPDX-License-Identifier: Apache-2.0
// A browser: the page at `/` by the token of a form, a cookie, a logout.
#include <future>

#include "core/base/str_cat.h"
#include "core/http/event_feed.h"
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
  uint16_t Start(const std::string& public_url = "", HttpLimits limits = {}) {
    server_ = std::make_unique<TestServer>(HttpServer::Options{
        .token = "s3+cret", .public_url = public_url, .limits = limits});
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

  // The header `Cookie` of a new session.
  static std::string LogIn(uint16_t port, std::string_view headers = "") {
    return CookieOf(Request(port, "POST", "/login", StrCat(kForm, headers),
                            "token=s3%2Bcret"));
  }

  static std::string AskForEvents(std::string_view cookie) {
    return StrCat("GET /events HTTP/1.1\r\nHost: localhost\r\n", cookie,
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

TEST_F(HttpLoginTest, ALogoutEndsTheStreamsOfItsSessionAlone) {
  const uint16_t port = Start();
  const std::string leaving = LogIn(port);
  const std::string staying = LogIn(port);
  HttpClient first(port), second(port), other(port), anyone(port);
  for (HttpClient* client : {&first, &second}) {
    client->Send(AskForEvents(leaving));
    EXPECT_THAT(client->ReceiveUpTo("snapshot\n\n"), HasSubstr("200 OK"));
  }
  other.Send(AskForEvents(staying));
  anyone.Send(AskForEvents(""));
  other.ReceiveUpTo("snapshot\n\n");
  anyone.ReceiveUpTo("snapshot\n\n");
  EXPECT_EQ(Request(port, "POST", "/logout", leaving).status, 303);
  EXPECT_THAT(first.ReceiveUpTo("never"),
              Not(HasSubstr("event:")));  // Its end.
  EXPECT_THAT(second.ReceiveUpTo("never"), Not(HasSubstr("event:")));
  server_->feed().Publish("e", "for the others");
  EXPECT_THAT(other.ReceiveUpTo("others\n\n"), HasSubstr("for the others"));
  EXPECT_THAT(anyone.ReceiveUpTo("others\n\n"), HasSubstr("for the others"));
}

TEST_F(HttpLoginTest, ALogoutEndsTheStreamThatIsJustBegun) {
  const auto feed = std::make_shared<EventFeed>();
  HttpServer server({.token = "s3+cret"});
  std::promise<HttpExchange> arrived;
  server.Route(HttpRoute{.method = "GET",
                         .pattern = "/events",
                         .handler =
                             [&](HttpExchange exchange) {
                               arrived.set_value(std::move(exchange));
                             },
                         .is_quick = true,
                         .is_stream = true});
  ASSERT_TRUE(server.Start().ok());
  const std::string cookie = LogIn(server.port());
  HttpClient viewer(server.port());
  viewer.Send(AskForEvents(cookie));
  HttpExchange exchange = arrived.get_future().get();
  EXPECT_EQ(Request(server.port(), "POST", "/logout", cookie).status, 303);
  exchange.Answer({.content_type = "text/event-stream", .feed = feed});
  EXPECT_EQ(viewer.Receive().status, 401);
  server.Stop();
}

TEST_F(HttpLoginTest, ASessionHasSoManyStreamsAndNoMore) {
  const uint16_t port = Start("", {.streams_per_session = 2});
  const std::string cookie = LogIn(port);
  HttpClient first(port), second(port), other(port);
  for (HttpClient* client : {&first, &second}) {
    client->Send(AskForEvents(cookie));
    client->ReceiveUpTo("snapshot\n\n");
  }
  const HttpAnswer refused = Request(port, "GET", "/events", cookie);
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.body, HasSubstr("this session"));
  other.Send(AskForEvents(LogIn(port)));
  EXPECT_THAT(other.ReceiveUpTo("snapshot\n\n"), HasSubstr("200 OK"));
}

// Fixation: a login makes a secret of its own, whatever the browser brings.
TEST_F(HttpLoginTest, ACookieThatWasPlantedBecomesNoSession) {
  const uint16_t port = Start();
  const std::string planted =
      StrCat("Cookie: presshawk-", port, "=", std::string(64, 'a'), "\r\n");
  const std::string cookie = LogIn(port, planted);
  EXPECT_THAT(cookie, Not(HasSubstr("aaaa")));
  EXPECT_NE(cookie, LogIn(port, planted));
  EXPECT_EQ(Request(port, "GET", "/metrics", cookie).status, 200);
  EXPECT_EQ(Request(port, "GET", "/metrics", planted).status, 401);
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
