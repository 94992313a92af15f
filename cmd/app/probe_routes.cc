// SPDX-License-Identifier: Apache-2.0
#include "cmd/app/probe_routes.h"

#include <utility>

#include "core/base/json_writer.h"

namespace presshawk {
namespace {

constexpr char kPlainText[] = "text/plain; charset=utf-8";
constexpr char kMetricsText[] = "text/plain; version=0.0.4; charset=utf-8";

HttpResponse Readiness(const std::vector<std::string>& reasons) {
  HttpResponse response = {.status = reasons.empty() ? 200 : 503};
  JsonWriter json(&response.body);
  json.BeginObject().Member("ready", reasons.empty()).Key("reasons");
  json.BeginArray();
  for (const std::string& reason : reasons) {
    json.Value(reason);
  }
  json.EndArray().EndObject();
  response.body += '\n';
  return response;
}

}  // namespace

void AddProbeRoutes(
    HttpServer* server, std::function<std::string()> metrics,
    std::function<std::vector<std::string>()> not_ready_reasons) {
  HttpRoute alive =
      MakeRoute("GET", "/healthz", HttpAccess::kProbe, [](const HttpRequest&) {
        return HttpResponse{.content_type = kPlainText, .body = "ok\n"};
      });
  alive.is_quick = true;
  server->Route(std::move(alive));
  server->Route("GET", "/readyz", HttpAccess::kProbe,
                [reasons = std::move(not_ready_reasons)](const HttpRequest&) {
                  return Readiness(reasons());
                });
  server->Route("GET", "/metrics", HttpAccess::kToken,
                [metrics = std::move(metrics)](const HttpRequest&) {
                  return HttpResponse{.content_type = kMetricsText,
                                      .body = metrics()};
                });
}

}  // namespace presshawk
