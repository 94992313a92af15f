// SPDX-License-Identifier: Apache-2.0
#include "core/http/http_server.h"

#include <utility>

#include "core/http/server_core.h"

namespace presshawk {

HttpServer::HttpServer(Options options)
    : core_(std::make_unique<ServerCore>(std::move(options))) {}

HttpServer::~HttpServer() { Stop(); }

HttpRoute MakeRoute(std::string method, std::string pattern, HttpAccess access,
                    HttpServer::Handler handler) {
  return {.method = std::move(method),
          .pattern = std::move(pattern),
          .access = access,
          .handler = [handler = std::move(handler)](HttpExchange exchange) {
            exchange.Answer(handler(exchange.request()));
          }};
}

void HttpServer::Route(std::string method, std::string pattern,
                       HttpAccess access, Handler handler) {
  Route(MakeRoute(std::move(method), std::move(pattern), access,
                  std::move(handler)));
}

void HttpServer::Route(HttpRoute route) {
  core_->routes()->Add(std::move(route));
}

const std::vector<HttpRoute>& HttpServer::routes() const {
  return core_->routes()->all();
}

absl::Status HttpServer::Start() { return core_->Start(); }
uint16_t HttpServer::port() const { return core_->port(); }
HttpCounts HttpServer::counts() const { return core_->counts(); }
void HttpServer::Stop() { core_->Stop(); }

}  // namespace presshawk
