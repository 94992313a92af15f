// SPDX-License-Identifier: Apache-2.0
// Requests for events that are not there yet (`wait=30s`). They hold no thread
// while they wait: one thread answers all of them, when something was accepted
// or their time is over.
//
// LIFE. Every request that was added is answered before the destructor returns.
// THREAD SAFETY. All of it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <thread>

#include "absl/time/time.h"
#include "core/base/deadline.h"
#include "core/base/mutex.h"
#include "core/http/http_exchange.h"

namespace presshawk {

class FeedWaiters {
 public:
  // More than so many are answered at once, with what there is.
  static constexpr size_t kWaitersMax = 1000;
  static constexpr absl::Duration kWaitMax = absl::Seconds(60);

  // `has_events` says whether there is more than `after`; `answer` makes the
  // answer of a request.
  FeedWaiters(
      std::function<bool(const std::string& subscription, uint64_t after)>
          has_events,
      std::function<HttpResponse(const HttpRequest&)> answer);
  ~FeedWaiters();
  FeedWaiters(const FeedWaiters&) = delete;
  FeedWaiters& operator=(const FeedWaiters&) = delete;

  void Add(HttpExchange exchange, std::string subscription, uint64_t after,
           absl::Duration wait) ABSL_LOCKS_EXCLUDED(mutex_);
  // Something was accepted.
  void Wake() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Waiter {
    HttpExchange exchange;
    std::string subscription;
    uint64_t after;
    Deadline deadline;
  };

  void Run() ABSL_LOCKS_EXCLUDED(mutex_);

  const std::function<bool(const std::string&, uint64_t)> has_events_;
  const std::function<HttpResponse(const HttpRequest&)> answer_;
  Mutex mutex_;
  std::condition_variable changed_;
  std::list<Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace presshawk
