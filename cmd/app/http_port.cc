// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/http_port.h"

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

HttpPort::HttpPort(Parts parts)
    : parts_(std::move(parts)),
      registration_(parts_.metrics->Register([this](MetricWriter* writer) {
        WriteHttpMetrics(server_ != nullptr ? server_->counts() : HttpCounts(),
                         writer);
      })) {}

absl::Status HttpPort::Start() {
  const HttpOptions& options = *parts_.options;
  HttpServer::Options http = {.host = options.host,
                              .port = options.port,
                              .tokens = parts_.tokens,
                              .hosts = options.hosts,
                              .public_url = options.public_url};
  if (!options.token_file.empty()) {
    absl::StatusOr<std::string> token = ReadTokenFile(options.token_file);
    if (!token.ok()) {
      return token.status();
    }
    http.token = *std::move(token);
  }
  server_ = std::make_unique<HttpServer>(std::move(http));
  parts_.add_routes(server_.get());
  if (absl::Status status = server_->Start(); !status.ok()) {
    return status;
  }
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  spdlog::info("http: metrics and health at http://{}{}{}:{}/",
               is_ipv6 ? "[" : "", options.host, is_ipv6 ? "]" : "",
               server_->port());
  return absl::OkStatus();
}

void HttpPort::Stop(absl::Time /*deadline*/) {
  if (parts_.before_stop) {
    parts_.before_stop();
  }
  server_->Stop();
  if (parts_.after_stop) {
    parts_.after_stop();
  }
}

}  // namespace presshawk
