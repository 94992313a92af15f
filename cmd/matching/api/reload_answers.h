// SPDX-License-Identifier: Apache-2.0
// Answers requests for a reload when it is done: all that wait share one, which
// began after the last of them came.
#pragma once

#include <condition_variable>
#include <functional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "core/base/mutex.h"
#include "core/http/http_exchange.h"

namespace presshawk {

// THREAD SAFETY. All of it.
class ReloadAnswers {
 public:
  static constexpr size_t kWaitingMax = 256;

  // `reload` waits until the lists run, or says why they do not: Cancelled where
  // the service stops, which gets a 503.
  explicit ReloadAnswers(std::function<absl::Status()> reload);
  ~ReloadAnswers();  // What waits gets a 503.
  ReloadAnswers(const ReloadAnswers&) = delete;
  ReloadAnswers& operator=(const ReloadAnswers&) = delete;

  // Answers later; at once with a 503 where kWaitingMax wait.
  void Add(HttpExchange exchange) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Those that wait, once there are some; nothing when it ends.
  std::vector<HttpExchange> Take() ABSL_LOCKS_EXCLUDED(mutex_);
  void Run();

  const std::function<absl::Status()> reload_;
  Mutex mutex_;
  std::condition_variable changed_;
  std::vector<HttpExchange> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace presshawk
