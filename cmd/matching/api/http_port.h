// SPDX-License-Identifier: Apache-2.0
// The HTTP port of the service: the server, and the routes of its owners.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cmd/app/component.h"
#include "cmd/matching/api/service_routes.h"
#include "core/config/options.h"
#include "core/http/http_server.h"
#include "core/metrics/metrics_registry.h"

namespace presshawk {

class HttpPort : public Component {
 public:
  // `options` and `metrics` must outlive it.
  HttpPort(const HttpOptions* options, ServiceRoutes::Parts routes,
           MetricsRegistry* metrics);

  // Reads the token and listens. An error names the address and what to do.
  absl::Status Start() override;
  void Stop(absl::Time deadline) override;

  // REQUIRES: started.
  uint16_t port() const { return server_->port(); }
  // What became of lists, for whoever follows the events.
  void OnPublished(const LiveLists::Update& update);

 private:
  const HttpOptions& options_;
  const ServiceRoutes::Parts parts_;
  // The routes go after the server that calls them.
  std::unique_ptr<ServiceRoutes> routes_;
  std::unique_ptr<HttpServer> server_;
  MetricsRegistry::Registration registration_;  // Last: it asks the server.
};

}  // namespace presshawk
