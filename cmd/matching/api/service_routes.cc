// SPDX-License-Identifier: Apache-2.0
#include "cmd/matching/api/service_routes.h"

#include <utility>
#include <variant>

#include "cmd/app/probe_routes.h"
#include "cmd/matching/api/embedded.h"
#include "cmd/matching/api/status_page.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

HttpResponse Page(HttpCaller caller) {
  return {.content_type = "text/html; charset=utf-8",
          .body = StatusPage(caller),
          .headers = {{"Content-Security-Policy", kStatusPagePolicy},
                      {"Referrer-Policy", "no-referrer"}}};
}

}  // namespace

ServiceRoutes::ServiceRoutes(Parts parts, HttpServer* server)
    : parts_(std::move(parts)),
      reloads_(parts_.reload),
      events_({.status_json = parts_.status_json, .board = parts_.board}) {
  AddPages(server);
  AddApi(server);
}

void ServiceRoutes::AddPages(HttpServer* server) {
  AddProbeRoutes(server, parts_.metrics, parts_.not_ready_reasons);
  server->Route("GET", "/", HttpAccess::kToken, [](const HttpRequest& request) {
    return Page(request.caller);
  });
  server->Route(HttpRoute{
      .method = "POST",
      .pattern = "/-/reload",
      .scope = TokenScope::kAdmin,
      .handler =
          [this](HttpExchange exchange) { reloads_.Add(std::move(exchange)); },
      .is_quick = true});
}

void ServiceRoutes::AddApi(HttpServer* server) {
  server->Route("GET", "/api/v1/status", HttpAccess::kToken,
                [this](const HttpRequest&) {
                  return HttpResponse{.body = parts_.status_json()};
                });
  server->Route(
      "GET", "/api/v1/watchlists", HttpAccess::kToken,
      [this](const HttpRequest& request) {
        auto parameters = request.Parameters();
        if (auto* problem = std::get_if<Problem>(&parameters)) {
          return HttpResponse::Of(*problem);
        }
        return HttpResponse::Of(parts_.watchlists_json(
            std::get<std::map<std::string, std::string>>(parameters)));
      });
  server->Route(
      "GET", "/api/v1/watchlists/{id}", HttpAccess::kToken,
      [this](const HttpRequest& request) {
        if (!request.query.empty()) {
          return HttpResponse::Of(Problem{
              400, "there is no such parameter",
              StrCat("parameter ", request.query[0].name), "leave it out"});
        }
        return HttpResponse::Of(
            parts_.watchlist_json(request.path_parameters.at("id")));
      });
  HttpRoute events = MakeRoute(
      "GET", "/api/v1/events", HttpAccess::kToken,
      [this](const HttpRequest& request) { return events_.Follow(request); });
  events.is_stream = true;
  server->Route(std::move(events));
  server->Route("GET", "/api/v1/openapi.json", HttpAccess::kToken,
                [this](const HttpRequest&) {
                  return HttpResponse{.body = parts_.open_api.empty()
                                                  ? std::string(OpenApiJson())
                                                  : parts_.open_api};
                });
}

}  // namespace presshawk
