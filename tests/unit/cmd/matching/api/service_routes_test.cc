// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/api/service_routes.h"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <set>

#include "core/base/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/unit/core/http/http_client.h"

namespace presshawk {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class ServiceRoutesTest : public ::testing::Test {
 protected:
  ServiceRoutesTest()
      : routes_(
            {.metrics = [] { return "up 1\n"; },
             .not_ready_reasons = [this] { return reasons_; },
             .reload =
                 [this] {
                   ++reloads_;
                   return reload_status_;
                 },
             .status_json =
                 [this] {
                   return StrCat(
                       "{\"version\":\"1\",\"uptime_seconds\":", ++uptime_,
                       ",\"articles\":", articles_.load(), "}\n");
                 },
             .watchlists_json = [](const auto& parameters) -> JsonAnswer {
               if (!parameters.contains("state")) {
                 return Problem{400, "no state", "parameter state", "give one"};
               }
               return parameters.at("state");
             },
             .watchlist_json = [](const std::string& id) -> JsonAnswer {
               return StrCat("list ", id);
             },
             .board = &board_},
            &server_) {
    const absl::Status status = server_.Start();
    EXPECT_TRUE(status.ok()) << status;
  }
  ~ServiceRoutesTest() override { server_.Stop(); }

  HttpAnswer Get(std::string_view path) {
    return Request(server_.port(), "GET", path);
  }

