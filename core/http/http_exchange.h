// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "core/http/http_message.h"

namespace presshawk {

// A request that waits for its answer, which may come at any time and from any
// thread. One that is dropped without an answer gets a 500.
//
//   void Slow(HttpExchange exchange) {
//     jobs->Add([exchange = std::make_shared<HttpExchange>(
//                    std::move(exchange))] { exchange->Answer(Work()); });
//   }
//
// LIFE. HttpServer::Stop() waits for it.
// THREAD SAFETY. One thread's at a time.
class HttpExchange {
 public:
  // Takes the answer of a request; called once.
  using Taker = std::function<void(HttpResponse)>;

  HttpExchange(std::unique_ptr<HttpRequest> request, Taker taker)
      : request_(std::move(request)), taker_(std::move(taker)) {}
  ~HttpExchange();
  HttpExchange(HttpExchange&& other) noexcept
      : request_(std::move(other.request_)),
        taker_(std::exchange(other.taker_, nullptr)) {}
  HttpExchange& operator=(HttpExchange&&) = delete;

  const HttpRequest& request() const { return *request_; }
  // REQUIRES: not answered yet.
  void Answer(HttpResponse response);

 private:
  std::unique_ptr<HttpRequest> request_;
  Taker taker_;  // Null once answered.
};

}  // namespace presshawk
