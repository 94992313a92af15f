// The one port of the process: metrics, health, control and a status page.
//
//   GET  /               a page for people, or the login              token
//   GET  /metrics        Prometheus's text format                     token
//   GET  /healthz        200 while the process answers                open
//   GET  /readyz         200 or 503: {"ready":…,"reasons":[…]}        open
//   GET  /api/v1/status  JSON                                         token
//   GET  /api/v1/watchlists?…  JSON, in pages                         token
//   POST /-/reload       reads the watch-lists again                  token
//   GET  /login          asks for the token; where there is one       open
//   POST /login          a form with `token`: a cookie for the above  open
//   POST /logout         ends what the cookie began                   open
//
// HEAD works where GET does. Another method: 405 with Allow; another path: 404.
// Where a token is set and a request bears neither it nor a cookie: 401. A POST
// that a browser sends for a page of another origin: 403. A name in `Host` that
// is not ours (HostPolicy): 421, but for /healthz and /readyz. A body's length
// that cannot be right (request_framing.h): 400. Errors are JSON (problem.h).
// One request a connection. No CORS: pages of others read nothing.
//
// LIMITS. HttpLimits: slow, many or hostile clients end each other, not the
// scrapes.
// THREAD SAFETY. port() and Stop(): any thread. Handlers are called on several
// threads at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/http/host_policy.h"
#include "core/http/http_limits.h"
#include "core/http/problem.h"
#include "core/http/sessions.h"

namespace httplib {
struct Request;
struct Response;
}  // namespace httplib

namespace presshawk {

class BoundedServer;

// What the process answers with. All are needed, but for watchlists_json.
struct HttpHandlers {
  std::function<std::string()> metrics;
  // Why the process does not work at the moment; empty: it does.
  std::function<std::vector<std::string>()> not_ready_reasons;
  // Waits until it is done. The message of an error goes to the client.
  std::function<absl::Status()> reload;
  // A JSON object.
  std::function<std::string()> status_json;
  // A JSON object for the parameters of the request, or why there is none.
  std::function<JsonAnswer(
      const std::map<std::string, std::string>& parameters)>
      watchlists_json = {};
};

class HttpServer {
 public:
  struct Options {
    std::string host = "127.0.0.1";  // A name or an address, IPv6 unbracketed.
    uint16_t port = 0;               // 0: a free one.
    std::string token = "";          // Empty: none is asked for.
    std::vector<std::string> hosts = {};  // Names of ours; see HostPolicy.
    std::string public_url = "";  // How browsers reach it; may be empty.
    HttpLimits limits = {};
  };

  // Listens and answers from now on. An error when the address is taken,
  // unknown or not ours.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      const Options& options, HttpHandlers handlers);
  ~HttpServer();  // Stops.
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const { return port_; }
  // When it returns no handler is running or ever will be. REQUIRES: not called
  // by a handler.
  void Stop();

 private:
  HttpServer(const Options& options, HttpHandlers handlers);
  void AddRoutes();
  void AddApi();
  std::string CookieName(bool secure) const;

  // A request on its way to an answer, and the steps: each returns true where
  // it gave the answer.
  struct Exchange;
  Exchange ExchangeOf(const httplib::Request& request,
                      httplib::Response* response);
  bool RefuseHead(const Exchange& exchange) const;
  bool RefuseClient(const Exchange& exchange);
  bool RefuseMethod(const Exchange& exchange) const;
  // What needs no body is done before one is read: a client that announces
  // more of it than it sends holds up nothing.
  bool AnswerWithoutBody(const Exchange& exchange);
  void Reload(const Exchange& exchange) const;
  void Login(const Exchange& exchange);
  void Logout(const Exchange& exchange);

  const Options options_;
  const HostPolicy hosts_;
  const HttpHandlers handlers_;
  Sessions sessions_;
  std::unique_ptr<BoundedServer> server_;
  uint16_t port_ = 0;
  std::atomic<bool> returned_ = false;  // The thread, from listening.
  std::thread thread_;
};

}  // namespace presshawk
