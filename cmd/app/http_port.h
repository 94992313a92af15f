// SPDX-License-Identifier: Apache-2.0
// The HTTP port of the process: the server, with the routes of their owners.
#pragma once

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cmd/app/component.h"
#include "core/config/options.h"
#include "core/http/http_server.h"
#include "core/metrics/metrics_registry.h"

namespace presshawk {

class HttpPort : public Component {
 public:
  // All must outlive the port.
  struct Parts {
    const HttpOptions* options = nullptr;
    MetricsRegistry* metrics = nullptr;
    // Tokens beside the one of the configuration; may be null.
    AccessTokens* tokens = nullptr;
    // Registers the routes, before the server listens.
    std::function<void(HttpServer*)> add_routes;
    // Answers whatever still waits, as the server waits for its answers; may be
    // null.
    std::function<void()> before_stop;
    // The routes are not called any more.
    std::function<void()> after_stop;
  };
  explicit HttpPort(Parts parts);

  // Reads the token and listens. An error names the address and what to do.
  absl::Status Start() override;
  void Stop(absl::Time deadline) override;

  // REQUIRES: started.
  uint16_t port() const { return server_->port(); }

 private:
  const Parts parts_;
  std::unique_ptr<HttpServer> server_;
  MetricsRegistry::Registration registration_;  // Last: it asks the server.
};

}  // namespace presshawk
