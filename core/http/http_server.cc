#include "core/http/http_server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/time/clock.h"
#include "core/base/json_text.h"
#include "core/base/str_cat.h"
#include "core/base/utf8.h"
#include "core/http/bearer_token.h"
#include "core/http/bounded_server.h"
#include "core/http/login_page.h"
#include "core/http/request_framing.h"
#include "core/http/status_page.h"

namespace presshawk {
namespace {

using HandlerResponse = httplib::Server::HandlerResponse;

constexpr const char* kPlainText = "text/plain; charset=utf-8";
constexpr const char* kHtml = "text/html; charset=utf-8";
constexpr const char* kJson = "application/json";
constexpr const char* kMetricsText = "text/plain; version=0.0.4; charset=utf-8";

struct Route {
  std::string_view path;
  std::string_view allow;  // As in the header `Allow`.
  bool open = false;       // Answers without the token.
  bool is_health = false;  // Answers whatever the Host.
  bool is_login = false;   // There only where there is a token.
};
constexpr std::array kRoutes = {
    Route{"/", "GET, HEAD"},
    Route{"/metrics", "GET, HEAD"},
    Route{"/healthz", "GET, HEAD", true, true},
    Route{"/readyz", "GET, HEAD", true, true},
    Route{"/api/v1/status", "GET, HEAD"},
    Route{"/api/v1/watchlists", "GET, HEAD"},
    Route{"/-/reload", "POST"},
    Route{"/login", "GET, HEAD, POST", true, false, true},
    Route{"/logout", "POST", true, false, true},
};

void Refuse(const Problem& problem, httplib::Response* response) {
  response->status = problem.status;
  response->set_content(ProblemJson(problem), kProblemContentType);
}

void ShowLogin(int status, std::string_view message,
               httplib::Response* response) {
  response->status = status;
  response->set_header("Content-Security-Policy", kLoginPagePolicy);
  response->set_header("Referrer-Policy", "no-referrer");
  response->set_content(LoginPage(message), kHtml);
}

// Back to the page. Relative: any prefix that a proxy puts before it works.
void Redirect(httplib::Response* response) {
  response->status = 303;
  response->set_header("Location", "./");
}

RequestFraming FramingOf(const httplib::Request& request) {
  RequestFraming framing;
  framing.method = request.method;
  const auto [begin, end] = request.headers.equal_range("Content-Length");
  for (auto header = begin; header != end; ++header) {
    framing.content_lengths.push_back(header->second);
  }
  framing.has_transfer_encoding = request.has_header("Transfer-Encoding");
  return framing;
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
      hosts_(options.hosts, options.public_url),
      handlers_(std::move(handlers)),
      server_(std::make_unique<BoundedServer>(options.limits)) {}

HttpServer::~HttpServer() { Stop(); }

// A request on its way to an answer.
struct HttpServer::Exchange {
  const httplib::Request& request;
  httplib::Response* response;
  const Route* route;  // Null: there is none.
  std::string host;    // The header.
  bool secure;         // By https, as public_url says.
  PageAccess access = PageAccess::kOpen;
};

bool HttpServer::RefuseHead(const Exchange& exchange) const {
  const httplib::Request& request = exchange.request;
  // Probes ask by whatever name, or none.
  const bool is_health = exchange.route != nullptr && exchange.route->is_health;
  if (!is_health &&
      (request.get_header_value_count("Host") > 1 ||
       (exchange.host.empty() && request.version == "HTTP/1.1"))) {
    Refuse({400, "a request has one header Host", "header Host", "send one"},
           exchange.response);
    return true;
  }
  // Browsers always send a Host; what sends none is none.
  if (!is_health && !exchange.host.empty() && !hosts_.Allows(exchange.host)) {
    Refuse({421, "this is no name of this instance", "header Host",
            "add it to http: hosts:, or use an address or localhost"},
           exchange.response);
    return true;
  }
  if (const auto problem =
          CheckFraming(FramingOf(request), options_.limits.payload_bytes)) {
    Refuse(*problem, exchange.response);
    return true;
  }
  return false;
}

bool HttpServer::RefuseClient(const Exchange& exchange) {
  const httplib::Request& request = exchange.request;
  const bool open = exchange.route != nullptr && exchange.route->open;
  if (open || exchange.access != PageAccess::kOpen || options_.token.empty()) {
    return false;
  }
  exchange.response->set_header("WWW-Authenticate",
                                "Bearer realm=\"presshawk\"");
  if (request.path == "/" && request.get_header_value("Accept").find(
                                 "text/html") != std::string::npos) {
    ShowLogin(401, "", exchange.response);
  } else {
    Refuse({401, "this needs a token", "header Authorization",
            "send Authorization: Bearer TOKEN, or log in at /login"},
           exchange.response);
  }
  return true;
}

bool HttpServer::RefuseMethod(const Exchange& exchange) const {
  const httplib::Request& request = exchange.request;
  const Route* const route = exchange.route;
  if (route == nullptr || (route->is_login && options_.token.empty())) {
    Refuse({404, "there is nothing here", "", "try / or /metrics"},
           exchange.response);
    return true;
  }
  const std::string& method = request.method;
  const bool reads = method == "GET" || method == "HEAD";
  if (!(reads ? route->allow.starts_with("GET")
              : method == "POST" && route->allow.ends_with("POST"))) {
    exchange.response->set_header("Allow", std::string(route->allow));
    Refuse(
        {405, "this is not for this method", "", StrCat("use ", route->allow)},
        exchange.response);
    return true;
  }
  if (!reads &&
      hosts_.IsCrossSite(request.get_header_value("Sec-Fetch-Site"),
                         request.get_header_value("Origin"), exchange.host)) {
    Refuse({403, "not for a page of another origin", "header Origin", ""},
           exchange.response);
    return true;
  }
  return false;
}

bool HttpServer::AnswerWithoutBody(const Exchange& exchange) {
  // An encoded body ends where it says so: it is read, to see that it does.
  if (exchange.request.has_header("Transfer-Encoding")) {
    return false;
  }
  if (exchange.request.path == "/-/reload") {
    Reload(exchange);
    return true;
  }
  if (exchange.request.path == "/logout") {
    Logout(exchange);
    return true;
  }
  return false;
}

void HttpServer::Reload(const Exchange& exchange) const {
  const absl::Status status = handlers_.reload();
  std::string json = StrCat("{\"reloaded\":", status.ok() ? "true" : "false");
  exchange.response->status = status.ok() ? 200 : 500;
  if (!status.ok()) {
    json += ",\"error\":";
    AppendJsonString(std::string(status.message()), &json);
  }
  exchange.response->set_content(json + "}\n", kJson);
}

void HttpServer::Login(const Exchange& exchange) {
  const std::string given = FormValue(exchange.request.body, "token");
  if (!BearsToken(StrCat("Bearer ", given), options_.token)) {
    return ShowLogin(401, "That is not the token.", exchange.response);
  }
  const std::optional<std::string> secret = sessions_.Begin(absl::Now());
  if (!secret.has_value()) {
    return ShowLogin(503, "The system gives no random bytes at the moment.",
                     exchange.response);
  }
  exchange.response->set_header(
      "Set-Cookie",
      SessionCookie(CookieName(exchange.secure), *secret, exchange.secure));
  Redirect(exchange.response);
}

void HttpServer::Logout(const Exchange& exchange) {
  const std::string name = CookieName(exchange.secure);
  sessions_.End(CookieValue(exchange.request.get_header_value("Cookie"), name));
  exchange.response->set_header("Set-Cookie",
                                ForgottenCookie(name, exchange.secure));
  Redirect(exchange.response);
}

// Cookies do not know ports: two instances on one machine have two names.
std::string HttpServer::CookieName(bool secure) const {
  return secure ? "__Host-presshawk" : StrCat("presshawk-", port_);
}

void HttpServer::AddRoutes() {
  server_->set_default_headers(
      {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}});
  server_->set_pre_routing_handler([this](const httplib::Request& request,
                                          httplib::Response& response) {
    const Exchange exchange = ExchangeOf(request, &response);
    const bool answered = RefuseHead(exchange) || RefuseClient(exchange) ||
                          RefuseMethod(exchange) || AnswerWithoutBody(exchange);
    return answered ? HandlerResponse::Handled : HandlerResponse::Unhandled;
  });
  server_->Get("/", [this](const httplib::Request& request,
                           httplib::Response& response) {
    response.set_header("Content-Security-Policy", kStatusPagePolicy);
    response.set_header("Referrer-Policy", "no-referrer");
    response.set_content(StatusPage(ExchangeOf(request, &response).access),
                         kHtml);
  });
  server_->Get("/metrics", [this](const auto&, httplib::Response& response) {
    response.set_content(handlers_.metrics(), kMetricsText);
  });
  server_->Get("/healthz", [](const auto&, httplib::Response& response) {
    response.set_content("ok\n", kPlainText);
  });
  server_->Get("/readyz", [this](const auto&, httplib::Response& response) {
    const std::vector<std::string> reasons = handlers_.not_ready_reasons();
    response.status = reasons.empty() ? 200 : 503;
    response.set_content(ReadinessJson(reasons), kJson);
  });
  server_->Get("/login", [](const auto&, httplib::Response& response) {
    ShowLogin(200, "", &response);
  });
  server_->Post("/login", [this](const auto& request, auto& response) {
    Login(ExchangeOf(request, &response));
  });
  server_->Post("/logout", [this](const auto& request, auto& response) {
    Logout(ExchangeOf(request, &response));
  });
  server_->Post("/-/reload", [this](const auto& request, auto& response) {
    Reload(ExchangeOf(request, &response));
  });
  AddApi();
}

void HttpServer::AddApi() {
  server_->Get("/api/v1/status",
               [this](const auto&, httplib::Response& response) {
                 response.set_content(handlers_.status_json(), kJson);
               });
  server_->Get("/api/v1/watchlists", [this](const httplib::Request& request,
                                            httplib::Response& response) {
    const std::map<std::string, std::string> parameters(request.params.begin(),
                                                        request.params.end());
    JsonAnswer answer;
    if (handlers_.watchlists_json == nullptr) {
      answer = Problem{404, "there are no watch-lists here"};
    } else if (parameters.size() != request.params.size()) {
      answer =
          Problem{400, "a parameter stands twice", "query", "give it once"};
    } else {
      answer = handlers_.watchlists_json(parameters);
    }
    if (const auto* problem = std::get_if<Problem>(&answer)) {
      Refuse(*problem, &response);
    } else {
      response.set_content(std::get<std::string>(answer), kJson);
    }
  });
}

HttpServer::Exchange HttpServer::ExchangeOf(const httplib::Request& request,
                                            httplib::Response* response) {
  const auto route = std::find_if(
      kRoutes.begin(), kRoutes.end(),
      [&](const Route& known) { return known.path == request.path; });
  Exchange exchange = {.request = request,
                       .response = response,
                       .route = route == kRoutes.end() ? nullptr : &*route,
                       .host = request.get_header_value("Host"),
                       .secure = false};
  exchange.secure = hosts_.IsPublicHttps(exchange.host);
  if (options_.token.empty()) {
    return exchange;
  }
  if (BearsToken(request.get_header_value("Authorization"), options_.token)) {
    exchange.access = PageAccess::kToken;
  } else if (sessions_.Touch(CookieValue(request.get_header_value("Cookie"),
                                         CookieName(exchange.secure)),
                             absl::Now())) {
    exchange.access = PageAccess::kSession;
  }
  return exchange;
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
  server->server_->DeepenBacklog();
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
