// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/delivery_service.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "cmd/app/kafka_log.h"
#include "cmd/app/logging.h"
#include "cmd/app/open_api.h"
#include "cmd/app/probe_routes.h"
#include "cmd/delivery/api/embedded.h"
#include "cmd/matching/api/embedded.h"
#include "cmd/matching/client_options.h"
#include "cmd/matching/metrics/kafka_metrics.h"
#include "cmd/matching/metrics/service_metrics.h"
#include "core/base/str_cat.h"
#include "core/metrics/process_metrics.h"

namespace presshawk {
namespace {

// `deliver` has a port of its own, under the rules of `http:`.
HttpOptions PortOf(const Options& options) {
  HttpOptions http = options.http;
  http.host = options.delivery->host;
  http.port = options.delivery->port;
  return http;
}

// What `deliver` answers: its own paths, and those of every process.
std::string DeliveryDocument() {
  return MergeOpenApi(
      KeepPaths(OpenApiJson(), {"/api/v1/openapi.json", "/healthz", "/readyz",
                                "/metrics", "/login", "/logout"}),
      DeliveryOpenApiJson());
}

}  // namespace

DeliveryService::DeliveryService(const Options& options, Start start)
    : options_(options),
      client_options_(ClientOptions(options)),
      http_options_(PortOf(options)),
      kafka_events_(LogKafka) {
  role_ = components_.Add(std::make_unique<DeliveryRole>(DeliveryRole::Parts{
      .options = &options_,
      .client = &client_options_,
      .events = &kafka_events_,
      .metrics = &metrics_,
      .tokens = &tokens_,
      .instance = DeliveryInstance(http_options_.host, http_options_.port),
      .rebuild = start.rebuild,
      .rebuild_from = start.rebuild_from}));
  components_.Add(std::make_unique<HttpPort>(HttpPort::Parts{
      .options = &http_options_,
      .metrics = &metrics_,
      .tokens = &tokens_,
      .add_routes =
          [this](HttpServer* server) {
            AddProbeRoutes(
                server, [this] { return metrics_.Expose(); },
                [this] { return NotReadyReasons(); });
            role_->AddRoutes(server);
            server->Route("GET", "/api/v1/openapi.json", HttpAccess::kToken,
                          [document = DeliveryDocument()](const HttpRequest&) {
                            return HttpResponse{.body = document};
                          });
          },
      .before_stop = [this] { role_->EndWaits(); },
      .after_stop = nullptr}));
  const auto add = [this](MetricsRegistry::Probe probe) {
    registrations_.push_back(metrics_.Register(std::move(probe)));
  };
  add([this](MetricWriter* writer) {
    WriteKafkaErrorMetrics(kafka_events_, writer);
  });
  add([this](MetricWriter* writer) {
    WriteReadyMetrics(NotReadyReasons().empty(), writer);
  });
  add([](MetricWriter* writer) {
    WriteBuildMetrics(PRESSHAWK_VERSION, writer);
  });
  add(WriteProcessMetrics);
}

absl::StatusOr<std::unique_ptr<DeliveryService>> DeliveryService::Create(
    const Options& options, Start start) {
  std::unique_ptr<DeliveryService> service(new DeliveryService(options, start));
  if (absl::Status status = service->components_.Start(); !status.ok()) {
    return status;
  }
  return service;
}

DeliveryService::~DeliveryService() { Stop(absl::Now()); }

void DeliveryService::OnHangup() {
  if (absl::Status status = role_->Reload(); !status.ok()) {
    LogEach(spdlog::level::err, "SIGHUP: ", status);
  }
}

std::vector<std::string> DeliveryService::NotReadyReasons() const {
  return components_.Problems();
}

}  // namespace presshawk
