// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/api/delivery_routes.h"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cmd/delivery/api/embedded.h"
#include "core/base/str_cat.h"
#include "core/http/http_client.h"

namespace presshawk {
namespace {

class DeliveryRoutesTest : public testing::Test {
 protected:
  DeliveryRoutesTest() { routes_.AddTo(&server_); }
  ~DeliveryRoutesTest() override {
    routes_.EndWaits();
    server_.Stop();
  }

  HttpServer server_{{}};
  DeliveryRoutes routes_{[] { return nullptr; }, ""};
};

TEST_F(DeliveryRoutesTest, EveryRouteIsDescribedAndNoOther) {
  const auto description = nlohmann::json::parse(DeliveryOpenApiJson());
  std::set<std::string> described;
  for (const auto& [path, item] : description.at("paths").items()) {
    for (const auto& [method, operation] : item.items()) {
      std::string name = method;
      std::transform(name.begin(), name.end(), name.begin(), ::toupper);
      described.insert(StrCat(name, " ", path));
    }
  }
  std::set<std::string> registered;
  for (const HttpRoute& route : server_.routes()) {
    registered.insert(StrCat(route.method, " ", route.pattern));
    EXPECT_EQ(route.access, HttpAccess::kToken) << route.pattern;
  }
  EXPECT_EQ(described, registered);
}

TEST_F(DeliveryRoutesTest, WithoutALedgerTheAnswerSaysSo) {
  ASSERT_TRUE(server_.Start().ok());
  const std::string url = StrCat("http://127.0.0.1:", server_.port());
  for (const char* path : {"/api/v1/subscriptions", "/api/v1/deliveries/x",
                           "/api/v1/subscriptions/x/events",
                           "/api/v1/subscriptions/x/events?wait=1s",
                           "/api/v1/subscriptions/x/events.atom"}) {
    const auto answer = HttpGet(url, path, "", absl::Seconds(30));
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->status, 503) << path;
    EXPECT_NE(answer->body.find("the ledger is not open yet"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace presshawk
