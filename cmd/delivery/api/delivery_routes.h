// SPDX-License-Identifier: Apache-2.0
// The routes of the delivery role (SPEC HTTP-10).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "cmd/delivery/api/delivery_api.h"
#include "cmd/delivery/api/feed_waiters.h"
#include "core/base/mutex.h"
#include "core/http/http_server.h"

namespace presshawk {

// LIFE. Outlives its server, which calls it until it has stopped; but EndWaits()
// comes before that, as the server waits for its answers.
class DeliveryRoutes {
 public:
  // `api` gives null while the ledger is not open: then all routes answer 503.
  // `public_url` is how others reach this instance; may be empty.
  DeliveryRoutes(std::function<DeliveryApi*()> api, std::string public_url);

  // Registers the routes. REQUIRES: `server` is not started.
  void AddTo(HttpServer* server);
  // Something was accepted: whoever waits for it is answered.
  void OnAccepted();
  // Answers all that wait, and lets nobody wait any more.
  void EndWaits();

 private:
  void AddReads(HttpServer* server);
  void AddActions(HttpServer* server);
  HttpResponse AnswerEvents(const HttpRequest& request) const;
  HttpResponse AnswerAtom(const HttpRequest& request) const;
  void TakeEvents(HttpExchange exchange);

  // Calls `answer` with the API, or says that there is none yet.
  HttpResponse Answer(absl::FunctionRef<JsonAnswer(DeliveryApi&)> answer) const;

  const std::function<DeliveryApi*()> api_;
  const std::string public_url_;
  Mutex mutex_;
  std::unique_ptr<FeedWaiters> waiters_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace presshawk
