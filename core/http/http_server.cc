#include "core/http/http_server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "absl/time/clock.h"
#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/http/bearer_token.h"
#include "core/http/bounded_server.h"
#include "core/http/status_page.h"

namespace presshawk {
namespace {

using HandlerResponse = httplib::Server::HandlerResponse;

constexpr const char* kPlainText = "text/plain; charset=utf-8";
constexpr const char* kJson = "application/json";
constexpr const char* kMetricsText = "text/plain; version=0.0.4; charset=utf-8";

struct Route {
  std::string_view path;
  std::string_view allow;  // As in the header `Allow`.
  bool open;               // Answers without the token.
};
constexpr std::array kRoutes = {
    Route{"/", "GET, HEAD", false},
    Route{"/metrics", "GET, HEAD", false},
    Route{"/healthz", "GET, HEAD", true},
    Route{"/readyz", "GET, HEAD", true},
    Route{"/api/v1/status", "GET, HEAD", false},
    Route{"/api/v1/watchlists", "GET, HEAD", false},
    Route{"/-/reload", "POST", false},
};

void Answer(int status, std::string_view text, httplib::Response* response) {
  response->status = status;
  response->set_content(StrCat(text, "\n"), kPlainText);
}

// Browsers name the origin of each POST; other clients name none.
bool IsOfAnotherOrigin(const httplib::Request& request) {
  const std::string origin = request.get_header_value("Origin");
  if (origin.empty()) {
    return false;
  }
  const size_t host = origin.find("://");
  return host == std::string::npos ||
         origin.substr(host + 3) != request.get_header_value("Host");
}

// Answers what is not to reach a handler.
HandlerResponse Gate(const httplib::Request& request, const std::string& token,
                     httplib::Response* response) {
  const auto route = std::find_if(
      kRoutes.begin(), kRoutes.end(),
      [&](const Route& known) { return known.path == request.path; });
  const bool open = route != kRoutes.end() && route->open;
  if (!open && !token.empty() &&
      !BearsToken(request.get_header_value("Authorization"), token)) {
    response->set_header("WWW-Authenticate", "Bearer realm=\"presshawk\"");
    Answer(401, "this needs the header: Authorization: Bearer TOKEN", response);
    return HandlerResponse::Handled;
  }
  if (route == kRoutes.end()) {
    Answer(404, "there is nothing here; try / or /metrics", response);
    return HandlerResponse::Handled;
  }
  const bool allowed = route->allow == "POST" ? request.method == "POST"
                                              : request.method == "GET" ||
                                                    request.method == "HEAD";
  if (!allowed) {
    response->set_header("Allow", std::string(route->allow));
    Answer(405, StrCat("use ", route->allow), response);
    return HandlerResponse::Handled;
  }
  if (request.method == "POST" && IsOfAnotherOrigin(request)) {
    Answer(403, "not for a page of another origin", response);
    return HandlerResponse::Handled;
  }
  return HandlerResponse::Unhandled;
}

std::string ReadinessJson(const std::vector<std::string>& reasons) {
  std::string json = StrCat("{\"ready\":", reasons.empty() ? "true" : "false",
                            ",\"reasons\":[");
  for (const std::string& reason : reasons) {
    if (json.back() != '[') {
      json += ',';
    }
    AppendJsonString(ReplaceInvalidUtf8(reason), &json);
  }
  json += "]}\n";
  return json;
}

}  // namespace

HttpServer::HttpServer(const Options& options, HttpHandlers handlers)
    : options_(options),
      handlers_(std::move(handlers)),
      server_(std::make_unique<BoundedServer>(options.limits)) {}

HttpServer::~HttpServer() { Stop(); }

void HttpServer::AddRoutes() {
  server_->set_default_headers(
      {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}});
  server_->set_pre_routing_handler(
      [this](const httplib::Request& request, httplib::Response& response) {
        return Gate(request, options_.token, &response);
      });
  server_->Get("/", [](const auto&, httplib::Response& response) {
    response.set_header("Content-Security-Policy", kStatusPagePolicy);
    response.set_content(std::string(StatusPage()), "text/html; charset=utf-8");
  });
  server_->Get("/metrics", [this](const auto&, httplib::Response& response) {
    response.set_content(handlers_.metrics(), kMetricsText);
  });
  server_->Get("/healthz", [](const auto&, httplib::Response& response) {
    Answer(200, "ok", &response);
  });
  server_->Get("/readyz", [this](const auto&, httplib::Response& response) {
    const std::vector<std::string> reasons = handlers_.not_ready_reasons();
    response.status = reasons.empty() ? 200 : 503;
    response.set_content(ReadinessJson(reasons), kJson);
  });
  server_->Get("/api/v1/status",
               [this](const auto&, httplib::Response& response) {
                 response.set_content(handlers_.status_json(), kJson);
               });
  server_->Get("/api/v1/watchlists", [this](const httplib::Request& request,
                                            httplib::Response& response) {
    const absl::StatusOr<std::string> json =
        handlers_.watchlists_json == nullptr
            ? absl::NotFoundError("there are no watch-lists here")
            : handlers_.watchlists_json(
                  {request.params.begin(), request.params.end()});
    if (json.ok()) {
      response.set_content(*json, kJson);
    } else {
      Answer(json.status().code() == absl::StatusCode::kNotFound ? 404 : 400,
             std::string(json.status().message()), &response);
    }
  });
  server_->Post("/-/reload", [this](const auto&, httplib::Response& response) {
    const absl::Status status = handlers_.reload();
    std::string json = StrCat("{\"reloaded\":", status.ok() ? "true" : "false");
    if (!status.ok()) {
      response.status = 500;
      json += ",\"error\":";
      AppendJsonString(ReplaceInvalidUtf8(std::string(status.message())),
                       &json);
    }
    response.set_content(json + "}\n", kJson);
  });
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    const Options& options, HttpHandlers handlers) {
  std::unique_ptr<HttpServer> server(
      new HttpServer(options, std::move(handlers)));
  server->AddRoutes();
  errno = 0;
  const int port =
      options.port == 0 ? server->server_->bind_to_any_port(options.host)
      : server->server_->bind_to_port(options.host, options.port) ? options.port
                                                                  : -1;
  if (port <= 0) {
    return absl::UnavailableError(
        StrCat("http: cannot listen on ", options.host, ":", options.port,
               errno != 0 ? StrCat(": ", std::strerror(errno)) : "",
               "; another instance there? (http: listen)"));
  }
  server->port_ = static_cast<uint16_t>(port);
  server->thread_ = std::thread([listening = server.get()] {
    listening->server_->listen_after_bind();
    listening->returned_ = true;
  });
  // A stop before it runs would be lost.
  while (!server->server_->is_running() && !server->returned_) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  return server;
}

void HttpServer::Stop() {
  if (thread_.joinable()) {
    server_->StopAll();
    thread_.join();
  }
}

}  // namespace presshawk
