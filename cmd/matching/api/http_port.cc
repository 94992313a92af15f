#include "cmd/matching/api/http_port.h"

#include <string>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/status/statusor.h"
#include "core/http/bearer_token.h"

namespace presshawk {

HttpPort::HttpPort(const HttpOptions* options, ServiceRoutes::Parts routes)
    : options_(*options), parts_(std::move(routes)) {}

absl::Status HttpPort::Start() {
  HttpServer::Options http = {.host = options_.host,
                              .port = options_.port,
                              .hosts = options_.hosts,
                              .public_url = options_.public_url};
  if (!options_.token_file.empty()) {
    absl::StatusOr<std::string> token = ReadTokenFile(options_.token_file);
    if (!token.ok()) {
      return token.status();
    }
    http.token = *std::move(token);
  }
  server_ = std::make_unique<HttpServer>(std::move(http));
  routes_ = std::make_unique<ServiceRoutes>(parts_, server_.get());
  if (absl::Status status = server_->Start(); !status.ok()) {
    return status;
  }
  const bool is_ipv6 = options_.host.find(':') != std::string::npos;
  spdlog::info("http: metrics and health at http://{}{}{}:{}/",
               is_ipv6 ? "[" : "", options_.host, is_ipv6 ? "]" : "",
               server_->port());
  return absl::OkStatus();
}

void HttpPort::Stop(absl::Time /*deadline*/) {
  server_->Stop();
  routes_.reset();  // Its events ask the other components.
}

void HttpPort::OnPublished(const LiveLists::Update& update) {
  routes_->events()->OnPublished(update);
}

}  // namespace presshawk
