// The one port of the process: metrics, health, control and a status page.
//
//   GET  /               a page for people                            token
//   GET  /metrics        Prometheus's text format                     token
//   GET  /healthz        200 while the process answers                open
//   GET  /readyz         200 or 503: {"ready":…,"reasons":[…]}        open
//   GET  /api/v1/status  JSON                                         token
//   GET  /api/v1/watchlists?…  JSON, in pages                         token
//   POST /-/reload       reads the watch-lists again                  token
//
// HEAD works where GET does. Another method: 405 with Allow; another path: 404.
// Where a token is set and a request does not bear it: 401. A POST that a
// browser sends for a page of another origin: 403. One request a connection.
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
#include "core/http/http_limits.h"

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
  // A JSON object for the parameters of the request. InvalidArgument: 400,
  // NotFound: 404, with the message.
  std::function<absl::StatusOr<std::string>(
      const std::map<std::string, std::string>& parameters)>
      watchlists_json = {};
};

class HttpServer {
 public:
  struct Options {
    std::string host = "127.0.0.1";  // A name or an address, IPv6 unbracketed.
    uint16_t port = 0;               // 0: a free one.
    std::string token = "";          // Empty: none is asked for.
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

  const Options options_;
  const HttpHandlers handlers_;
  std::unique_ptr<BoundedServer> server_;
  uint16_t port_ = 0;
  std::atomic<bool> returned_ = false;  // The thread, from listening.
  std::thread thread_;
};

}  // namespace presshawk
