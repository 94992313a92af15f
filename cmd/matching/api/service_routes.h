// SPDX-License-Identifier: Apache-2.0
// What a service answers on its HTTP port (SPEC HTTP-1).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cmd/matching/api/reload_answers.h"
#include "cmd/matching/api/status_events.h"
#include "core/http/http_server.h"
#include "core/http/problem.h"

namespace presshawk {

// LIFE. Outlives its server, which calls it until it has stopped.
class ServiceRoutes {
 public:
  // All are called on several threads at once.
  struct Parts {
    std::function<std::string()> metrics = {};
    // Why the service does not work at the moment; empty: it does.
    std::function<std::vector<std::string>()> not_ready_reasons = {};
    // Waits until it is done. The message of an error goes to the client.
    std::function<absl::Status()> reload = {};
    std::function<std::string()> status_json = {};
    std::function<JsonAnswer(const std::map<std::string, std::string>&)>
        watchlists_json = {};
    // Of the list with this id.
    std::function<JsonAnswer(const std::string&)> watchlist_json = {};
    const ListBoard* board = nullptr;
    // What /api/v1/openapi.json answers; empty: the description of these routes.
    std::string open_api = {};
  };

  // Registers the routes. REQUIRES: `server` is not started.
  ServiceRoutes(Parts parts, HttpServer* server);

  StatusEvents* events() { return &events_; }

 private:
  void AddPages(HttpServer* server);
  void AddApi(HttpServer* server);

  const Parts parts_;
  ReloadAnswers reloads_;
  StatusEvents events_;
};

}  // namespace presshawk