  std::vector<std::string> reasons_;
  absl::Status reload_status_;
  std::atomic<int> reloads_ = 0;
  std::atomic<int> uptime_ = 0;
  std::atomic<int> articles_ = 0;
  ListBoard board_;
  HttpServer server_{{}};
  ServiceRoutes routes_;
};

TEST_F(ServiceRoutesTest, MetricsAreInPrometheusFormat) {
  const HttpAnswer answer = Get("/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "up 1\n");
  EXPECT_THAT(answer.head,
              HasSubstr("Content-Type: text/plain; version=0.0.4"));
}

TEST_F(ServiceRoutesTest, ReadyzNamesTheReasons) {
  EXPECT_EQ(Get("/readyz").body, "{\"ready\":true,\"reasons\":[]}\n");
  EXPECT_EQ(Get("/readyz").status, 200);
  reasons_ = {"worker 0: not assigned", "alerts to \"kafka\": down"};
  const HttpAnswer answer = Get("/readyz");
  EXPECT_EQ(answer.status, 503);
  const json body = json::parse(answer.body);
  EXPECT_EQ(body["ready"], false);
  EXPECT_EQ(body["reasons"], reasons_);
  EXPECT_EQ(Get("/healthz").status, 200);
}

TEST_F(ServiceRoutesTest, ReloadTellsHowItWent) {
  const auto reload = [this] {
    return Request(server_.port(), "POST", "/-/reload");
  };
  EXPECT_EQ(reload().body, "{\"reloaded\":true}\n");
  reload_status_ = absl::NotFoundError("lists/a.yaml: gone");
  const HttpAnswer answer = reload();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(json::parse(answer.body)["error"], "lists/a.yaml: gone");
  EXPECT_EQ(reloads_, 2);
  reload_status_ = absl::CancelledError("reload: the service is stopping");
  const HttpAnswer stopping = reload();
  EXPECT_EQ(stopping.status, 503);
  EXPECT_THAT(stopping.head, HasSubstr("Retry-After"));
}

TEST_F(ServiceRoutesTest, ThePageAndTheStatusAreThere) {
  const HttpAnswer page = Get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.head, HasSubstr("text/html"));
  EXPECT_THAT(page.head, HasSubstr("Content-Security-Policy: default-src"));
  EXPECT_THAT(page.body, Not(HasSubstr("http://")));
  EXPECT_THAT(page.body, Not(HasSubstr("https://")));
  EXPECT_THAT(page.body, HasSubstr("No token is configured"));
  EXPECT_THAT(Get("/api/v1/status").body, HasSubstr("\"version\":\"1\""));
  EXPECT_EQ(Get("/login").status, 404);
  EXPECT_EQ(Request(server_.port(), "POST", "/logout").status, 404);
}

TEST_F(ServiceRoutesTest, ParametersReachTheWatchLists) {
  const std::string path = "/api/v1/watchlists";
  EXPECT_EQ(Get(path + "?state=a%20b").body, "a b");
  EXPECT_EQ(Get(path).status, 400);
  const HttpAnswer twice = Get(path + "?state=a&state=b");
  EXPECT_EQ(twice.status, 400);
  EXPECT_EQ(json::parse(twice.body).at("where"), "parameter state");
  EXPECT_EQ(Request(server_.port(), "POST", path).status, 405);
}

TEST_F(ServiceRoutesTest, AListIsThereByItsId) {
  const std::string path = "/api/v1/watchlists/";
  EXPECT_EQ(Get(path + "a%2Fb%20c").body, "list a/b c");
  EXPECT_EQ(Get(path).status, 404);
  EXPECT_EQ(Get(path + "oil?state=stale").status, 400);
  EXPECT_EQ(Request(server_.port(), "PUT", path + "oil").status, 405);
}

TEST_F(ServiceRoutesTest, APageOfAnotherOriginGetsNoEvents) {
  EXPECT_EQ(Request(server_.port(), "GET", "/api/v1/events",
                    "Sec-Fetch-Site: cross-site\r\n")
                .status,
            403);
}

TEST_F(ServiceRoutesTest, EventsAreASnapshotAndThenWhatChanges) {
  HttpClient viewer(server_.port());
  viewer.Send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(viewer.ReceiveUpTo("}\n\n"),
              HasSubstr("event: status\ndata: {\"version\":\"1\""));
  articles_ = 7;
  std::string delta;
  while (delta.find("\"articles\":7") == std::string::npos) {
    delta = viewer.ReceiveUpTo("}\n\n");
    ASSERT_NE(delta, "");
  }
  EXPECT_THAT(delta, HasSubstr("event: delta\n"));
  EXPECT_THAT(delta, Not(HasSubstr("uptime")));
  LiveLists::Update update;
  update.changed.push_back({.id = "oil",
                            .state = ListState::kStale,
                            .version = "00000000000000ff",
                            .errors = {}});
  board_.Take(update, "0123456789abcdef");
  update.removed = {"gone"};
  routes_.events()->OnPublished(update);
  EXPECT_THAT(viewer.ReceiveUpTo("\"more\":false}\n\n"),
              HasSubstr("event: lists\ndata: {\"changed\":[{\"id\":\"oil\","
                        "\"state\":\"stale\",\"version\":\"00000000000000ff\","
                        "\"generation\":\"0123456789abcdef\"}],"
                        "\"removed\":[\"gone\"],"));
}

// What was true only while a snapshot was made is corrected.
TEST_F(ServiceRoutesTest, ASnapshotBetweenTwoLooksIsCorrected) {
  const std::string ask =
      "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
  HttpClient first(server_.port());
  first.Send(ask);
  // The first look: what follows is compared with it.
  ASSERT_NE(first.ReceiveUpTo("event: delta"), "");
  articles_ = 7;
  HttpClient second(server_.port());
  second.Send(ask);
  const std::string snapshot = second.ReceiveUpTo("}\n\n");
  EXPECT_THAT(snapshot, HasSubstr("\"articles\":7"));
  articles_ = 0;
  std::string delta;
  while (delta.find("\"articles\":0") == std::string::npos) {
    delta = second.ReceiveUpTo("}\n\n");
    ASSERT_NE(delta, "");
  }
}

// The paths and methods of the description, each as `GET /path`.
std::set<std::string> DescribedRoutes(const json& description) {
  std::set<std::string> described;
  for (const auto& [path, item] : description.at("paths").items()) {
    for (const auto& [method, operation] : item.items()) {
      std::string name = method;
      std::transform(name.begin(), name.end(), name.begin(), ::toupper);
      described.insert(StrCat(name, " ", path));
    }
  }
  return described;
}

TEST_F(ServiceRoutesTest, EveryRouteIsDescribedAndNoOther) {
  HttpServer with_token({.token = "s3cret"});
  const ServiceRoutes routes({.board = &board_}, &with_token);
  ASSERT_TRUE(with_token.Start().ok());
  const json description = json::parse(Get("/api/v1/openapi.json").body);
  std::set<std::string> registered;
  for (const HttpRoute& route : with_token.routes()) {
    registered.insert(StrCat(route.method, " ", route.pattern));
    std::string method = route.method;
    std::transform(method.begin(), method.end(), method.begin(), ::tolower);
    // Whether a token is asked for is said, too.
    EXPECT_EQ(description.at("paths")
                  .at(route.pattern)
                  .at(method)
                  .contains("security"),
              route.access != HttpAccess::kToken)
        << route.pattern;
  }
  with_token.Stop();
  EXPECT_EQ(DescribedRoutes(description), registered);
}

TEST(StatusDeltaTest, NamesWhatIsOtherThanBefore) {
  EXPECT_EQ(StatusDelta(R"({"a":1,"b":[1],"gone":0})", R"({"a":1,"b":[2]})"),
            R"({"b":[2],"gone":null})");
  EXPECT_EQ(StatusDelta(R"({"uptime_seconds":1})", R"({"uptime_seconds":2})"),
            "{}");
  EXPECT_EQ(StatusDelta("no JSON", R"({"a":1})"), R"({"a":1})");
}

}  // namespace
}  // namespace presshawk
