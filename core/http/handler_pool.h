// SPDX-License-Identifier: Apache-2.0
// The threads that handlers run on, and the requests that wait for one.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <optional>
#include <thread>
#include <vector>

#include "core/base/mutex.h"
#include "core/http/http_exchange.h"
#include "core/http/http_routes.h"

namespace presshawk {

// THREAD SAFETY. All of it.
class HandlerPool {
 public:
  // At most `pending` requests wait.
  HandlerPool(size_t threads, size_t pending);
  ~HandlerPool();  // Stop()s.
  HandlerPool(const HandlerPool&) = delete;
  HandlerPool& operator=(const HandlerPool&) = delete;

  // Calls the handler of `route` soon; a 503 where too many wait. REQUIRES:
  // `route` outlives the pool.
  void Run(const HttpRoute* route, HttpExchange exchange)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // When it returns, no handler is running or ever will be; those that waited
  // got a 503.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);
  // How many got a 503.
  uint64_t refused() const { return refused_; }

 private:
  struct Job {
    const HttpRoute* route;
    HttpExchange exchange;
  };
  // Waits for the next one; nothing once stopped.
  std::optional<Job> Take() ABSL_LOCKS_EXCLUDED(mutex_);
  void Work();

  const size_t pending_;
  std::atomic<uint64_t> refused_ = 0;
  Mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_ ABSL_GUARDED_BY(mutex_);
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace presshawk
