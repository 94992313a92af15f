#include "core/http/http_server.h"

#include "core/base/str_cat.h"
#include "core/http/http_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/unit/core/http/http_client.h"

namespace presshawk {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class HttpServerTest : public ::testing::Test {
 protected:
  uint16_t Start(HttpServer::Options options = {}) {
    auto server = HttpServer::Start(
        options,
        {.metrics = [] { return "up 1\n"; },
         .not_ready_reasons = [this] { return reasons_; },
         .reload =
             [this] {
               ++reloads_;
               return reload_status_;
             },
         .status_json = [] { return "{\"version\":\"1\"}"; },
         .watchlists_json = [](const auto& parameters) -> JsonAnswer {
           if (parameters.contains("id")) {
             return Problem{404, "no such list"};
           }
           if (!parameters.contains("state")) {
             return Problem{400, "no state", "parameter state", "give one"};
           }
           return parameters.at("state");
         }});
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    return server_->port();
  }

  std::vector<std::string> reasons_;
  absl::Status reload_status_;
  std::atomic<int> reloads_ = 0;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AFreePortIsTakenAndNamed) {
  const uint16_t port = Start();
  EXPECT_NE(port, 0);
  EXPECT_EQ(Request(port, "GET", "/healthz").status, 200);
}

TEST_F(HttpServerTest, APortThatIsTakenIsAnError) {
  const uint16_t port = Start();
  const auto second = HttpServer::Start({.port = port}, {});
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(std::string(second.status().message()),
              HasSubstr(StrCat("127.0.0.1:", port)));
}

TEST_F(HttpServerTest, AHostThatIsNotOursIsAnError) {
  EXPECT_FALSE(HttpServer::Start({.host = "192.0.2.1"}, {}).ok());
  EXPECT_FALSE(HttpServer::Start({.host = "no.such.host.invalid"}, {}).ok());
}

TEST_F(HttpServerTest, MetricsAreInPrometheusFormat) {
  const HttpAnswer answer = Request(Start(), "GET", "/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "up 1\n");
  EXPECT_THAT(answer.head,
              HasSubstr("Content-Type: text/plain; version=0.0.4"));
}

TEST_F(HttpServerTest, ReadyzNamesTheReasons) {
  const uint16_t port = Start();
  HttpAnswer answer = Request(port, "GET", "/readyz");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{\"ready\":true,\"reasons\":[]}\n");
  reasons_ = {"worker 0: not assigned", "alerts to \"kafka\": down"};
  answer = Request(port, "GET", "/readyz");
  EXPECT_EQ(answer.status, 503);
  const auto json = nlohmann::json::parse(answer.body);
  EXPECT_EQ(json["ready"], false);
  EXPECT_EQ(json["reasons"], reasons_);
  EXPECT_EQ(Request(port, "GET", "/healthz").status, 200);
}

TEST_F(HttpServerTest, ReloadTellsHowItWent) {
  const uint16_t port = Start();
  HttpAnswer answer = Request(port, "POST", "/-/reload");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{\"reloaded\":true}\n");
  reload_status_ = absl::NotFoundError("lists/a.yaml: gone");
  answer = Request(port, "POST", "/-/reload");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(nlohmann::json::parse(answer.body)["error"], "lists/a.yaml: gone");
  EXPECT_EQ(reloads_, 2);
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
  EXPECT_EQ(reloads_, 0);
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
  for (const char* path : {"/", "/metrics", "/api/v1/status",
                           "/api/v1/watchlists", "/nothing", "/-/reload"}) {
    for (const char* header :
         {"", "Authorization: Bearer wrong\r\n", "Authorization: s3cret\r\n"}) {
      const HttpAnswer answer = Request(port, "GET", path, header);
      EXPECT_EQ(answer.status, 401) << path << header;
      EXPECT_THAT(answer.head, HasSubstr("WWW-Authenticate: Bearer"));
      EXPECT_THAT(answer.body, Not(HasSubstr("s3cret")));
    }
  }
  EXPECT_EQ(Request(port, "POST", "/-/reload").status, 401);
  EXPECT_EQ(reloads_, 0);
  EXPECT_EQ(Request(port, "GET", "/healthz").status, 200);
  EXPECT_EQ(Request(port, "GET", "/readyz").status, 200);
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
  EXPECT_EQ(reloads_, 0);
  EXPECT_EQ(Request(port, "POST", "/-/reload",
                    StrCat("Origin: http://127.0.0.1:", port, "\r\n"))
                .status,
            200);
}

TEST_F(HttpServerTest, ThePageAndTheStatusAreThere) {
  const uint16_t port = Start();
  const HttpAnswer page = Request(port, "GET", "/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.head, HasSubstr("text/html"));
  EXPECT_THAT(page.head, HasSubstr("Content-Security-Policy"));
  EXPECT_THAT(page.body, Not(HasSubstr("http://")));
  EXPECT_THAT(page.body, Not(HasSubstr("https://")));
  EXPECT_EQ(Request(port, "GET", "/api/v1/status").body, "{\"version\":\"1\"}");
}

TEST_F(HttpServerTest, ParametersReachTheWatchLists) {
  const uint16_t port = Start();
  const std::string path = "/api/v1/watchlists";
  EXPECT_EQ(Request(port, "GET", path + "?state=a%20b").body, "a b");
  EXPECT_EQ(Request(port, "GET", path).status, 400);
  EXPECT_EQ(Request(port, "GET", path + "?id=x").status, 404);
  EXPECT_EQ(Request(port, "POST", path).status, 405);
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
  const std::string path = "/api/v1/watchlists";
  const auto json = problem(Request(port, "GET", path, kBears));
  EXPECT_EQ(json.at("detail"), "no state");
  EXPECT_EQ(json.at("where"), "parameter state");
  EXPECT_EQ(json.at("fix"), "give one");
  EXPECT_EQ(problem(Request(port, "GET", path)).at("status"), 401);
  EXPECT_EQ(problem(Request(port, "GET", "/x", kBears)).at("status"), 404);
  EXPECT_EQ(problem(Request(port, "PUT", path, kBears)).at("status"), 405);
  EXPECT_EQ(problem(Request(port, "GET", path + "?state=a&state=b", kBears))
                .at("status"),
            400);
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
  for (const char* path : {"/", "/metrics", "/api/v1/status", "/login",
                           "/api/v1/watchlists?state=x", "/nothing"}) {
    EXPECT_EQ(ask("GET", path, StrCat("Host: evil.example:", port, "\r\n")),
              421)
        << path;
  }
  EXPECT_EQ(ask("POST", "/-/reload",
                StrCat("Host: evil.example:", port,
                       "\r\nOrigin: http://evil.example:", port, "\r\n")),
            421);
  EXPECT_EQ(reloads_, 0);
  EXPECT_EQ(ask("GET", "/metrics", "Host: 127.0.0.1\r\nHost: evil\r\n"), 400);
  EXPECT_EQ(ask("GET", "/metrics", ""), 400);
  for (const char* host : {"press.internal", "watch.example", "localhost:1",
                           "[::1]", "10.0.0.1:9464"}) {
    EXPECT_EQ(ask("GET", "/metrics", StrCat("Host: ", host, "\r\n")), 200)
        << host;
  }
  for (const char* path : {"/healthz", "/readyz"}) {
    EXPECT_EQ(ask("GET", path, "Host: evil.example\r\n"), 200) << path;
    EXPECT_EQ(ask("GET", path, ""), 200) << path;
  }
}

TEST_F(HttpServerTest, ABrowserThatSaysCrossSiteCannotReload) {
  const uint16_t port = Start();
  for (const char* site : {"cross-site", "same-site"}) {
    EXPECT_EQ(Request(port, "POST", "/-/reload",
                      StrCat("Sec-Fetch-Site: ", site, "\r\n"))
                  .status,
              403);
  }
  EXPECT_EQ(reloads_, 0);
  EXPECT_EQ(
      Request(port, "POST", "/-/reload", "Sec-Fetch-Site: same-origin\r\n")
          .status,
      200);
}

TEST_F(HttpServerTest, WithoutATokenThePageSaysThatAllIsOpen) {
  const uint16_t port = Start();
  EXPECT_THAT(Request(port, "GET", "/").body,
              HasSubstr("No token is configured"));
  EXPECT_EQ(Request(port, "GET", "/login").status, 404);
  EXPECT_EQ(Request(port, "POST", "/logout").status, 404);
}

TEST_F(HttpServerTest, OurOwnClientReadsItToo) {
  const uint16_t port = Start({.token = "s3cret"});
  const std::string url = StrCat("http://127.0.0.1:", port);
  const auto get = [&](const std::string& token) {
    return HttpGet(url, "/api/v1/status", token, absl::Seconds(10));
  };
  ASSERT_TRUE(get("s3cret").ok());
  EXPECT_EQ(get("s3cret")->body, "{\"version\":\"1\"}");
  EXPECT_EQ(get("")->status, 401);
  server_->Stop();
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

TEST_F(HttpServerTest, AStoppedServerAnswersNoMoreAndStopsOnce) {
  Start();
  server_->Stop();
  server_->Stop();
}

}  // namespace
}  // namespace presshawk
