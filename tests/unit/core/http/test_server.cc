// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/core/http/test_server.h"

#include <utility>

#include "core/base/str_cat.h"
#include "gtest/gtest.h"

namespace presshawk {
namespace {

HttpResponse Text(std::string text) {
  return {.content_type = "text/plain", .body = std::move(text)};
}

HttpResponse Item(const HttpRequest& request) {
  std::string text = StrCat("id=", request.path_parameters.at("id"));
  for (const HttpField& field : request.query) {
    StrAppend(&text, " ", field.name, "=", field.value);
  }
  return Text(std::move(text));
}

}  // namespace

TestServer::TestServer(HttpServer::Options options, std::string metrics)
    : server_(std::move(options)) {
  server_.Route("GET", "/", HttpAccess::kToken,
                [](const HttpRequest&) { return Text("page"); });
  server_.Route("GET", "/metrics", HttpAccess::kToken,
                [metrics = std::move(metrics)](const HttpRequest&) {
                  return Text(metrics);
                });
  HttpRoute alive = MakeRoute("GET", "/healthz", HttpAccess::kProbe,
                              [](const HttpRequest&) { return Text("ok\n"); });
  alive.is_quick = true;
  server_.Route(std::move(alive));
  server_.Route("GET", "/open", HttpAccess::kOpen,
                [](const HttpRequest&) { return Text("open"); });
  server_.Route("GET", "/items/{id}", HttpAccess::kOpen, Item);
  HttpRoute events = MakeRoute(
      "GET", "/events", HttpAccess::kOpen, [this](const HttpRequest& request) {
        const auto at = feed_->Resume(request.Header("Last-Event-ID"));
        return HttpResponse{.content_type = "text/event-stream",
                            .body = at.has_value() ? "" : "data: snapshot\n\n",
                            .feed = feed_,
                            .feed_after = at.value_or(feed_->newest())};
      });
  events.is_stream = true;
  server_.Route(std::move(events));
  HttpRoute json =
      MakeRoute("POST", "/json", HttpAccess::kOpen,
                [](const HttpRequest& request) { return Text(request.body); });
  json.body = HttpBody::kJson;
  server_.Route(std::move(json));
  server_.Route(HttpRoute{
      .method = "POST",
      .pattern = "/-/reload",
      .handler = [this](HttpExchange exchange) { Reload(std::move(exchange)); },
      .is_quick = true});
  const absl::Status status = server_.Start();
  EXPECT_TRUE(status.ok()) << status;
}

TestServer::~TestServer() {
  LetReloadsEnd();
  server_.Stop();
}

void TestServer::Reload(HttpExchange exchange) {
  MutexLock lock(&mutex_);
  ++reloads_;
  changed_.notify_all();
  if (reloads_end_) {
    exchange.Answer(Text("reloaded"));
  } else {
    waiting_.push_back(std::move(exchange));
  }
}

int TestServer::reloads() {
  MutexLock lock(&mutex_);
  return reloads_;
}

void TestServer::WaitForReloads(int count) {
  MutexLock lock(&mutex_);
  while (reloads_ < count) {
    lock.Wait(&changed_);
  }
}

void TestServer::LetReloadsEnd() {
  MutexLock lock(&mutex_);
  reloads_end_ = true;
  for (HttpExchange& exchange : waiting_) {
    exchange.Answer(Text("reloaded"));
  }
  waiting_.clear();
}

}  // namespace presshawk
