// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/api/http_port.h"

#include <string>
#include <utility>

#include <spdlog/spdlog.h>

#include "absl/status/statusor.h"
#include "core/http/bearer_token.h"

namespace presshawk {

namespace {

constexpr MetricName kConnections = {"presshawk_http_connections",
                                     "Connections that are open."};
constexpr MetricName kStreams = {"presshawk_http_streams",
                                 "Connections that follow /api/v1/events."};
constexpr MetricName kRequests = {"presshawk_http_requests_total",
                                  "Requests that were handed to a handler."};
constexpr MetricName kClosed = {
    "presshawk_http_clients_closed_total",
    "Clients that were closed: too slow, or to make room for others."};
constexpr MetricName kRefused = {
    "presshawk_http_refused_total",
    "Requests and streams that got 503: too many at once."};

void WriteHttpMetrics(const HttpCounts& counts, MetricWriter* writer) {
  writer->Gauge(kConnections, counts.connections);
  writer->Gauge(kStreams, counts.streams);
  writer->Counter(kRequests, counts.requests);
  writer->Counter(kClosed, counts.slow, {{"reason", "slow"}});
  writer->Counter(kClosed, counts.evicted, {{"reason", "room"}});
  writer->Counter(kRefused, counts.requests_refused, {{"what", "request"}});
  writer->Counter(kRefused, counts.streams_refused, {{"what", "stream"}});
}

}  // namespace

HttpPort::HttpPort(const HttpOptions* options, ServiceRoutes::Parts routes,
                   MetricsRegistry* metrics)
    : options_(*options),
      parts_(std::move(routes)),
      registration_(metrics->Register([this](MetricWriter* writer) {
        WriteHttpMetrics(server_ != nullptr ? server_->counts() : HttpCounts(),
                         writer);
      })) {}

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
