// SPDX-License-Identifier: Apache-2.0
#include "core/http/http_server.h"

#include "core/base/str_cat.h"
#include "core/http/http_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/unit/core/http/http_client.h"
#include "tests/unit/core/http/test_server.h"

namespace presshawk {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class HttpServerTest : public ::testing::Test {
 protected:
  uint16_t Start(HttpServer::Options options = {}) {
    server_ = std::make_unique<TestServer>(std::move(options));
    server_->LetReloadsEnd();
    return server_->port();
  }

  std::unique_ptr<TestServer> server_;
};

TEST_F(HttpServerTest, AFreePortIsTakenAndNamed) {
  const uint16_t port = Start();
  EXPECT_NE(port, 0);
  EXPECT_EQ(Request(port, "GET", "/healthz").status, 200);
}

TEST_F(HttpServerTest, APortThatIsTakenIsAnError) {
  const uint16_t port = Start();
  HttpServer second({.port = port});
  EXPECT_THAT(
      std::string(second.Start().message()),
      HasSubstr(StrCat("127.0.0.1:", port, ": Address already in use")));
}

TEST_F(HttpServerTest, AHostThatIsNotOursIsAnError) {
  EXPECT_FALSE(HttpServer({.host = "192.0.2.1"}).Start().ok());
  EXPECT_FALSE(HttpServer({.host = "no.such.host.invalid"}).Start().ok());
}

TEST_F(HttpServerTest, PartsOfThePathReachTheHandler) {
  const uint16_t port = Start();
  EXPECT_EQ(Request(port, "GET", "/items/a%2Fb?x=1&y=%C3%A9").body,
            "id=a/b x=1 y=é");
  EXPECT_EQ(Request(port, "GET", "/items/..").body, "id=..");
  for (const char* path : {"/items", "/items/", "/items/a/b", "/Items/a"}) {
    EXPECT_EQ(Request(port, "GET", path).status, 404) << path;
  }
}

TEST_F(HttpServerTest, AJsonBodyIsReadWhereItIsOne) {
  const uint16_t port = Start();
  const auto post = [&](const char* type) {
    return Request(port, "POST", "/json",
                   StrCat("Content-Type: ", type, "\r\n"), "{\"a\":1}");
  };
  EXPECT_EQ(post("application/json").body, "{\"a\":1}");
  EXPECT_EQ(post("Application/JSON; charset=utf-8").status, 200);
  for (const char* type :
       {"", "text/plain", "application/x-www-form-urlencoded",
        "application/jsonx", "multipart/form-data"}) {
    EXPECT_EQ(post(type).status, 415) << type;
  }
}

TEST_F(HttpServerTest, AClientThatAsksFirstIsToldToSendItsBody) {
  const uint16_t port = Start();
  HttpClient client(port);
  client.Send(
      "POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
      "Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.ReceiveUpTo("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("{}");
  EXPECT_THAT(client.ReceiveUpTo("{}"), HasSubstr("HTTP/1.1 200 OK"));
  HttpClient refused(port);
  refused.Send(
      "POST /json HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(refused.Receive().status, 415);
}

TEST_F(HttpServerTest, AClientThatSaysItsLastWordGetsItsAnswer) {
  HttpClient client(Start());
  client.Send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
  client.FinishSending();
  EXPECT_EQ(client.Receive().body, "up 1\n");
}

TEST_F(HttpServerTest, WhatIsSentBehindARequestIsNoRequest) {
  HttpClient client(Start());
  client.Send(
      "POST /-/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
      "POST /-/reload HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.Receive().body, "reloaded");
  EXPECT_EQ(server_->reloads(), 1);
}

TEST_F(HttpServerTest, AnOldClientIsAnswered) {
  HttpClient client(Start());
  client.Send("GET /metrics HTTP/1.0\r\n\r\n");
  const HttpAnswer answer = client.Receive();
  EXPECT_EQ(answer.body, "up 1\n");
  EXPECT_THAT(answer.head, HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpServerTest, ARequestThatNobodyAnswersGetsAnError) {
  HttpServer server({});
  server.Route(HttpRoute{.method = "GET",
                         .pattern = "/dropped",
                         .access = HttpAccess::kOpen,
                         .handler = [](HttpExchange) {}});
  ASSERT_TRUE(server.Start().ok());
  EXPECT_EQ(Request(server.port(), "GET", "/dropped").status, 500);
}

TEST_F(HttpServerTest, AHeaderOfAnAnswerStaysOneLine) {
  HttpServer server({});
  server.Route("GET", "/", HttpAccess::kOpen, [](const HttpRequest&) {
    return HttpResponse{.headers = {{"X-Name", "a\r\nSet-Cookie: b"}}};
  });
  ASSERT_TRUE(server.Start().ok());
  const HttpAnswer answer = Request(server.port(), "GET", "/");
  EXPECT_THAT(answer.head, HasSubstr("X-Name: a  Set-Cookie: b\r\n"));
  EXPECT_THAT(answer.head, Not(HasSubstr("\r\nSet-Cookie")));
}

TEST_F(HttpServerTest, OtherMethodsAreRefusedWithThoseAllowed) {
  const uint16_t port = Start();
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "PATCH"}) {
    const HttpAnswer answer = Request(port, method, "/-/reload");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_THAT(answer.head, HasSubstr("Allow: POST\r\n"));
  }
  const HttpAnswer answer = Request(port, "POST", "/metrics", "", "x");
  EXPECT_EQ(answer.status, 405);
  EXPECT_THAT(answer.head, HasSubstr("Allow: GET, HEAD\r\n"));
  EXPECT_EQ(server_->reloads(), 0);
}

TEST_F(HttpServerTest, HeadHasNoBody) {
  const HttpAnswer answer = Request(Start(), "HEAD", "/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
}

TEST_F(HttpServerTest, OtherPathsAreNotFound) {
  const uint16_t port = Start();
  for (const char* path : {"/metrics/", "/nothing", "/../etc/passwd", "/api"}) {
    EXPECT_EQ(Request(port, "GET", path).status, 404) << path;
  }
}

TEST_F(HttpServerTest, TheTokenOpensAllButHealth) {
  const uint16_t port = Start({.token = "s3cret"});
  for (const char* path : {"/", "/metrics", "/nothing", "/-/reload"}) {
    for (const char* header :
         {"", "Authorization: Bearer wrong\r\n", "Authorization: s3cret\r\n"}) {
      const HttpAnswer answer = Request(port, "GET", path, header);
      EXPECT_EQ(answer.status, 401) << path << header;
      EXPECT_THAT(answer.head, HasSubstr("WWW-Authenticate: Bearer"));
      EXPECT_THAT(answer.body, Not(HasSubstr("s3cret")));
    }
  }
  EXPECT_EQ(Request(port, "POST", "/-/reload").status, 401);
  EXPECT_EQ(server_->reloads(), 0);
  EXPECT_EQ(Request(port, "GET", "/healthz").status, 200);
  EXPECT_EQ(Request(port, "GET", "/open").status, 200);
  const char* const kBears = "Authorization: Bearer s3cret\r\n";
  EXPECT_EQ(Request(port, "GET", "/metrics", kBears).status, 200);
  EXPECT_EQ(Request(port, "POST", "/-/reload", kBears).status, 200);
}

TEST_F(HttpServerTest, APageOfAnotherOriginCannotReload) {
  const uint16_t port = Start();
  EXPECT_EQ(Request(port, "POST", "/-/reload", "Origin: https://evil.test\r\n")
                .status,
            403);
  EXPECT_EQ(Request(port, "POST", "/-/reload", "Origin: null\r\n").status, 403);
  EXPECT_EQ(server_->reloads(), 0);
  EXPECT_EQ(Request(port, "POST", "/-/reload",
                    StrCat("Origin: http://127.0.0.1:", port, "\r\n"))
                .status,
            200);
}

TEST_F(HttpServerTest, ErrorsSayWhatWhereAndWhatToDo) {
  const uint16_t port = Start({.token = "s3cret"});
  const char* const kBears = "Authorization: Bearer s3cret\r\n";
  const auto problem = [&](const HttpAnswer& answer) {
    EXPECT_THAT(answer.head,
                HasSubstr("Content-Type: application/problem+json\r\n"));
    EXPECT_THAT(answer.head, HasSubstr("X-Content-Type-Options: nosniff"));
    EXPECT_THAT(answer.head, Not(HasSubstr("Access-Control")));
    const auto json = nlohmann::json::parse(answer.body);
    EXPECT_EQ(json.at("status"), answer.status);
    return json;
  };
  const auto json = problem(Request(port, "GET", "/metrics"));
  EXPECT_EQ(json.at("detail"), "this needs a token");
  EXPECT_EQ(json.at("where"), "header Authorization");
  EXPECT_THAT(json.at("fix"), HasSubstr("Bearer TOKEN"));
  EXPECT_EQ(problem(Request(port, "GET", "/x", kBears)).at("status"), 404);
  EXPECT_EQ(problem(Request(port, "PUT", "/open", kBears)).at("status"), 405);
  for (const std::string& wrong : {std::string("GET /\n\n\r\n\r\n"),
                                   StrCat("GET /", std::string(40'000, 'a'))}) {
    HttpClient client(port);
    client.Send(wrong);
    problem(client.Receive());
  }
}

TEST_F(HttpServerTest, ANameThatIsNotOursIsAnsweredByHealthOnly) {
  const uint16_t port = Start(
      {.hosts = {"press.internal"}, .public_url = "https://watch.example"});
  const auto ask = [&](const char* method, const char* path,
                       const std::string& host) {
    HttpClient client(port);
    client.Send(StrCat(method, " ", path, " HTTP/1.1\r\n", host, "\r\n"));
    return client.Receive().status;
  };
  for (const char* path :
       {"/", "/metrics", "/open", "/login", "/events", "/nothing"}) {
    EXPECT_EQ(ask("GET", path, StrCat("Host: evil.example:", port, "\r\n")),
              421)
        << path;
  }
  EXPECT_EQ(ask("POST", "/-/reload",
                StrCat("Host: evil.example:", port,
                       "\r\nOrigin: http://evil.example:", port, "\r\n")),
            421);
  EXPECT_EQ(server_->reloads(), 0);
  EXPECT_EQ(ask("GET", "/metrics", "Host: 127.0.0.1\r\nHost: evil\r\n"), 400);
  EXPECT_EQ(ask("GET", "/metrics", ""), 400);
  for (const char* host : {"press.internal", "watch.example", "localhost:1",
                           "[::1]", "10.0.0.1:9464"}) {
    EXPECT_EQ(ask("GET", "/metrics", StrCat("Host: ", host, "\r\n")), 200)
        << host;
  }
  EXPECT_EQ(ask("GET", "/healthz", "Host: evil.example\r\n"), 200);
  EXPECT_EQ(ask("GET", "/healthz", ""), 200);
  // The authority of a whole URL counts, and not the header.
  EXPECT_EQ(ask("GET", "http://evil.example/metrics", "Host: localhost\r\n"),
            421);
  EXPECT_EQ(ask("GET", "http://localhost/metrics", "Host: localhost\r\n"), 200);
}

TEST_F(HttpServerTest, ABrowserThatSaysCrossSiteCannotReload) {
  const uint16_t port = Start();
  for (const char* site : {"cross-site", "same-site"}) {
    EXPECT_EQ(Request(port, "POST", "/-/reload",
                      StrCat("Sec-Fetch-Site: ", site, "\r\n"))
                  .status,
              403);
  }
  EXPECT_EQ(server_->reloads(), 0);
  EXPECT_EQ(
      Request(port, "POST", "/-/reload", "Sec-Fetch-Site: same-origin\r\n")
          .status,
      200);
}

TEST_F(HttpServerTest, OurOwnClientReadsItToo) {
  const uint16_t port = Start({.token = "s3cret"});
  const std::string url = StrCat("http://127.0.0.1:", port);
  const auto get = [&](const std::string& token) {
    return HttpGet(url, "/metrics", token, absl::Seconds(10));
  };
  ASSERT_TRUE(get("s3cret").ok());
  EXPECT_EQ(get("s3cret")->body, "up 1\n");
  EXPECT_EQ(get("")->status, 401);
  server_->server().Stop();
  EXPECT_THAT(std::string(get("s3cret").status().message()),
              AllOf(HasSubstr(url), HasSubstr("refused")));
  EXPECT_THAT(std::string(HttpGet("http://no-such-host.invalid:9464", "/", "",
                                  absl::Seconds(10))
                              .status()
                              .message()),
              HasSubstr("no such host: no-such-host.invalid"));
  EXPECT_FALSE(HttpGet("ftp://x", "/", "", absl::Seconds(1)).ok());
  EXPECT_FALSE(HttpGet("nonsense", "/", "", absl::Seconds(1)).ok());
}

TEST_F(HttpServerTest, OurOwnClientSendsBodies) {
  const uint16_t port = Start();
  const absl::StatusOr<HttpResult> result =
      Send({.method = "POST",
            .url = StrCat("http://127.0.0.1:", port, "/json?x=1"),
            .headers = {{"Content-Type", "application/json"}},
            .body = "[1]"});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->body, "[1]");
}

TEST_F(HttpServerTest, OurOwnClientSaysWhatKeptAnAnswer) {
  const uint16_t port = Start({.token = "s3cret"});
  const std::string url = StrCat("http://127.0.0.1:", port);
  const auto why = [&](HttpCall call) {
    return std::string(Send(call).status().message());
  };
  EXPECT_THAT(why({.url = url + "/open", .answer_bytes_max = 3}),
              HasSubstr("too long"));
  // A stream has no end.
  EXPECT_THAT(why({.url = url + "/events", .timeout = absl::Milliseconds(200)}),
              HasSubstr("it was reached, and no whole answer came"));
}

TEST_F(HttpServerTest, AStoppedServerAnswersNoMoreAndStopsOnce) {
  Start();
  server_->server().Stop();
  server_->server().Stop();
}

}  // namespace
}  // namespace presshawk
