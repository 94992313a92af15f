// SPDX-License-Identifier: Apache-2.0
// A server with the routes that the tests of it ask, and what they answer with.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <string>
#include <vector>

#include "core/base/mutex.h"
#include "core/http/event_feed.h"
#include "core/http/http_server.h"

namespace presshawk {

class TestServer {
 public:
  // GET  /         token   `page`
  // GET  /metrics  token   `metrics`
  // GET  /healthz  probe   `ok\n`
  // GET  /open     open    `open`
  // GET  /items/{id}  open    the id and the parameters of the query
  // GET  /events   open    a stream of `feed`
  // POST /json     open    the body, which is JSON
  // POST /-/reload token   counts; answers once LetReloadsEnd() was called
  explicit TestServer(HttpServer::Options options,
                      std::string metrics = "up 1\n");
  ~TestServer();

  HttpServer& server() { return server_; }
  uint16_t port() const { return server_.port(); }
  EventFeed& feed() { return *feed_; }
  int reloads() ABSL_LOCKS_EXCLUDED(mutex_);
  // Until so many reloads wait or have waited.
  void WaitForReloads(int count) ABSL_LOCKS_EXCLUDED(mutex_);
  // Answers those that wait, and from now on at once.
  void LetReloadsEnd() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Reload(HttpExchange exchange) ABSL_LOCKS_EXCLUDED(mutex_);

  std::shared_ptr<EventFeed> feed_ = std::make_shared<EventFeed>(1000);
  Mutex mutex_;
  std::condition_variable changed_;
  int reloads_ ABSL_GUARDED_BY(mutex_) = 0;
  bool reloads_end_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<HttpExchange> waiting_ ABSL_GUARDED_BY(mutex_);
  HttpServer server_;
};

}  // namespace presshawk
