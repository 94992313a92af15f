// SPDX-License-Identifier: Apache-2.0
#include "cmd/delivery/api/delivery_routes.h"

#include <charconv>
#include <map>
#include <utility>
#include <variant>

#include "cmd/delivery/api/answers.h"
#include "core/base/str_cat.h"

namespace presshawk {
namespace {

using Parameters = DeliveryApi::Parameters;

// How long a request is ready to wait; nothing where it does not say. Where it
// says nonsense, the answer tells so, at once.
absl::Duration WaitOf(const HttpRequest& request) {
  for (const HttpField& field : request.query) {
    absl::Duration wait;
    if (field.name == "wait" && !ReadWait(field.value, &wait).has_value()) {
      return wait;
    }
  }
  return absl::ZeroDuration();
}

uint64_t AfterOf(const HttpRequest& request) {
  uint64_t after = 0;
  for (const HttpField& field : request.query) {
    if (field.name == "after") {
      std::from_chars(field.value.data(),
                      field.value.data() + field.value.size(), after);
    }
  }
  return after;
}

// `crm:test` as `crm` and `test`.
std::pair<std::string, std::string> SplitVerb(const std::string& segment) {
  const size_t colon = segment.rfind(':');
  return colon == std::string::npos
             ? std::pair(segment, std::string())
             : std::pair(segment.substr(0, colon), segment.substr(colon + 1));
}

}  // namespace

DeliveryRoutes::DeliveryRoutes(std::function<DeliveryApi*()> api,
                               std::string public_url)
    : api_(std::move(api)),
      public_url_(std::move(public_url)),
      waiters_(std::make_unique<FeedWaiters>(
          [this](const std::string& subscription, uint64_t after) {
            DeliveryApi* const now = api_();
            return now == nullptr || now->HasEvents(subscription, after);
          },
          [this](const HttpRequest& request) {
            return AnswerEvents(request);
          })) {}

void DeliveryRoutes::OnAccepted() {
  MutexLock lock(&mutex_);
  if (waiters_ != nullptr) {
    waiters_->Wake();
  }
}

void DeliveryRoutes::EndWaits() {
  std::unique_ptr<FeedWaiters> waiters;
  MutexLock lock(&mutex_);
  waiters.swap(waiters_);
}

void DeliveryRoutes::AddTo(HttpServer* server) {
  AddReads(server);
  AddActions(server);
}

HttpResponse DeliveryRoutes::Answer(
    absl::FunctionRef<JsonAnswer(DeliveryApi&)> answer) const {
  DeliveryApi* const api = api_();
  if (api == nullptr) {
    return HttpResponse::Of(Problem{503, "the ledger is not open yet", "",
                                    "/readyz says why; ask again later"});
  }
  return HttpResponse::Of(answer(*api));
}

void DeliveryRoutes::AddReads(HttpServer* server) {
  using List = JsonAnswer (DeliveryApi::*)(const Parameters&) const;
  using One = JsonAnswer (DeliveryApi::*)(const std::string&) const;
  const auto list = [&](const char* path, List answer) {
    server->Route("GET", path, HttpAccess::kToken,
                  [this, answer](const HttpRequest& request) {
                    return Answer([&](DeliveryApi& api) -> JsonAnswer {
                      auto parameters = request.Parameters();
                      if (auto* problem = std::get_if<Problem>(&parameters)) {
                        return *std::move(problem);
                      }
                      return (api.*answer)(std::get<Parameters>(parameters));
                    });
                  });
  };
  const auto one = [&](const char* path, One answer) {
    server->Route("GET", path, HttpAccess::kToken,
                  [this, answer](const HttpRequest& request) {
                    return Answer([&](DeliveryApi& api) {
                      return (api.*answer)(request.path_parameters.at("id"));
                    });
                  });
  };
  list("/api/v1/subscriptions", &DeliveryApi::Subscriptions);
  one("/api/v1/subscriptions/{id}", &DeliveryApi::OneSubscription);
  list("/api/v1/deliveries", &DeliveryApi::Deliveries);
  one("/api/v1/deliveries/{id}", &DeliveryApi::OneDelivery);
  one("/api/v1/deliveries/{id}/alerts", &DeliveryApi::AlertsOf);
  list("/api/v1/alerts", &DeliveryApi::Alerts);
  one("/api/v1/alerts/{id}", &DeliveryApi::OneAlert);
  one("/api/v1/stories/{id}", &DeliveryApi::OneStory);
  list("/api/v1/receivers", &DeliveryApi::Receivers);
  one("/api/v1/receivers/{id}", &DeliveryApi::OneReceiver);
  list("/api/v1/silences", &DeliveryApi::Silences);
  list("/api/v1/ledger", &DeliveryApi::Status);
  server->Route(HttpRoute{.method = "GET",
                          .pattern = "/api/v1/subscriptions/{id}/events",
                          .handler = [this](HttpExchange exchange) {
                            TakeEvents(std::move(exchange));
                          }});
  server->Route(
      "GET", "/api/v1/subscriptions/{id}/events.atom", HttpAccess::kToken,
      [this](const HttpRequest& request) { return AnswerAtom(request); });
}

void DeliveryRoutes::AddActions(HttpServer* server) {
  using WithBody = JsonAnswer (DeliveryApi::*)(const std::string&);
  const auto post = [&](const char* path, WithBody act) {
    HttpRoute route = MakeRoute("POST", path, HttpAccess::kToken,
                                [this, act](const HttpRequest& request) {
                                  return Answer([&](DeliveryApi& api) {
                                    return (api.*act)(request.body);
                                  });
                                });
    route.body = HttpBody::kJson;
    server->Route(std::move(route));
  };
  post("/api/v1/deliveries:replay", &DeliveryApi::Replay);
  post("/api/v1/silences", &DeliveryApi::AddSilence);
  HttpRoute acknowledge = MakeRoute(
      "POST", "/api/v1/ledger:acknowledge", HttpAccess::kToken,
      [this](const HttpRequest&) {
        return Answer([](DeliveryApi& api) { return api.AcknowledgeLoss(); });
      });
  acknowledge.scope = TokenScope::kAdmin;
  server->Route(std::move(acknowledge));
  using Act =
      JsonAnswer (DeliveryApi::*)(const std::string&, const std::string&);
  const auto act = [&](const char* path, Act verb) {
    server->Route(
        "POST", path, HttpAccess::kToken,
        [this, verb](const HttpRequest& request) {
          const auto [name, what] = SplitVerb(request.path_parameters.at("id"));
          return Answer([&, &one = name, &does = what](DeliveryApi& api) {
            return (api.*verb)(one, does);
          });
        });
  };
  act("/api/v1/deliveries/{id}", &DeliveryApi::ActOnDelivery);
  act("/api/v1/receivers/{id}", &DeliveryApi::ActOnReceiver);
  act("/api/v1/silences/{id}", &DeliveryApi::ActOnSilence);
}

HttpResponse DeliveryRoutes::AnswerAtom(const HttpRequest& request) const {
  const std::string& id = request.path_parameters.at("id");
  const std::string root =
      public_url_.empty() ? StrCat("http://", request.host, "/") : public_url_;
  HttpResponse response = Answer([&](DeliveryApi& api) {
    return api.Atom(id,
                    StrCat(root, "api/v1/subscriptions/", id, "/events.atom"));
  });
  if (response.status == 200) {
    response.content_type = "application/atom+xml; charset=utf-8";
  }
  return response;
}

HttpResponse DeliveryRoutes::AnswerEvents(const HttpRequest& request) const {
  return Answer([&](DeliveryApi& api) -> JsonAnswer {
    auto parameters = request.Parameters();
    if (auto* problem = std::get_if<Problem>(&parameters)) {
      return *std::move(problem);
    }
    return api.Events(request.path_parameters.at("id"),
                      std::get<Parameters>(parameters));
  });
}

void DeliveryRoutes::TakeEvents(HttpExchange exchange) {
  const absl::Duration wait = WaitOf(exchange.request());
  if (wait > absl::ZeroDuration()) {
    MutexLock lock(&mutex_);
    if (waiters_ != nullptr) {
      const std::string id = exchange.request().path_parameters.at("id");
      const uint64_t after = AfterOf(exchange.request());
      waiters_->Add(std::move(exchange), id, after, wait);
      return;
    }
  }
  HttpResponse response = AnswerEvents(exchange.request());
  exchange.Answer(std::move(response));
}

}  // namespace presshawk
