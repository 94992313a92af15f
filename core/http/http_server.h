// SPDX-License-Identifier: Apache-2.0
// The one port of the process.
//
//   HttpServer server({.port = 9464, .token = token});
//   server.Route("GET", "/api/v1/lists/{id}", HttpAccess::kToken,
//                [&](const HttpRequest& request) {
//                  return HttpResponse::Of(
//                      ListJson(request.path_parameters.at("id")));
//                });
//   if (absl::Status status = server.Start(); !status.ok()) …
//
//   one loop: accept ─► read ─► judge ─► handler, on a thread of a pool ─┐
//              close ◄─ linger ◄─ send ◄─────────── answer, at any time ◄┘
//
// Whoever has something to say registers a route; the server itself knows only
// /login and /logout, which are there where there is a token. One request a
// connection. HEAD works where GET does.
//
// WHO MAY ASK. In this order: a name in `Host` that is not ours (HostPolicy):
// 421, but for probes. A body's length that cannot be right: 400. No token:
// 401. No such path: 404; no such method: 405 with Allow. A request that
// changes something (by other than GET) or asks for a stream, sent by a browser
// for a page of another origin: 403. One stream too many of a session or of an
// address: 429. Errors are JSON (problem.h). No CORS: pages of others
// read nothing.
// LIMITS. HttpLimits: slow, many or hostile clients end each other, not the
// probes.
// THREAD SAFETY. port(), counts(), Stop(): any thread. Handlers are called on
// several threads at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "core/http/access_tokens.h"
#include "core/http/http_exchange.h"
#include "core/http/http_limits.h"
#include "core/http/http_message.h"
#include "core/http/http_routes.h"

namespace presshawk {

class ServerCore;

// Since the start, but for what is open now.
struct HttpCounts {
  uint64_t connections = 0;  // Now.
  uint64_t streams = 0;      // Now.
  uint64_t accepted = 0;
  uint64_t requests = 0;  // Whole ones.
  // Clients that were closed because there were too many, or their answers too
  // large.
  uint64_t evicted = 0;
  // Clients that were closed because their request or the end of their answer
  // took too long, and viewers that read too slowly.
  uint64_t slow = 0;
  // Answered with 503.
  uint64_t requests_refused = 0;
  uint64_t streams_refused = 0;
};

class HttpServer {
 public:
  struct Options {
    std::string host = "127.0.0.1";  // A name or an address, IPv6 unbracketed.
    uint16_t port = 0;               // 0: a free one.
    std::string token = "";          // Empty: none is asked for.
    // More of them, beside `token`; may be null. They must outlive the server.
    AccessTokens* tokens = nullptr;
    std::vector<std::string> hosts = {};  // Names of ours; see HostPolicy.
    std::string public_url = "";  // How browsers reach it; may be empty.
    HttpLimits limits = {};
  };
  using Handler = std::function<HttpResponse(const HttpRequest&)>;

  explicit HttpServer(Options options);
  ~HttpServer();  // Stops.
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // What answers what. REQUIRES: before Start().
  void Route(std::string method, std::string pattern, HttpAccess access,
             Handler handler);
  void Route(HttpRoute route);
  const std::vector<HttpRoute>& routes() const;

  // Listens and answers from now on. An error when the address is taken,
  // unknown or not ours.
  absl::Status Start();
  uint16_t port() const;
  HttpCounts counts() const;
  // When it returns no handler is running or ever will be, and every
  // HttpExchange has its answer: it waits for them. REQUIRES: not called by a
  // handler.
  void Stop();

 private:
  std::unique_ptr<ServerCore> core_;
};

// A route whose handler gives its answer when it returns.
HttpRoute MakeRoute(std::string method, std::string pattern, HttpAccess access,
                    HttpServer::Handler handler);

}  // namespace presshawk
