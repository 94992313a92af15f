// SPDX-License-Identifier: Apache-2.0
// The log of why the service does not work: each reason when it begins and when
// it is over.
//
//   warning not ready: no broker of kafka1:9092 answers since …: Connection refused
//   info    over after 31 s: no broker of kafka1:9092 answers since …
//   info    ready
#pragma once

#include <condition_variable>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cmd/app/component.h"
#include "core/base/mutex.h"

namespace presshawk {

// What of `reasons` is told: a reason that another one has within it, or whose
// beginning up to " since " another one has, is left out. So the workers and
// the watch of the brokers tell of one dead broker once.
std::vector<std::string> ToldOnce(const std::vector<std::string>& reasons);

// Compares the reasons of now with those of before. No I/O, and time is an
// argument. NOT thread-safe.
class ReasonHistory {
 public:
  // A reason is told when it has held so long: what comes and goes is none.
  static constexpr absl::Duration kPatience = absl::Milliseconds(500);
  // Of those that each start and each rebalance has for a moment.
  static constexpr absl::Duration kProgressPatience = absl::Seconds(10);

  struct Change {
    bool is_begin = true;
    std::string reason;  // As it was told when it began.
    absl::Duration lasted;
  };
  // Which reasons began and which are over. Two are the same whichever workers
  // suffer from them, whatever they say behind " since ", and where only numbers
  // and times differ (MessageKey).
  std::vector<Change> Update(const std::vector<std::string>& reasons,
                             absl::Time now);

 private:
  struct Entry {
    std::string key;
    std::string reason;
    absl::Time begin;
    bool told = false;
  };
  std::vector<Entry> entries_;
};

// Asks four times a second and logs the changes. It also says when the whole
// process did not run for a while.
class ReadinessLog : public Component {
 public:
  using Reasons = std::function<std::vector<std::string>()>;
  // `reasons` is called on a thread of its own, from Start() to Stop().
  explicit ReadinessLog(Reasons reasons) : reasons_(std::move(reasons)) {}
  ~ReadinessLog() override;

  absl::Status Start() override;
  void Stop(absl::Time deadline) override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  void Look(absl::Time now);

  const Reasons reasons_;
  ReasonHistory history_;  // The thread's.
  bool was_ready_ = false;
  Mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace presshawk
